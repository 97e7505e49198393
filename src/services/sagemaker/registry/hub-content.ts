import type {
  CreateHubContentPresignedUrlsRequest,
  CreateHubContentReferenceRequest,
  DeleteHubContentRequest,
  DescribeHubContentRequest,
  ImportHubContentRequest,
  ListHubContentsRequest,
  ListHubContentVersionsRequest,
  UpdateHubContentReferenceRequest,
  UpdateHubContentRequest,
} from '@aws-sdk/client-sagemaker';
import type { Handler, OperationContext, ResourceType } from '../../../authorization/operation.ts';
import type { Tag } from '../../../core/tag.ts';
import type { Valid } from '../../../model/valid.ts';
import { keyOf } from '../../../store/table.ts';
import { type SageMakerResource, sageMakerResources } from '../../../store/tables/sagemaker.ts';
import { sent } from '../amend.ts';
import type { Writing } from '../create.ts';
import { describeResource, projected } from '../describe.ts';
import { invalid, resourceInUse, resourceNotFound } from '../errors.ts';
import { arnOf, find, need, sageMakerArn, type Where } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { phasesOf } from '../lifecycle.ts';
import { list } from '../list.ts';
import { newResource, newRow } from '../new-resource.ts';
import { type Found, named } from '../resources.ts';
import { newTags } from '../tag-rules.ts';
import { type HubIdentity, hub, needHub } from './hub.ts';

/*
 * What is in hubs. A content is one row, which has its tags and tells of its latest version; each version is a row of its own.
 */

interface ContentIdentity {
  readonly HubName: string;
  readonly HubContentType: string;
  readonly HubContentName: string;
}

interface Summary {
  readonly HubName: string;
  readonly HubContentType: string;
  readonly HubContentName: string;
  readonly HubContentVersion: string;
  readonly DocumentSchemaVersion: string;
  readonly HubContentDisplayName?: string | undefined;
  readonly HubContentDescription?: string | undefined;
  readonly HubContentSearchKeywords?: readonly string[] | undefined;
  readonly SupportStatus?: string | undefined;
  readonly SageMakerPublicHubContentArn?: string | undefined;
  readonly ReferenceMinVersion?: string | undefined;
}
export type HubContentSettings = Summary & {
  readonly HubContentDocument?: string | undefined;
  readonly HubContentMarkdown?: string | undefined;
};
type Content = SageMakerResource<HubContentSettings>;

/** What a request names: hubs by name or ARN, whose account is the content's too. */
const pathOf = ({ HubName, HubContentType, HubContentName }: ContentIdentity): string => {
  const rest = `${HubContentType}/${HubContentName}`;
  return HubName.startsWith('arn:') ? `${HubName.replace(':hub/', ':hub-content/')}/${rest}` : `${HubName}/${rest}`;
};

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ImportHubContent.html */
export const hubContent = familyOf<ContentIdentity, HubContentSettings>({
  type: 'hub-content',
  noun: 'HubContent',
  names: 'as typed',
  path: pathOf,
  arnPath: '${HubName}/${HubContentType}/${HubContentName}',
  status: 'HubContentStatus',
  // (unverified) sentence
  missing: ({ name }) => resourceNotFound(`HubContent ${name} does not exist.`),
  describe: (resource) => ({ ...resource.settings, ...arnsOf(resource), OriginalCreationTime: new Date(resource.createdAt) }),
  list: {
    operation: 'ListHubContents',
    result: 'HubContentSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    within: async (input: HubIdentity, context) => (await need(hub, input, context)).id,
    passes: ({ settings }, { HubContentType, MaxSchemaVersion }) =>
      settings.HubContentType === HubContentType && atMost(settings.DocumentSchemaVersion, MaxSchemaVersion),
  },
});

const VERSION = 'hub-content-version';

