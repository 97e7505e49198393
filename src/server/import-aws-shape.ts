import { boolean, known, list, objectOr, type Shape, type ShapeOf, text } from './shape.ts';

/*
 * What `aws iam get-account-authorization-details` prints, as far as an import looks at it. AWS adds members as time goes by: those that are
 * not known here are passed over.
 */

/** Entities of one kind, and what hangs on one of them: well above what AWS allows. */
const MOST = 20_000;

const matching = (pattern: RegExp, max: number, what: string): Shape<string> =>
  text({ max, matches: (value) => pattern.test(value), what });

const name = matching(/^[\w+=,.@-]+$/, 128, 'a name as IAM has them');
const path = matching(/^\/([!-~]+\/)?$/, 512, 'a path');
const id = matching(/^A[A-Z]{3}[A-Z0-9]{12,124}$/, 128, 'a unique id');
const arn = matching(/^arn:aws:iam::([0-9]{12}|aws):[!-~]+$/, 2048, 'an ARN of IAM');
const time = text({ max: 40, matches: (value) => !Number.isNaN(Date.parse(value)), what: 'a time' });
const version = matching(/^v[1-9][0-9]{0,5}$/, 7, 'a version such as v1');
const document: Shape<object | string> = objectOr((value: unknown) => value as object, text({ max: 200_000 }));

const tag = known({ Key: text({ max: 128 }), Value: text({ min: 0, max: 256 }) });
const tags = list(tag, 50);
const boundary = known({ PermissionsBoundaryArn: arn });
const inline = known({ PolicyName: name, PolicyDocument: document });
const attached = known({ PolicyArn: arn });

const user = known(
  { Path: path, UserName: name, UserId: id, Arn: arn, CreateDate: time },
  {
    UserPolicyList: list(inline, MOST),
    GroupList: list(name, MOST),
    AttachedManagedPolicies: list(attached, MOST),
    PermissionsBoundary: boundary,
    Tags: tags,
  },
);

const group = known(
  { Path: path, GroupName: name, GroupId: id, Arn: arn, CreateDate: time },
  { GroupPolicyList: list(inline, MOST), AttachedManagedPolicies: list(attached, MOST) },
);

const instanceProfile = known({ Path: path, InstanceProfileName: name, InstanceProfileId: id, CreateDate: time });

const role = known(
  { Path: path, RoleName: name, RoleId: id, Arn: arn, CreateDate: time, AssumeRolePolicyDocument: document },
  {
    RolePolicyList: list(inline, MOST),
    AttachedManagedPolicies: list(attached, MOST),
    InstanceProfileList: list(instanceProfile, MOST),
    PermissionsBoundary: boundary,
    Tags: tags,
    RoleLastUsed: known({}, { LastUsedDate: time, Region: text({ max: 64 }) }),
  },
);

const policy = known({
  PolicyName: name,
  PolicyId: id,
  Arn: arn,
  Path: path,
  DefaultVersionId: version,
  CreateDate: time,
  UpdateDate: time,
  PolicyVersionList: list(known({ Document: document, VersionId: version, CreateDate: time }), 100),
});

export const accountDetails = known(
  {
    UserDetailList: list(user, MOST),
    GroupDetailList: list(group, MOST),
    RoleDetailList: list(role, MOST),
    Policies: list(policy, MOST),
  },
  // Of a page that others follow: the API's way to say it, and the CLI's.
  { IsTruncated: boolean, NextToken: text({ max: 100_000 }) },
);

export type AccountDetails = ShapeOf<typeof accountDetails>;
export type DetailedRole = ShapeOf<typeof role>;
export type InlinePolicyDetail = ShapeOf<typeof inline>;
export type AttachedPolicy = ShapeOf<typeof attached>;
export type TagDetail = ShapeOf<typeof tag>;
