import type { CreatePartnerAppPresignedUrlRequest, CreatePartnerAppRequest, UpdatePartnerAppRequest } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { GONE, phaseAt } from '../../../store/tables/sagemaker.ts';
import { change, onCourse } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { conflict, invalid } from '../errors.ts';
import { liveIn, need } from '../family.ts';
import { familyOf } from '../family-of.ts';
import type { Found } from '../resources.ts';
import { requireStatus } from '../status.ts';
import { tokenOf } from '../studio/presigned-url.ts';
import { withTags } from '../tag-rules.ts';

type Input = Valid<CreatePartnerAppRequest>;
type Identity = { readonly Arn: string };
type Settings = Omit<Input, 'Tags' | 'Name' | 'ClientToken'> & { readonly Version: string };

/** What new apps are (unverified). */
const VERSION = '1.0';
const READY: readonly string[] = ['Available', 'UpdateFailed'];
/** Seconds for which a deleted app is still shown (unverified). */
const SHOWN_DELETED = 86_400;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePartnerApp.html */
export const partnerApp = familyOf<Identity, Settings>({
  type: 'partner-app',
  noun: 'PartnerApp',
  nameMember: 'Name',
  arnMember: 'Arn',
  path: (input) => input.Arn,
  arnPath: '${AppId}',
  names: 'as typed',
  status: 'Status',
  describe: ({ id, region, settings, phases }, now) => {
    const phase = phaseAt({ phases }, now);
    return {
      ...settings,
      ...(READY.includes(phase?.status ?? '') && { BaseUrl: `https://${id}.${region}.app.sagemaker.aws` }),
      ...(phase?.reason !== undefined && { Error: { Code: phase.status, Reason: phase.reason.slice(0, 256) } }),
    };
  },
  list: { operation: 'ListPartnerApps', result: 'Summaries', sort: 'CreationTime', order: 'Descending' },
  deletion: {
    refuse: (resource, _, { now }) => requireStatus(resource, [...READY, 'Failed'], { now }),
    course: [{ status: 'Deleting', seconds: 300 }, { status: 'Deleted', seconds: SHOWN_DELETED, fixed: true }, { status: GONE }],
  },
});

/**
 * Creates an app of a partner. That the account has subscribed to it is not looked at: there is no Marketplace here.
 * @throws ConflictException    (unverified sentence) the name is taken
 * @throws ValidationException  the role cannot be taken up
 */
export const createPartnerApp = create<Input, Settings>(partnerApp, {
  name: (input) => input.Name,
  draft: async (input, call) => {
    for await (const other of liveIn(call, 'name', [call.account, call.region, 'partner-app'])) {
      if (other.name === input.Name && phaseAt(other, call.now)?.status !== 'Deleted')
        throw conflict(`PartnerApp with name ${input.Name} already exists. Choose a different name.`);
    }
    const { Name: _name, ClientToken: _token, ...settings } = withoutTags(input);
    return {
      settings: { EnableIamSessionBasedIdentity: false, EnableAutoMinorVersionUpgrade: false, ...settings, Version: VERSION },
      course: [{ status: 'Creating', seconds: 300 }, { status: 'Available' }],
    };
  },
});

/**
 * Changes an app of a partner.
 * @throws ConflictException  a change is under way
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdatePartnerApp.html
 */
export const updatePartnerApp = change<Identity, Settings, Valid<UpdatePartnerAppRequest>>(
  partnerApp,
  (resource, { Arn: _arn, ClientToken: _token, Tags, AppVersion, ...changes }, call) => {
    requireStatus(resource, READY, call);
    const settings = { ...resource.settings, ...changes, ...(AppVersion !== undefined && { Version: AppVersion }) };
    const updated = onCourse(resource, [{ status: 'Updating', seconds: 120 }, { status: 'Available' }], call);
    return { ...updated, settings: settings as Settings, ...(Tags && { tags: withTags(resource.tags, Tags) }) };
  },
  { idempotent: 'UpdatePartnerApp', answer: ({ arn }) => ({ Arn: arn }) },
);

/**
 * The URL by which an app of a partner is opened.
 * @throws ResourceNotFound     no such app
 * @throws ValidationException  (unverified sentence) it is not available
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePartnerAppPresignedUrl.html
 */
export async function createPartnerAppPresignedUrl(
  input: Valid<CreatePartnerAppPresignedUrlRequest>,
  context: OperationContext<Found>,
): Promise<object> {
  const resource = await need(partnerApp, input, context);
  const status = phaseAt(resource, context.now)?.status ?? '';
  if (!READY.includes(status)) throw invalid(`PartnerApp ${resource.arn} is in status ${status}.`);
  const token = tokenOf(context, input.ExpiresInSeconds ?? 300, { sessionDuration: input.SessionExpirationDurationInSeconds ?? 43_200 });
  return { Url: `https://${resource.id}.${context.region}.app.sagemaker.aws/auth?authToken=${token}` };
}