const hubContentVersion = familyOf<ContentIdentity, HubContentSettings>({
  ...hubContent,
  type: VERSION,
  list: {
    operation: 'ListHubContentVersions',
    result: 'HubContentSummaries',
    sort: 'CreationTime',
    order: 'Descending',
    within: async (input: ContentIdentity, context) => (await needContent(input, context)).id,
    passes: ({ settings }, { MinVersion, MaxSchemaVersion }) =>
      (MinVersion === undefined || compareVersions(settings.HubContentVersion, String(MinVersion)) >= 0) &&
      atMost(settings.DocumentSchemaVersion, MaxSchemaVersion),
  },
});

const atMost = (version: string, max: unknown): boolean => max === undefined || compareVersions(version, String(max)) <= 0;

/** Versions are three numbers. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split(/\D/).map(Number)) as [number[], number[]];
  for (const [i, part] of left.entries()) if (part !== right[i]) return part - (right[i] ?? 0);
  return 0;
}

/** A content's ARN tells its version. */
function arnsOf({ accountId: account, region, settings }: Content): { readonly HubArn: string; readonly HubContentArn: string } {
  const { HubName, HubContentType, HubContentName, HubContentVersion } = settings;
  return {
    HubArn: sageMakerArn({ account, region }, `hub/${HubName}`),
    HubContentArn: sageMakerArn({ account, region }, `hub-content/${HubName}/${HubContentType}/${HubContentName}/${HubContentVersion}`),
  };
}

const answerOf = (content: Content, operation: string, context: OperationContext<Found>): object =>
  projected(context.installation, operation, arnsOf(content));

async function needContent(identity: ContentIdentity, where: Where): Promise<Content> {
  await need(hub, { HubName: identity.HubName }, where);
  return need(hubContent, identity, where);
}

const versionId = (contentId: string, version: string): string => `${contentId}/${version}`;

/** @throws ResourceNotFound  no such hub, content or version */
async function needVersion(identity: ContentIdentity, version: string | undefined, where: Where): Promise<Content> {
  const content = await needContent(identity, where);
  const id = versionId(content.id, version ?? content.settings.HubContentVersion);
  const found = await where.reader.get(sageMakerResources, [where.account, where.region, VERSION, id]);
  // (unverified) sentence
  if (!found) throw resourceNotFound(`HubContent ${content.name} has no version ${version}.`);
  // Only versions of contents have this type.
  return found as Content;
}

/** All versions of a content, latest first. */
async function versionsOf(content: Content, call: Writing): Promise<Content[]> {
  const prefix = [call.account, call.region, VERSION, content.id];
  const rows = (await call.reader.list(sageMakerResources, { index: 'child_created', prefix, limit: MAX_VERSIONS })) as Content[];
  return rows.sort((a, b) => compareVersions(b.settings.HubContentVersion, a.settings.HubContentVersion));
}

/** Versions that a content may have (unverified). */
const MAX_VERSIONS = 1000;

function summaryOf({ HubContentDocument: _document, HubContentMarkdown: _markdown, ...summary }: HubContentSettings): Summary {
  return summary;
}

/** Puts a version there, and has the content tell of the latest. */
async function addVersion(settings: HubContentSettings, tags: readonly Tag[], call: Writing): Promise<Content> {
  const { account, region, now, reader } = call;
  const content = await find(hubContent, settings, call);
  const arn = arnOf(hubContent, settings, call);
  const parent = pathOf(settings);
  const id = versionId(parent, settings.HubContentVersion);
  // (unverified) both sentences
  if (await reader.get(sageMakerResources, [account, region, VERSION, id]))
    throw resourceInUse(`HubContent ${settings.HubContentName} with version ${settings.HubContentVersion} already exists.`);
  if ((await reader.count(sageMakerResources, { index: 'child_created', prefix: [account, region, VERSION, parent] })) >= MAX_VERSIONS)
    throw resourceInUse(`HubContent ${settings.HubContentName} has ${MAX_VERSIONS} versions already.`);
  const phases = phasesOf([{ status: 'Importing', seconds: 10 }, { status: 'Available' }], call);
  const version = newRow(VERSION, id, call, { name: settings.HubContentName, arn, parent, settings, phases });
  await reader.insert(sageMakerResources, version);
  if (!content) {
    const more = { parent: settings.HubName, settings: summaryOf(settings), phases, tags };
    await reader.insert(sageMakerResources, newResource(hubContent, arn, call, more));
  } else if (compareVersions(settings.HubContentVersion, content.settings.HubContentVersion) > 0)
    await reader.update(sageMakerResources, { ...content, changedAt: now, phases, settings: summaryOf(settings) });
  return version;
}

