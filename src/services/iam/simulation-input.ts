import { isIP } from 'node:net';
import type { ContextEntry } from '@aws-sdk/client-iam';
import { PARTITION, parseArn, stsArn } from '../../core/arn.ts';
import type { Valid } from '../../model/valid.ts';
import {
  type ContextValue,
  createRequestContext,
  type PolicyCompiler,
  type PolicyKind,
  type PolicySet,
  type PolicySource,
  type Principal,
  parsePolicy,
  type RequestContext,
  type ResourcePolicies,
  validatePolicy,
} from '../../policy/index.ts';
import { invalidInput } from './errors.ts';

/*
 * What a simulation is given, checked. All mistakes are InvalidInput, 400; sentences are (unverified) unless they are said not to be.
 */

/** What stands for a caller that nobody named, in `aws:userid` (recorded). */
export const STUB_USER_ID = 'STUB_PRINCIPAL_FOR_POLICY_SIMULATOR';

/** Characters of all documents of one call, and how many documents. */
const MOST_CHARACTERS = 2_000_000;
const MOST_DOCUMENTS = 200;
const MOST_RESOURCES = 1000;
const MOST_ACTIONS = 10_000;
const MOST_CONTEXT_ENTRIES = 1000;

/** A document that was given as text, with the name that results call it by. */
export interface GivenPolicy {
  readonly source: PolicySource;
  readonly document: string;
}

export const given = (name: string, documents: readonly string[] | undefined): GivenPolicy[] =>
  (documents ?? []).map((document, i) => ({ source: { name: `${name}.${i + 1}` }, document }));

/** Compiles documents as one layer. Those that were given have to keep their kind's rules; those that are stored did. */
export function compileLayer(compiler: PolicyCompiler, kind: PolicyKind, documents: readonly GivenPolicy[], check: boolean): PolicySet {
  return compiler.set(
    documents.map(({ source, document }) => {
      const error = check ? validatePolicy(document, kind, { partition: PARTITION }) : undefined;
      if (error) throw invalidInput(error.message);
      return compiler.compile(document, { kind, source });
    }),
  );
}

export function refuseTooMuch(documents: readonly string[], actions: readonly string[], resources: readonly string[]): void {
  const characters = documents.reduce((sum, document) => sum + document.length, 0);
  if (documents.length > MOST_DOCUMENTS || characters > MOST_CHARACTERS) {
    throw invalidInput(`A simulation takes at most ${MOST_DOCUMENTS} policies of ${MOST_CHARACTERS} characters together.`);
  }
  if (actions.length > MOST_ACTIONS || resources.length > MOST_RESOURCES) {
    throw invalidInput(`A simulation takes at most ${MOST_ACTIONS} actions and ${MOST_RESOURCES} resources.`);
  }
}

/** Names must be `service:Name`, without wildcards. */
export function readActions(names: readonly string[]): readonly string[] {
  for (const name of names) if (!/^[A-Za-z0-9-]+:[A-Za-z0-9]+$/.test(name)) throw invalidInput(`Invalid Action Name: ${name}`);
  return names;
}

/** `*` when none are given. The sentence is observed. */
export function readResources(resources: readonly string[] | undefined): readonly string[] {
  if (!resources || resources.length === 0) return ['*'];
  for (const resource of resources) {
    if (resource !== '*' && !parseArn(resource)) throw invalidInput(`ResourceNames are not in a valid ARN format: ${resource}.`);
  }
  return resources;
}

/** The account that an ARN such as `arn:aws:iam::123456789012:root` stands for; a bare id does not. The sentence is observed. */
export function readOwner(owner: string | undefined): string | undefined {
  if (owner === undefined) return undefined;
  const arn = parseArn(owner);
  if (arn?.service !== 'iam' || !/^\d{12}$/.test(arn.account)) throw invalidInput(`'${owner}' is not a valid as a Resource Owner.`);
  return arn.account;
}

/**
 * A user, group or role by ARN, as the engine sees it. Whether there is one does not matter; a role stands for a session of it. The sentence is
 * observed.
 * @param uniqueId  where the entity is stored: resource-based policies may name it
 */
export function readCaller(text: string, stored?: { readonly uniqueId: string; readonly serviceLinked: boolean }): Principal {
  const arn = parseArn(text);
  const match = /^(user|group|role)\/(?:.*\/)?([^/]+)$/s.exec(arn?.resource ?? '');
  if (arn?.service !== 'iam' || !/^\d{12}$/.test(arn.account) || !match)
    throw invalidInput(`Invalid Entity Arn: ${text} does not clearly define entity type and name.`);
  const { account } = arn;
  const uniqueId = stored?.uniqueId ?? text;
  if (match[1] !== 'role') return { kind: 'user', account, arn: text, principalArn: text, uniqueId };
  return {
    kind: 'role',
    account,
    // Not the role's own ARN: a policy that names that grants to the role, which is less than to a session.
    arn: stsArn(account, `assumed-role/${match[2]}/${STUB_USER_ID}`),
    principalArn: text,
    roleArn: text,
    roleId: uniqueId,
    uniqueId: `${uniqueId}:${STUB_USER_ID}`,
    ...(stored?.serviceLinked ? { serviceLinked: true } : {}),
  };
}

