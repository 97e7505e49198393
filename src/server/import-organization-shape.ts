import { boolean, known, list, mapOf, oneOf, type Shape, type ShapeOf, text } from './shape.ts';

/*
 * What the commands of `aws organizations` print, as far as an import looks at it: one member for each command, and below it, for commands
 * that are asked about something, one for each thing they were asked about.
 */

/** Accounts, OUs and policies of one organization: well above what AWS allows without asking. */
const MOST = 10_000;

const matching = (pattern: RegExp, max: number, what: string): Shape<string> =>
  text({ max, matches: (value) => pattern.test(value), what });

const accountId = matching(/^[0-9]{12}$/, 12, 'an account id of 12 digits');
const rootId = matching(/^r-[0-9a-z]{4,32}$/, 34, 'the id of a root');
const unitId = matching(/^ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$/, 68, 'the id of an OU');
const policyId = matching(/^p-[0-9a-zA-Z_]{8,128}$/, 130, 'the id of a policy');
const arn = matching(/^arn:aws:organizations::([0-9]{12}|aws):[!-~]+$/, 2048, 'an ARN of Organizations');
const servicePrincipal = matching(/^[\w+=,.@-]*$/, 128, 'a service principal');

/** Text as the CLI's second version prints times, or seconds as its first does. */
const time: Shape<string | number> = (value, path, problems) =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 && value < 1e11
    ? value
    : text({ max: 40, matches: (each) => !Number.isNaN(Date.parse(each)), what: 'a time' })(value, path, problems);

/** Given only where there are further pages. */
const page = { NextToken: text({ min: 0, max: 100_000 }) };

const policySummary = known({
  Id: policyId,
  Arn: arn,
  Name: text({ max: 128 }),
  Type: text({ max: 64 }),
  Description: text({ min: 0, max: 512 }),
  AwsManaged: boolean,
});

const account = known(
  {
    Id: accountId,
    Arn: arn,
    Email: text({ max: 64 }),
    Name: text({ max: 50 }),
    JoinedMethod: oneOf('INVITED', 'CREATED'),
    JoinedTimestamp: time,
  },
  {
    Status: oneOf('ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE'),
    State: oneOf('PENDING_ACTIVATION', 'ACTIVE', 'SUSPENDED', 'PENDING_CLOSURE', 'CLOSED'),
  },
);

const tag = known({ Key: text({ max: 128 }), Value: text({ min: 0, max: 256 }) });

export const organizationPrint = known(
  {
    'describe-organization': known({
      Organization: known({
        Id: matching(/^o-[a-z0-9]{10,32}$/, 34, 'the id of an organization'),
        Arn: arn,
        FeatureSet: oneOf('ALL', 'CONSOLIDATED_BILLING'),
        MasterAccountId: accountId,
      }),
    }),
    'list-roots': known({
      Roots: list(
        known({ Id: rootId, Arn: arn, PolicyTypes: list(known({ Type: text({ max: 64 }), Status: text({ max: 64 }) }), 100) }),
        100,
      ),
    }),
    'list-organizational-units-for-parent': mapOf(
      known({ OrganizationalUnits: list(known({ Id: unitId, Arn: arn, Name: text({ max: 128 }) }), MOST) }, page),
      MOST,
    ),
    'list-accounts-for-parent': mapOf(known({ Accounts: list(account, MOST) }, page), MOST),
    'list-policies': mapOf(known({ Policies: list(policySummary, MOST) }, page), 100),
  },
  {
    'describe-policy': mapOf(known({ Policy: known({ PolicySummary: policySummary, Content: text({ max: 100_000 }) }) }), MOST),
    'list-targets-for-policy': mapOf(known({ Targets: list(known({ TargetId: text({ max: 68 }) }), 2 * MOST) }, page), MOST),
    'list-tags-for-resource': mapOf(known({ Tags: list(tag, 50) }, page), 3 * MOST),
    'describe-resource-policy': known({
      ResourcePolicy: known({
        ResourcePolicySummary: known({ Id: matching(/^rp-[0-9a-zA-Z_]{4,128}$/, 131, 'the id of a resource policy'), Arn: arn }),
        Content: text({ max: 100_000 }),
      }),
    }),
    'list-aws-service-access-for-organization': known(
      { EnabledServicePrincipals: list(known({ ServicePrincipal: servicePrincipal, DateEnabled: time }), 1000) },
      page,
    ),
    'list-delegated-services-for-account': mapOf(
      known({ DelegatedServices: list(known({ ServicePrincipal: servicePrincipal, DelegationEnabledDate: time }), 1000) }, page),
      MOST,
    ),
  },
);

export type OrganizationPrint = ShapeOf<typeof organizationPrint>;
export type PrintedAccount = ShapeOf<typeof account>;
export type PrintedPolicy = ShapeOf<typeof policySummary>;
export type PrintedTime = string | number;
