import { open, seal } from '../authentication/sealed.ts';
import { type DecisionRecord, viewDecisionOfCaller } from './decision-record.ts';
import type { Installation } from './installation.ts';

/*
 * The encoded authorization message that EC2's denials carry: what was decided and on which values, sealed for the account of the denied
 * caller. It holds all that it says, so it can be decoded on any node and after any restart.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
 */

/** Bytes of JSON, so that the sealed text stays below the 10240 characters that DecodeAuthorizationMessage takes. */
const MAX_BYTES = 7000;

type Keys = Pick<Installation, 'keys' | 'random'>;

interface List<T> {
  readonly items: T[];
}
const list = <T>(items: T[]): List<T> => ({ items });
const values = (texts: readonly string[]) => list(texts.map((value) => ({ value })));

/** Base64 of the URL alphabet, at most 9400 characters. */
export function encodeAuthorizationMessage(record: DecisionRecord, { keys, random }: Keys): string {
  const text = JSON.stringify(messageOf(record));
  return seal(Buffer.from(text, 'utf8'), 'authorization-message', [record.caller.account], keys, random).toString('base64url');
}

/** The JSON of a message; undefined when it was altered, cut, or sealed for another account. */
export function decodeAuthorizationMessage(message: string, account: string, { keys }: Pick<Keys, 'keys'>): string | undefined {
  const bytes = Buffer.from(message, 'base64url');
  if (bytes.toString('base64url') !== message) return undefined;
  return open(bytes, 'authorization-message', [account], keys)?.toString('utf8');
}

/** In the shape of AWS's public examples. What does not fit is left out: conditions of the request first, the longest of them. */
function messageOf(record: DecisionRecord): object {
  const { caller, asked } = record;
  const { explanation, context } = viewDecisionOfCaller(record);
  const { decision, layers } = explanation;
  const statements = layers.flatMap(({ policies }) =>
    policies.flatMap((policy) => policy.statements.filter(({ applies, effect }) => applies && effect === 'Deny')),
  );
  const matchedStatements: object[] = [];
  const conditions: object[] = [];
  const message = {
    allowed: false,
    explicitDeny: decision.outcome === 'explicitDeny',
    matchedStatements: list(matchedStatements),
    failures: list([]),
    context: {
      principal: { id: caller.userId, ...(caller.userName === undefined ? {} : { name: caller.userName }), arn: caller.principal.arn },
      action: asked.action,
      resource: asked.resource,
      conditions: list(conditions),
    },
  };
  let left = MAX_BYTES - bytesOf(message);
  const add = (items: object[], item: object): void => {
    const bytes = bytesOf(item) + 1;
    if (bytes > left) return;
    left -= bytes;
    items.push(item);
  };
  for (const { sid, actions, resources, conditions: required } of statements) {
    add(matchedStatements, {
      statementId: sid ?? '',
      effect: 'DENY',
      principals: values([caller.userId]),
      principalGroups: list([]),
      actions: values(actions),
      resources: values(resources),
      conditions: list(required.map(({ key, expected }) => ({ key, values: values(expected) }))),
    });
  }
  const entries = [...resourceEntries(asked.resource), ...Object.entries(context)].map(([key, value]) => ({
    key,
    values: values(typeof value === 'string' ? [value] : value),
  }));
  const kept = new Set<object>();
  for (const entry of entries.toSorted((a, b) => bytesOf(a) - bytesOf(b))) {
    left -= bytesOf(entry) + 1;
    if (left < 0) break;
    kept.add(entry);
  }
  conditions.push(...entries.filter((entry) => kept.has(entry)));
  return message;
}

/** What EC2 says of a resource besides its ARN, by the names in AWS's examples. */
function resourceEntries(arn: string): [string, string][] {
  const [, , service, region, account, ...rest] = arn.split(':');
  if (service === undefined || account === undefined || rest.length === 0) return [];
  const resource = rest.join(':');
  return [
    ['aws:Resource', resource],
    ['aws:Account', account],
    ['aws:Region', region ?? ''],
    ['aws:Service', service],
    ['aws:Type', resource.slice(0, resource.search(/[/:]|$/))],
    ['aws:ARN', arn],
  ];
}

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value), 'utf8');