type Import = Valid<ImportHubContentRequest>;

/** The patch after the latest; 1.0.0 when there is none (unverified). */
async function nextVersion(identity: ContentIdentity, call: Writing): Promise<string> {
  const latest = (await find(hubContent, identity, call))?.settings.HubContentVersion;
  if (latest === undefined) return '1.0.0';
  const [major, minor, patch] = latest.split(/\D/).map(Number);
  return `${major}.${minor}.${(patch ?? 0) + 1}`;
}

/**
 * Imports content into a hub, as the first or a further version.
 * @throws ResourceNotFound     no such hub
 * @throws ResourceInUse        there is this version; the hub is not in service
 * @throws ValidationException  tags that cannot be
 */
export const importHubContent: Handler<Import, Found> = async (input, context) => {
  const { Tags, ...asked } = input;
  const tags = newTags(Tags);
  return context.installation.store.write(async (writer) => {
    const call: Writing = { ...context, reader: writer };
    const of = await needHub(input, call);
    const HubContentVersion = input.HubContentVersion ?? (await nextVersion({ ...input, HubName: of.name }, call));
    const settings: HubContentSettings = { SupportStatus: 'Supported', ...asked, HubName: of.name, HubContentVersion };
    return answerOf(await addVersion(settings, tags, call), 'ImportHubContent', context);
  });
};

export const describeHubContent: Handler<Valid<DescribeHubContentRequest>, Found> = async (input, context) => {
  const version = await needVersion(input, input.HubContentVersion, context);
  return projected(context.installation, 'DescribeHubContent', describeResource(hubContentVersion, version, context.now));
};

export const listHubContents = list<HubContentSettings, Valid<ListHubContentsRequest>>(hubContent);
export const listHubContentVersions = list<HubContentSettings, Valid<ListHubContentVersionsRequest>>(hubContentVersion);

/** Changes a version, and what its content tells when it is the latest. */
async function amendVersion(
  operation: string,
  identity: ContentIdentity,
  version: string | undefined,
  changes: Partial<HubContentSettings>,
  context: OperationContext<Found>,
): Promise<object> {
  return context.installation.store.write(async (writer) => {
    const call: Writing = { ...context, reader: writer };
    const held = await needVersion(identity, version, call);
    // (unverified) sentence
    if (Object.keys(changes).length === 0) throw invalid('At least one attribute to update must be specified.');
    const changed: Content = { ...held, changedAt: context.now, settings: { ...held.settings, ...changes } };
    await writer.update(sageMakerResources, changed);
    const content = await needContent(identity, call);
    if (content.settings.HubContentVersion === changed.settings.HubContentVersion)
      await writer.update(sageMakerResources, { ...content, changedAt: context.now, settings: summaryOf(changed.settings) });
    return answerOf(changed, operation, context);
  });
}

/** @throws ResourceNotFound  no such hub, content or version @throws ValidationException  nothing to change */
export const updateHubContent: Handler<Valid<UpdateHubContentRequest>, Found> = (input, context) =>
  amendVersion(
    'UpdateHubContent',
    input,
    input.HubContentVersion,
    sent(input, 'HubContentDisplayName', 'HubContentDescription', 'HubContentMarkdown', 'HubContentSearchKeywords', 'SupportStatus'),
    context,
  );

