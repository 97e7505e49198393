/** What IAM answers, as far as the console shows it. Everything is text on the wire of the query protocol; an empty list reads as an empty text. */
export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

export interface User {
  readonly UserName: string;
  readonly UserId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: string;
  readonly PasswordLastUsed?: string;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string };
}

export interface Group {
  readonly GroupName: string;
  readonly GroupId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: string;
}

export interface Role {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: string;
  readonly Description?: string;
  readonly MaxSessionDuration?: string;
  /** Percent-encoded JSON. */
  readonly AssumeRolePolicyDocument: string;
  readonly PermissionsBoundary?: { readonly PermissionsBoundaryArn: string };
  readonly RoleLastUsed?: { readonly LastUsedDate?: string; readonly Region?: string } | '';
}

export interface Policy {
  readonly PolicyName: string;
  readonly PolicyId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly DefaultVersionId: string;
  readonly AttachmentCount: string;
  readonly Description?: string;
  readonly CreateDate: string;
  readonly UpdateDate: string;
}

export interface AttachedPolicy {
  readonly PolicyName: string;
  readonly PolicyArn: string;
}

export interface AccessKey {
  readonly AccessKeyId: string;
  readonly Status: 'Active' | 'Inactive';
  readonly CreateDate: string;
}

/** An access key on the one occasion on which its secret is told. */
export interface NewAccessKey extends AccessKey {
  readonly SecretAccessKey: string;
}

export interface MfaDevice {
  readonly SerialNumber: string;
  readonly EnableDate: string;
}
