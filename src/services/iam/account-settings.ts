import type {
  EnableOutboundWebIdentityFederationResponse,
  GetAccountPropertiesResponse,
  GetOutboundWebIdentityFederationInfoResponse,
  PutAccountPropertiesRequest,
  SetSecurityTokenServicePreferencesRequest,
} from '@aws-sdk/client-iam';
import { issuerUrl } from '../../authentication/web-identity-issuer.ts';
import type { OperationContext, Scope } from '../../authorization/operation.ts';
import { uuid } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader } from '../../store/store.ts';
import { type IamSettings, iamSettings } from '../../store/tables/iam.ts';
import { invalidInput } from './errors.ts';

/*
 * What an account sets for all of IAM: federation outwards, the version of global session tokens, properties of features.
 */

const settingsOf = async (reader: Reader, { account }: Pick<Scope, 'account'>): Promise<IamSettings> =>
  (await reader.get(iamSettings, [account])) ?? { accountId: account };

async function change(context: OperationContext, changed: (settings: IamSettings) => IamSettings): Promise<IamSettings> {
  return context.installation.store.write(async (writer) => {
    const stored = await writer.get(iamSettings, [context.account]);
    const settings = changed(stored ?? { accountId: context.account });
    await (stored ? writer.update(iamSettings, settings) : writer.insert(iamSettings, settings));
    return settings;
  });
}

/** 404; (unverified) wording */
const federationDisabled = (): ServiceError =>
  new ServiceError('FeatureDisabledException', 'Outbound web identity federation is not enabled for this account.');

/**
 * Lets the account's principals get tokens for services elsewhere (GetWebIdentityToken). An issuer that was there before is used again.
 * @throws FeatureEnabled  409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOutboundWebIdentityFederation.html
 */
export async function enableOutboundWebIdentityFederation(
  _: object,
  context: OperationContext,
): Promise<EnableOutboundWebIdentityFederationResponse> {
  const fresh = uuid(context.installation.random);
  const { outboundFederation } = await change(context, (settings) => {
    if (settings.outboundFederation?.enabled)
      // (unverified) wording
      throw new ServiceError('FeatureEnabledException', 'Outbound web identity federation is already enabled for this account.');
    return { ...settings, outboundFederation: { issuerId: settings.outboundFederation?.issuerId ?? fresh, enabled: true } };
  });
  return { IssuerIdentifier: issuerUrl(outboundFederation?.issuerId ?? fresh) };
}

/**
 * @throws FeatureDisabled  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DisableOutboundWebIdentityFederation.html
 */
export async function disableOutboundWebIdentityFederation(_: object, context: OperationContext): Promise<object> {
  await change(context, (settings) => {
    if (!settings.outboundFederation?.enabled) throw federationDisabled();
    return { ...settings, outboundFederation: { ...settings.outboundFederation, enabled: false } };
  });
  return {};
}

/**
 * @throws FeatureDisabled  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html
 */
export async function getOutboundWebIdentityFederationInfo(
  _: object,
  context: OperationContext,
): Promise<GetOutboundWebIdentityFederationInfoResponse> {
  const { outboundFederation } = await settingsOf(context.reader, context);
  if (!outboundFederation?.enabled) throw federationDisabled();
  return { IssuerIdentifier: issuerUrl(outboundFederation.issuerId), JwtVendingEnabled: true };
}

/**
 * Version 2 tokens hold in all regions, version 1 in those enabled by default. Here every token holds everywhere; the setting is kept and shown
 * in the account's summary.
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_SetSecurityTokenServicePreferences.html
 */
export async function setSecurityTokenServicePreferences(
  input: Valid<SetSecurityTokenServicePreferencesRequest>,
  context: OperationContext,
): Promise<object> {
  const globalEndpointTokenVersion = input.GlobalEndpointTokenVersion === 'v2Token' ? 2 : 1;
  await change(context, (settings) => ({ ...settings, globalEndpointTokenVersion }));
  return {};
}

/** The one property there is: whether role manager may make roles from AWS's templates. */
const ROLE_MANAGER = 'RoleManager/Enabled';

/** `Namespace/PropertyName` */
export const namespacesOf = (keys: readonly string[]): string[] => [...new Set(keys.map((key) => key.split('/', 1)[0] ?? ''))];

/** The namespaces there are. */
export const PROPERTY_NAMESPACES: readonly string[] = namespacesOf([ROLE_MANAGER]);

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountProperties.html */
export async function getAccountProperties(_: object, context: OperationContext): Promise<GetAccountPropertiesResponse> {
  const { roleManagerEnabled } = await settingsOf(context.reader, context);
  return { Properties: { [ROLE_MANAGER]: String(roleManagerEnabled ?? false) } };
}

/**
 * Sets properties of one namespace.
 * @throws InvalidInput  400  several namespaces, a property there is not, a value that is none of its own; (unverified) wording
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutAccountProperties.html
 */
export async function putAccountProperties(input: Valid<PutAccountPropertiesRequest>, context: OperationContext): Promise<object> {
  const entries = Object.entries(input.Properties);
  if (namespacesOf(entries.map(([key]) => key)).length > 1)
    throw invalidInput('All account properties in a request must belong to the same namespace.');
  for (const [key, value] of entries) {
    if (key !== ROLE_MANAGER) throw invalidInput(`Account property ${key.slice(0, 50)} is not supported.`);
    if (value !== 'true' && value !== 'false') throw invalidInput(`Account property ${key} must be true or false.`);
  }
  const roleManagerEnabled = input.Properties[ROLE_MANAGER] === 'true';
  await change(context, (settings) => ({ ...settings, roleManagerEnabled }));
  return {};
}
