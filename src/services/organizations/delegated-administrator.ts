import type {
  DelegatedAdministrator,
  DeregisterDelegatedAdministratorRequest,
  ListDelegatedAdministratorsRequest,
  ListDelegatedAdministratorsResponse,
  ListDelegatedServicesForAccountRequest,
  ListDelegatedServicesForAccountResponse,
  RegisterDelegatedAdministratorRequest,
} from '@aws-sdk/client-organizations';
import type { OperationContext } from '../../authorization/operation.ts';
import type { Valid } from '../../model/valid.ts';
import { type Delegation, delegations, serviceAccesses } from '../../store/tables/organization.ts';
import { accountShape, isActive } from './account.ts';
import { accountNotFound, alreadyRegistered, constraintViolation, notRegistered } from './errors.ts';
import { takePageOf, takePageOfRows } from './page.ts';
import { quotaOf } from './quota.ts';
import { refuseUnknownService } from './service-access.ts';
import { callersOrganization, findMember } from './standing.ts';

/**
 * Makes a member account the administrator of a service for the organization. With it comes the right to read what Organizations knows.
 * @throws AccountNotFound, AccountAlreadyRegistered  400
 * @throws InvalidInput         400  UNRECOGNIZED_SERVICE_PRINCIPAL
 * @throws ConstraintViolation  400  CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR, CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR,
 *                                   SERVICE_ACCESS_NOT_ENABLED, MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html
 */
export async function registerDelegatedAdministrator(
  { AccountId: accountId, ServicePrincipal: servicePrincipal }: Valid<RegisterDelegatedAdministratorRequest>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    const { organizationId, managementAccountId } = organization;
    refuseUnknownService(servicePrincipal);
    const member = await findMember(writer, organization, accountId, context.now);
    if (!member) throw accountNotFound();
    if (accountId === managementAccountId) throw constraintViolation('CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR');
    if (!isActive(member)) throw constraintViolation('CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR');
    if (!(await writer.get(serviceAccesses, [organizationId, servicePrincipal]))) throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED');
    if (await writer.get(delegations, [organizationId, accountId, servicePrincipal])) throw alreadyRegistered();
    const count = await writer.count(delegations, { index: 'service', prefix: [organizationId, servicePrincipal] });
    if (count >= quotaOf(context, organization, 'DelegatedAdministratorsPerService'))
      throw constraintViolation('MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED');
    await writer.insert(delegations, { organizationId, accountId, servicePrincipal, enabledAt: context.now });
  });
  return {};
}

/**
 * @throws AccountNotFound, AccountNotRegistered  400
 * @throws InvalidInput  400  UNRECOGNIZED_SERVICE_PRINCIPAL
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_DeregisterDelegatedAdministrator.html
 */
export async function deregisterDelegatedAdministrator(
  { AccountId, ServicePrincipal }: Valid<DeregisterDelegatedAdministratorRequest>,
  context: OperationContext,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const organization = await callersOrganization(writer, context);
    refuseUnknownService(ServicePrincipal);
    if (!(await findMember(writer, organization, AccountId, context.now))) throw accountNotFound();
    if (!(await writer.delete(delegations, [organization.organizationId, AccountId, ServicePrincipal]))) throw notRegistered();
  });
  return {};
}

/**
 * The administrators of a service, or of any.
 * @throws InvalidInput  400  UNRECOGNIZED_SERVICE_PRINCIPAL
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedAdministrators.html
 */
export async function listDelegatedAdministrators(
  input: Valid<ListDelegatedAdministratorsRequest>,
  context: OperationContext,
): Promise<ListDelegatedAdministratorsResponse> {
  const { reader, now } = context;
  const organization = await callersOrganization(reader, context);
  const { organizationId } = organization;
  const service = input.ServicePrincipal;
  if (service !== undefined) refuseUnknownService(service);
  const listing = service === undefined ? { prefix: [organizationId] } : { index: 'service', prefix: [organizationId, service] };
  // An account once, since it first was one.
  const first = new Map<string, Delegation>();
  for (const delegation of await reader.list(delegations, listing)) {
    const known = first.get(delegation.accountId);
    if (!known || delegation.enabledAt < known.enabledAt) first.set(delegation.accountId, delegation);
  }
  const name = ['ListDelegatedAdministrators', service] as const;
  const { items, end } = await takePageOf(context, name, input, [...first.values()], ({ accountId }) => accountId);
  const shapes: DelegatedAdministrator[] = [];
  for (const { accountId, enabledAt } of items) {
    const member = await findMember(reader, organization, accountId, now);
    if (!member) continue;
    const { Paths: _, ...shape } = await accountShape(reader, organization, member, now);
    shapes.push({ ...shape, DelegationEnabledDate: new Date(enabledAt) });
  }
  return { DelegatedAdministrators: shapes, ...end };
}

/**
 * The services that an account administers.
 * @throws AccountNotFound, AccountNotRegistered  400
 * @see https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListDelegatedServicesForAccount.html
 */
export async function listDelegatedServicesForAccount(
  input: Valid<ListDelegatedServicesForAccountRequest>,
  context: OperationContext,
): Promise<ListDelegatedServicesForAccountResponse> {
  const organization = await callersOrganization(context.reader, context);
  if (!(await findMember(context.reader, organization, input.AccountId, context.now))) throw accountNotFound();
  const prefix = [organization.organizationId, input.AccountId];
  if ((await context.reader.count(delegations, { prefix })) === 0) throw notRegistered();
  const { items, end } = await takePageOfRows(context, ['ListDelegatedServicesForAccount', input.AccountId], input, delegations, {
    prefix,
  });
  return {
    DelegatedServices: items.map((delegation) => ({
      ServicePrincipal: delegation.servicePrincipal,
      DelegationEnabledDate: new Date(delegation.enabledAt),
    })),
    ...end,
  };
}
