import type { AuditEvent } from '../../audit/event.ts';
import { actionPrefixOf } from '../../authorization/rows-from-data.ts';
import type { ServiceAuthorizations } from '../../model/service-authorization.ts';

/*
 * An audit event in CloudTrail's form. What a call was given and what it answered is in none: the audit holds no parameter values.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */

/** An event as LookupEvents tells it. */
export interface EventRecord {
  readonly EventId: string;
  readonly EventName: string;
  readonly ReadOnly: 'true' | 'false';
  readonly AccessKeyId?: string | undefined;
  readonly EventTime: Date;
  readonly EventSource: string;
  readonly Username?: string | undefined;
  readonly Resources: readonly { readonly ResourceType?: string | undefined; readonly ResourceName: string }[];
  /** JSON. */
  readonly CloudTrailEvent: string;
}

/** Everything but the JSON, which is made only for events that are asked for. */
export type EventSummary = Omit<EventRecord, 'CloudTrailEvent'>;

/** Where events of global services and sign-ins are told. */
const GLOBAL_REGION = 'us-east-1';

/** What AWS has no access level for, such as a sign-in: it may have changed something unless its name says otherwise. */
const READS = /^(Get|List|Describe|ConsoleHome$)/;

export const regionOfEvent = ({ region }: AuditEvent): string => region ?? GLOBAL_REGION;

/** @param account  to whom it is told */
export function summarize(event: AuditEvent, account: string, published: ServiceAuthorizations): EventSummary {
  const { requestId, time, service = '', operation = '', resource } = event;
  const caller = isForeign(event, account) ? undefined : event.caller;
  const prefix = actionPrefixOf(service);
  const access = published.accessLevel(`${prefix}:${operation}`);
  return {
    // One event, one request: its id serves for both.
    EventId: requestId,
    EventName: operation,
    ReadOnly: access === 'Read' || access === 'List' || (access === undefined && READS.test(operation)) ? 'true' : 'false',
    AccessKeyId: caller?.accessKeyId,
    EventTime: new Date(time),
    EventSource: `${prefix}.amazonaws.com`,
    Username: caller && userNameOf(caller.arn),
    Resources: resource === undefined || resource.arn === '*' ? [] : [{ ResourceType: typeOf(resource.arn), ResourceName: resource.arn }],
  };
}

export function toRecord(event: AuditEvent, summary: EventSummary, account: string): EventRecord {
  const { denied, resource, status, decisionId } = event;
  const record = {
    eventVersion: '1.11',
    userIdentity: isForeign(event, account) ? foreignIdentityOf(event) : identityOf(event.caller),
    eventTime: summary.EventTime.toISOString().replace(/\.\d{3}Z$/, 'Z'),
    eventSource: summary.EventSource,
    eventName: summary.EventName,
    awsRegion: regionOfEvent(event),
    sourceIPAddress: event.sourceIp,
    userAgent: event.userAgent,
    errorCode: event.errorCode,
    errorMessage: denied?.reason,
    requestParameters: null,
    responseElements: null,
    // AWS lets each service say more here; ours is what authorization saw.
    additionalEventData: { status, action: denied?.action, decisionId },
    requestID: event.requestId,
    eventID: summary.EventId,
    readOnly: summary.ReadOnly === 'true',
    resources:
      resource === undefined || resource.arn === '*'
        ? undefined
        : [{ accountId: resource.account, type: summary.Resources[0]?.ResourceType, ARN: resource.arn }],
    eventType: event.service === 'signin' ? 'AwsConsoleSignIn' : 'AwsApiCall',
    managementEvent: true,
    recipientAccountId: account,
    eventCategory: 'Management',
  };
  return { ...summary, CloudTrailEvent: JSON.stringify(record) };
}

/** Whether the caller is of another account, which has taken on a role here. */
const isForeign = ({ caller }: AuditEvent, account: string): boolean =>
  caller !== undefined && caller.account !== '' && caller.account !== account;

/**
 * What an account is told of callers of others: their names and keys are nobody else's business.
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
const foreignIdentityOf = ({ caller }: AuditEvent): object => ({
  type: 'AWSAccount',
  principalId: caller?.userId,
  accountId: caller?.account,
});

/** As CloudTrail tells kinds of callers apart. */
function identityOf(caller: AuditEvent['caller']): object {
  if (!caller) return { type: 'Unknown' };
  const { arn, account, accessKeyId, userId } = caller;
  const common = { principalId: userId, arn, accountId: account === '' ? undefined : account, accessKeyId };
  const [, , service, , , resource = ''] = arn.split(':');
  if (service === 'iam' && resource === 'root') return { type: 'Root', ...common };
  if (service === 'iam' && resource.startsWith('user/')) return { type: 'IAMUser', ...common, userName: userNameOf(arn) };
  if (service === 'sts' && resource.startsWith('assumed-role/')) return { type: 'AssumedRole', ...common };
  if (service === 'sts' && resource.startsWith('federated-user/')) return { type: 'FederatedUser', ...common };
  if (arn.includes(':saml-provider/')) return { type: 'SAMLUser', principalId: userId, identityProvider: arn };
  if (account === '') return { type: 'WebIdentityUser', principalId: userId, identityProvider: arn };
  return { type: 'IdentityCenterUser', ...common };
}

/** A user's name, a session's, or `root`: what comes last. */
const userNameOf = (arn: string): string => arn.slice(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);

/** In names of CloudFormation's types, services are written their own way. */
const SERVICES: Readonly<Record<string, string>> = {
  iam: 'IAM',
  sts: 'STS',
  sagemaker: 'SageMaker',
  ec2: 'EC2',
  organizations: 'Organizations',
};

/** `AWS::SageMaker::NotebookInstance`, from an ARN's `notebook-instance/…`. That all are spelled so is (unverified). */
function typeOf(arn: string): string | undefined {
  const [, , service = '', , , ...rest] = arn.split(':');
  const kind = /^[a-z-]+(?=[/:])/.exec(rest.join(':'))?.[0];
  const name = Object.hasOwn(SERVICES, service) ? SERVICES[service] : undefined;
  if (kind === undefined || name === undefined) return undefined;
  return `AWS::${name}::${kind.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase())}`;
}