/** Somebody of an account whom no policy names. */
export const stubCaller = (account: string): Principal => ({
  kind: 'user',
  account,
  arn: `arn:${PARTITION}:iam::${account}:user/${STUB_USER_ID}`,
  uniqueId: STUB_USER_ID,
});

/**
 * The request context: what is given, and `aws:userid`, which is the caller's ARN (recorded). Nothing else is made up: a key that is not given is
 * missing, and results say so.
 */
export function readContext(entries: readonly Valid<ContextEntry>[] | undefined, userId: string): RequestContext {
  if ((entries?.length ?? 0) > MOST_CONTEXT_ENTRIES)
    throw invalidInput(`A simulation takes at most ${MOST_CONTEXT_ENTRIES} context entries.`);
  const values: Record<string, ContextValue> = Object.create(null);
  for (const { ContextKeyName: name, ContextKeyValues: list = [], ContextKeyType: type = 'string' } of entries ?? []) {
    if (name === undefined) throw invalidInput('A context entry must have a ContextKeyName.');
    for (const value of list)
      if (!isOfType(value, type)) throw invalidInput(`Invalid value ${value} for the context key ${name} of type ${type}.`);
    const [only] = list;
    values[name] ??= list.length === 1 && !type.endsWith('List') ? only : list;
  }
  return createRequestContext({ ...values, 'aws:userid': values['aws:userid'] ?? userId });
}

function isOfType(value: string, type: NonNullable<ContextEntry['ContextKeyType']>): boolean {
  switch (type) {
    case 'numeric':
    case 'numericList':
      return /^[+-]?[0-9]{1,40}(\.[0-9]{1,40})?$/.test(value);
    case 'boolean':
    case 'booleanList':
      return /^(true|false)$/i.test(value);
    case 'ip':
    case 'ipList':
      return isIP(value.replace(/\/[0-9]{1,3}$/, '')) !== 0;
    case 'binary':
    case 'binaryList':
      return /^[A-Za-z0-9+/]*={0,2}$/.test(value);
    case 'date':
    case 'dateList':
      return /^-?[0-9]{1,15}(\.[0-9]{1,9})?$/.test(value) || (/^[0-9]{4}-/.test(value) && !Number.isNaN(Date.parse(value)));
    default:
      return true;
  }
}

/** The policy of the simulated resources. It and the call must name resources: `*` is refused (recorded). */
export function readResourcePolicy(
  compiler: PolicyCompiler,
  document: string | undefined,
  resources: readonly string[],
): ResourcePolicies | undefined {
  if (document === undefined) return undefined;
  const policies = compileLayer(compiler, 'resource', [{ source: { name: 'ResourcePolicy' }, document }], true);
  const named = parsePolicy(document).statements.flatMap(({ resource, notResource }) =>
    (resource ?? notResource ?? []).map(({ text }) => text),
  );
  if ([...resources, ...named].includes('*')) throw invalidInput('A resource policy cannot be simulated on the resource *.');
  const services = new Set(named.map((text) => text.split(':', 3)[2]));
  for (const resource of resources) {
    if (!services.has(parseArn(resource)?.service ?? ''))
      throw invalidInput(`The resource policy does not apply to the resource ${resource}.`);
  }
  return { kind: 'resource', policies };
}

const VPC = ['instance', 'image', 'security-group', 'network-interface'] as const;

/** Scenario → resources that must be among those simulated. */
const SCENARIOS: Readonly<Record<string, readonly string[]>> = Object.assign(Object.create(null), {
  'EC2-VPC-InstanceStore': VPC,
  'EC2-VPC-InstanceStore-Subnet': [...VPC, 'subnet'],
  'EC2-VPC-EBS': [...VPC, 'volume'],
  'EC2-VPC-EBS-Subnet': [...VPC, 'subnet', 'volume'],
} satisfies Record<string, readonly string[]>);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html#API_SimulateCustomPolicy_RequestParameters */
export function refuseIncompleteScenario(option: string | undefined, resources: readonly string[]): void {
  if (option === undefined) return;
  const needed = SCENARIOS[option];
  if (!needed) throw invalidInput(`Invalid ResourceHandlingOption: ${option}. It must be one of: ${Object.keys(SCENARIOS).join(', ')}.`);
  const given = resources.map(parseArn);
  const missing = needed.filter((type) => !given.some((arn) => arn?.service === 'ec2' && arn.resource.startsWith(`${type}/`)));
  if (missing.length > 0)
    throw invalidInput(`ResourceHandlingOption ${option} needs resources of these types as well: ${missing.join(', ')}.`);
}
