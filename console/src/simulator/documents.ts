import { type CompiledPolicy, compilePolicy } from '../../../src/policy/index.ts';
import { lastOf } from '../aws/arn.ts';
import type { AwsClient } from '../aws/client.ts';
import { attachedPolicies, inlineDocument, inlinePolicies, type Principal } from '../iam/principal.ts';
import type { Group, Role, User } from '../iam/types.ts';

/** Whose policies are simulated, with what the engine needs to decide it here as the server does. */
export interface Subject {
  readonly arn: string;
  readonly uniqueId: string;
  readonly identity: readonly CompiledPolicy[];
  readonly boundary: CompiledPolicy | undefined;
  /** Texts, by the policy that was compiled from them. */
  readonly texts: ReadonlyMap<string, string>;
}

export const textKey = (name: string, via: string | undefined): string => `${via ?? ''} ${name}`;

/** AWS's own policies do not change while the page lives. */
const ofAws = new Map<string, Promise<string>>();

function managedDocument(aws: AwsClient, arn: string): Promise<string> {
  if (!arn.includes(':iam::aws:')) return readManaged(aws, arn);
  const known = ofAws.get(arn);
  if (known) return known;
  const reading = readManaged(aws, arn);
  ofAws.set(arn, reading);
  reading.catch(() => ofAws.delete(arn));
  return reading;
}

async function readManaged(aws: AwsClient, arn: string): Promise<string> {
  const { Policy } = await aws.iam<{ Policy: { DefaultVersionId: string } }>('GetPolicy', { PolicyArn: arn });
  const input = { PolicyArn: arn, VersionId: Policy.DefaultVersionId };
  const { PolicyVersion } = await aws.iam<{ PolicyVersion: { Document: string } }>('GetPolicyVersion', input);
  return decodeURIComponent(PolicyVersion.Document);
}

/** Reads the policies of a user or role: its own, its groups', its boundary. As whoever is signed in, who must be allowed to. */
export async function readSubject(aws: AwsClient, principal: Principal): Promise<Subject> {
  const { name } = principal;
  const entity =
    principal.kind === 'User'
      ? (await aws.iam<{ User: User }>('GetUser', { UserName: name })).User
      : (await aws.iam<{ Role: Role }>('GetRole', { RoleName: name })).Role;
  const groups = principal.kind === 'User' ? await aws.iamList<Group>('ListGroupsForUser', 'Groups', { UserName: name }) : [];
  const texts = new Map<string, string>();
  const compile = (kind: 'identity' | 'boundary', policy: string, text: string, arn?: string, via?: string): CompiledPolicy => {
    texts.set(textKey(policy, via), text);
    return compilePolicy(text, { kind, source: { name: policy, ...(arn && { arn }), ...(via && { via }) } });
  };
  const identity: CompiledPolicy[] = [];
  for (const holder of [principal, ...groups.map(({ GroupName }): Principal => ({ kind: 'Group', name: GroupName }))]) {
    const via = holder === principal ? undefined : `group ${holder.name}`;
    const [attached, inline] = await Promise.all([attachedPolicies(aws, holder), inlinePolicies(aws, holder)]);
    for (const { PolicyName, PolicyArn } of attached)
      identity.push(compile('identity', PolicyName, await managedDocument(aws, PolicyArn), PolicyArn, via));
    for (const policy of inline) identity.push(compile('identity', policy, await inlineDocument(aws, holder, policy), undefined, via));
  }
  const boundaryArn = entity.PermissionsBoundary?.PermissionsBoundaryArn;
  const boundaryName = lastOf(boundaryArn ?? '');
  return {
    arn: entity.Arn,
    uniqueId: 'UserId' in entity ? entity.UserId : entity.RoleId,
    identity,
    boundary:
      boundaryArn === undefined ? undefined : compile('boundary', boundaryName, await managedDocument(aws, boundaryArn), boundaryArn),
    texts,
  };
}
