import type {
  ListPoliciesGrantingServiceAccessRequest,
  ListPoliciesGrantingServiceAccessResponse,
  PolicyGrantingServiceAccess,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import type { Group, Role, User } from '../../store/tables/iam.ts';
import { noSuchEntity } from './errors.ts';
import { GrantedActions } from './granted-action.ts';
import { type HeldPolicy, heldPolicies } from './held-policy.ts';
import { takePageOf } from './page.ts';

const OWNER_TYPES = { user: 'USER', group: 'GROUP', role: 'ROLE' } as const;

/** A managed policy by its ARN, an inline one by whom it belongs to. */
const shape = ({ policyName, arn, holder }: HeldPolicy): PolicyGrantingServiceAccess =>
  arn === undefined
    ? { PolicyName: policyName, PolicyType: 'INLINE', EntityType: OWNER_TYPES[holder.type], EntityName: holder.name }
    : { PolicyName: policyName, PolicyType: 'MANAGED', PolicyArn: arn };

/**
 * Which policies of a user (with those of its groups), group or role let it reach services: in the order in which the services were asked for,
 * each once. Services that nobody knows are granted by no policy.
 * @throws NoSuchEntity  404
 * @throws InvalidInput  400  not the ARN of a user, group or role (from resources.ts)
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPoliciesGrantingServiceAccess.html
 */
export async function listPoliciesGrantingServiceAccess(
  input: Valid<ListPoliciesGrantingServiceAccessRequest>,
  context: OperationContext<User | Group | Role>,
): Promise<ListPoliciesGrantingServiceAccessResponse> {
  const { stored } = context.target;
  if (!stored) throw noSuchEntity(`The entity with arn ${input.Arn} cannot be found.`);
  const { serviceAuthorizations } = context.installation;
  const held = once(await heldPolicies(stored, context)).map((policy) => ({ policy, granted: new GrantedActions([policy.document]) }));
  const namespaces = [...new Set(input.ServiceNamespaces)].map((namespace, index) => ({
    namespace,
    place: String(index).padStart(3, '0'),
  }));
  const { items, end } = await takePageOf(
    context,
    { operation: 'ListPoliciesGrantingServiceAccess', filters: [input.Arn, ...input.ServiceNamespaces] },
    { Marker: input.Marker },
    namespaces,
    ({ place }) => [place],
  );
  const answer = items.map(({ namespace }) => ({
    ServiceNamespace: namespace,
    Policies: held
      .filter(({ granted }) => granted.anyOf(namespace, serviceAuthorizations.actions(namespace) ?? []))
      .map(({ policy }) => shape(policy)),
  }));
  return { PoliciesGrantingServiceAccess: answer, ...end };
}

/** A managed policy that comes by several ways is named once. */
const once = (held: readonly HeldPolicy[]): HeldPolicy[] =>
  held.filter(({ arn }, index) => arn === undefined || held.findIndex((other) => other.arn === arn) === index);