/** Deletes a version; with the last one, the content. */
async function removeVersion(version: Content, call: Writing): Promise<void> {
  await call.reader.delete(sageMakerResources, keyOf(sageMakerResources, version));
  const content = await needContent(version.settings, call);
  const [latest] = await versionsOf(content, call);
  if (!latest) await call.reader.delete(sageMakerResources, keyOf(sageMakerResources, content));
  else
    await call.reader.update(sageMakerResources, {
      ...content,
      changedAt: call.now,
      phases: latest.phases,
      settings: summaryOf(latest.settings),
    });
}

/** @throws ResourceNotFound  no such hub, content or version */
export const deleteHubContent: Handler<Valid<DeleteHubContentRequest>, Found> = async (input, context) => {
  await context.installation.store.write(async (writer) => {
    const call: Writing = { ...context, reader: writer };
    await removeVersion(await needVersion(input, input.HubContentVersion, call), call);
  });
  return {};
};

// References to AWS's public hub

const REFERENCE = 'ModelReference';
const FIRST_VERSION = '1.0.0';

type Reference = Valid<CreateHubContentReferenceRequest>;

const referenceOf = ({ HubName, HubContentName, SageMakerPublicHubContentArn }: Reference): ContentIdentity => ({
  HubName,
  HubContentType: REFERENCE,
  HubContentName: HubContentName ?? SageMakerPublicHubContentArn.slice(SageMakerPublicHubContentArn.lastIndexOf('/') + 1),
});

/** The content that a reference is to be. */
export const createdReference: ResourceType<Reference, Found> = {
  ...named(hubContent),
  locate: async (input, scope) => ({ ...(await named(hubContent).locate(referenceOf(input), scope)), tags: undefined }),
};

/**
 * Refers to a model of AWS's public hub. That the model is there cannot be seen from here: it is taken as named.
 * @throws ResourceNotFound  no such hub
 * @throws ResourceInUse     the hub has such a reference
 */
export const createHubContentReference: Handler<Reference, Found> = async (input, context) => {
  const tags = newTags(input.Tags);
  return context.installation.store.write(async (writer) => {
    const call: Writing = { ...context, reader: writer };
    const of = await needHub(input, call);
    const identity = { ...referenceOf(input), HubName: of.name };
    // (unverified) sentence
    if (await find(hubContent, identity, call)) throw resourceInUse(`HubContent ${identity.HubContentName} already exists.`);
    const settings: HubContentSettings = {
      ...identity,
      HubContentVersion: input.MinVersion ?? FIRST_VERSION,
      DocumentSchemaVersion: FIRST_VERSION,
      HubContentDocument: '{}',
      SageMakerPublicHubContentArn: input.SageMakerPublicHubContentArn,
      ...(input.MinVersion !== undefined && { ReferenceMinVersion: input.MinVersion }),
    };
    return answerOf(await addVersion(settings, tags, call), 'CreateHubContentReference', context);
  });
};

/** @throws ResourceNotFound  no such hub or reference @throws ValidationException  nothing to change */
export const updateHubContentReference: Handler<Valid<UpdateHubContentReferenceRequest>, Found> = (input, context) =>
  amendVersion(
    'UpdateHubContentReference',
    input,
    undefined,
    input.MinVersion === undefined ? {} : { ReferenceMinVersion: input.MinVersion },
    context,
  );

/** @throws ResourceNotFound  no such hub or reference */
export const deleteHubContentReference: Handler<ContentIdentity, Found> = async (input, context) => {
  await context.installation.store.write(async (writer) => {
    const call: Writing = { ...context, reader: writer };
    await removeVersion(await needVersion(input, undefined, call), call);
  });
  return {};
};

/** URLs to fetch a content's files by. Contents here are documents and have no files. @throws ResourceNotFound  no such hub, content or version */
export const createHubContentPresignedUrls: Handler<Valid<CreateHubContentPresignedUrlsRequest>, Found> = async (input, context) => {
  await needVersion(input, input.HubContentVersion, context);
  return { AuthorizedUrlConfigs: [] };
};
