import { Identitystore } from '@aws-sdk/client-identitystore';
import { Organizations } from '@aws-sdk/client-organizations';
import { SSOAdmin } from '@aws-sdk/client-sso-admin';
import { type Credentials, clientConfig, type TestAccount } from '../harness.ts';
import { openSignIn, type SignInStage } from '../sign-in/stage.ts';
import { Browser } from './browser.ts';

export const PASSWORD = 'Correct-Horse-7';

/** An organization with Identity Center, a member account, and the pages of its portal. */
export interface PortalStage extends SignInStage {
  readonly management: TestAccount;
  readonly member: TestAccount;
  readonly admin: SSOAdmin;
  readonly people: Identitystore;
  readonly InstanceArn: string;
  readonly IdentityStoreId: string;
  /** As `aws configure sso` is given it. */
  readonly startUrl: string;
  /** Creates a user and sets their password by a mailed code. Their id. */
  person(UserName: string, more?: object): Promise<string>;
  permissionSet(Name: string, policies?: { managed?: string; inline?: object; more?: object }): Promise<string>;
  assign(PermissionSetArn: string, PrincipalId: string, PrincipalType?: 'USER' | 'GROUP'): Promise<void>;
  unassign(PermissionSetArn: string, PrincipalId: string, PrincipalType?: 'USER' | 'GROUP'): Promise<void>;
  browser(): Browser;
  /** A browser in which somebody is signed in. */
  signedIn(userName: string): Promise<Browser>;
  /** What a client needs to call as somebody; its clock goes with the server's. */
  config(credentials: Credentials): ReturnType<typeof clientConfig> & { systemClockOffset: number };
  /** Moves the server's clock, and with it that of the stage's clients. */
  advance(milliseconds: number): void;
  /** The code of the newest mail to an address. */
  mailedCode(to: string): string;
}

export async function openPortal(): Promise<PortalStage> {
  const stage = await openSignIn();
  const { server, outbox } = stage;
  const [management, member] = [await server.account(), await server.account()];
  const config = clientConfig(server, management.root);
  const org = new Organizations(config);
  await org.createOrganization({});
  const { Handshake } = await org.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member.id } });
  await new Organizations(clientConfig(server, member.root)).acceptHandshake({ HandshakeId: Handshake?.Id });
  const admin = new SSOAdmin(config);
  const people = new Identitystore(config);
  const { InstanceArn = '' } = await admin.createInstance({ Name: 'example' });
  const { IdentityStoreId = '' } = await admin.describeInstance({ InstanceArn });
  const mailedCode = (to: string): string => /code is (\d{6})/.exec(outbox.list().find((mail) => mail.to === to)?.text ?? '')?.[1] ?? '';
  const browser = (): Browser => new Browser(server.url);
  const set = async (
    kind: 'createAccountAssignment' | 'deleteAccountAssignment',
    PermissionSetArn: string,
    PrincipalId: string,
    PrincipalType: 'USER' | 'GROUP',
  ) => {
    await admin[kind]({ InstanceArn, PermissionSetArn, PrincipalId, PrincipalType, TargetId: member.id, TargetType: 'AWS_ACCOUNT' });
  };
  let ahead = 0;
  return {
    ...stage,
    config: (credentials) => ({ ...clientConfig(server, credentials), systemClockOffset: ahead }),
    advance(milliseconds) {
      server.clock.advance(milliseconds);
      ahead += milliseconds;
      for (const client of [admin, people]) client.config.systemClockOffset = ahead;
    },
    management,
    member,
    admin,
    people,
    InstanceArn,
    IdentityStoreId,
    startUrl: `${server.url}/start/${IdentityStoreId}`,
    async person(UserName, more = {}) {
      const Value = `${UserName}@people.example.com`;
      const { UserId = '' } = await people.createUser({
        IdentityStoreId,
        UserName,
        DisplayName: UserName,
        Name: { GivenName: UserName, FamilyName: 'Example' },
        Emails: [{ Value, Primary: true }],
        ...more,
      });
      const page = await browser().open(`/start/${IdentityStoreId}`);
      await page.submit('/password-code', { user_name: UserName });
      await page.submit('/password', { code: mailedCode(Value), password: PASSWORD });
      if (page.status !== 200 || !page.text.includes('AWS access portal')) throw new Error(`no password was set: ${page.text}`);
      return UserId;
    },
    async permissionSet(Name, { managed, inline, more = {} } = {}) {
      const { PermissionSet } = await admin.createPermissionSet({ InstanceArn, Name, ...more });
      const PermissionSetArn = PermissionSet?.PermissionSetArn ?? '';
      if (managed) await admin.attachManagedPolicyToPermissionSet({ InstanceArn, PermissionSetArn, ManagedPolicyArn: managed });
      if (inline) await admin.putInlinePolicyToPermissionSet({ InstanceArn, PermissionSetArn, InlinePolicy: JSON.stringify(inline) });
      return PermissionSetArn;
    },
    assign: (permissionSet, principal, type = 'USER') => set('createAccountAssignment', permissionSet, principal, type),
    unassign: (permissionSet, principal, type = 'USER') => set('deleteAccountAssignment', permissionSet, principal, type),
    browser,
    async signedIn(user_name) {
      const page = await browser().open(`/start/${IdentityStoreId}`);
      return page.submit('/sign-in', { user_name, password: PASSWORD });
    },
    mailedCode,
  };
}
