import { IAM } from '@aws-sdk/client-iam';
import { Identitystore } from '@aws-sdk/client-identitystore';
import { SSOAdmin } from '@aws-sdk/client-sso-admin';
import { beforeAll, expect } from 'vitest';
import { type Credentials, clientConfig, type TestAccount, type TestServerOptions } from '../../harness.ts';
import { stage as organizationStage, type Stage } from '../organizations/stage.ts';

/** An organization with an instance of IAM Identity Center. Filled before the first test. */
export interface IdentityCenterStage extends Stage {
  sso: SSOAdmin;
  people: Identitystore;
  iam: (credentials: Credentials) => IAM;
  ssoAs: (credentials: Credentials) => SSOAdmin;
  peopleAs: (credentials: Credentials) => Identitystore;
  InstanceArn: string;
  IdentityStoreId: string;
  /** Creates a user. Their id. */
  person(UserName: string, more?: object): Promise<string>;
  /** Creates a group with these members. Its id. */
  group(DisplayName: string, ...userIds: string[]): Promise<string>;
  /** Creates a permission set. Its ARN. */
  permissionSet(Name: string, more?: object): Promise<string>;
  assign(account: TestAccount | string, PermissionSetArn: string, PrincipalId: string, PrincipalType?: 'USER' | 'GROUP'): Promise<string>;
}

export function stage(options: TestServerOptions = {}): IdentityCenterStage {
  const filled = organizationStage(options) as IdentityCenterStage;
  beforeAll(async () => {
    const { server, management } = filled;
    const config = (credentials: Credentials) => clientConfig(server, credentials);
    filled.iam = (credentials) => new IAM(config(credentials));
    filled.ssoAs = (credentials) => new SSOAdmin(config(credentials));
    filled.peopleAs = (credentials) => new Identitystore(config(credentials));
    filled.sso = filled.ssoAs(management.root);
    filled.people = filled.peopleAs(management.root);
    filled.InstanceArn = (await filled.sso.createInstance({ Name: 'example' })).InstanceArn ?? '';
    filled.IdentityStoreId = (await filled.sso.listInstances({})).Instances?.[0]?.IdentityStoreId ?? '';
    filled.person = async (UserName, more = {}) => {
      const [name = ''] = UserName.split('@');
      const { UserId } = await filled.people.createUser({
        IdentityStoreId: filled.IdentityStoreId,
        UserName,
        DisplayName: name,
        Name: { GivenName: name, FamilyName: 'Example' },
        Emails: [{ Value: `${name}@people.example.com`, Primary: true }],
        ...more,
      });
      return UserId ?? '';
    };
    filled.group = async (DisplayName, ...userIds) => {
      const { IdentityStoreId } = filled;
      const { GroupId } = await filled.people.createGroup({ IdentityStoreId, DisplayName });
      for (const UserId of userIds) await filled.people.createGroupMembership({ IdentityStoreId, GroupId, MemberId: { UserId } });
      return GroupId ?? '';
    };
    filled.permissionSet = async (Name, more = {}) =>
      (await filled.sso.createPermissionSet({ InstanceArn: filled.InstanceArn, Name, ...more })).PermissionSet?.PermissionSetArn ?? '';
    filled.assign = async (account, PermissionSetArn, PrincipalId, PrincipalType = 'USER') => {
      const { AccountAssignmentCreationStatus: status } = await filled.sso.createAccountAssignment({
        InstanceArn: filled.InstanceArn,
        PermissionSetArn,
        PrincipalId,
        PrincipalType,
        TargetId: typeof account === 'string' ? account : account.id,
        TargetType: 'AWS_ACCOUNT',
      });
      expect(status?.Status).toBe('IN_PROGRESS');
      return status?.RequestId ?? '';
    };
  });
  return filled;
}

export const refused = (promise: Promise<unknown>, name: string, message?: string | RegExp): Promise<void> =>
  expect(promise).rejects.toMatchObject({ name, ...(message === undefined ? {} : { message: expect.stringMatching(message) }) });
