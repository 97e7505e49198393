import { SSO } from '@aws-sdk/client-sso';
import { SSOOIDC } from '@aws-sdk/client-sso-oidc';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../clients.ts';
import { ADMIN, ADMIN_PASSWORD, BASE, groupDn, isSlapdHere, PASSWORD, personDn, type Slapd, startSlapd } from '../directory/slapd.ts';
import { directoryRole } from '../directory/stage.ts';
import { openPortal, type PortalStage } from './stage.ts';

const MINUTE = 60_000;

describeWith('slapd', isSlapdHere, 'an OpenLDAP directory as identity source', () => {
  let s: PortalStage;
  let slapd: Slapd;
  beforeAll(async () => {
    slapd = await startSlapd();
    s = await openPortal();
    const roleArn = await directoryRole(s.management, 'Unused');
    await s.directories.create({
      name: 'corp',
      accountId: s.management.id,
      kind: 'ldap',
      servers: [slapd.ldap],
      bindDn: ADMIN,
      bindPassword: ADMIN_PASSWORD,
      userBase: `ou=people,${BASE}`,
      groupBase: `ou=groups,${BASE}`,
      roles: [{ member: groupDn('admins'), roleArn }],
    });
    await s.directorySource.use(s.IdentityStoreId, 'corp');
  });
  afterAll(async () => {
    expect(s.server.errors).toEqual([]);
    await s.close();
    await slapd.stop();
  });

  const open = async (user_name: string, password = PASSWORD) => {
    const browser = await s.browser().open(`/start/${s.IdentityStoreId}`);
    expect(browser.text).toContain('The password is that of your directory.');
    return browser.submit('/sign-in', { user_name, password });
  };

  it('signs its people in, who are assigned by its groups, and L06 out again', async () => {
    const { IdentityStoreId } = s;
    expect((await open('alice', 'wrong')).alert).toBe('Your authentication information is incorrect. Please try again.');
    const browser = await open('alice');
    expect(browser.text).toContain('Signed in as alice');
    expect(browser.text).toContain('Nothing is assigned to you yet');
    const { Groups = [] } = await s.people.listGroups({ IdentityStoreId });
    const group = Groups.find(({ DisplayName }) => DisplayName?.startsWith('cn=scientists,'));
    await s.assign(await s.permissionSet('Research', { managed: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }), group?.GroupId ?? '', 'GROUP');
    await browser.open(`/start/${IdentityStoreId}`);
    expect(browser.text).toContain('Research');

    // A program that somebody of the directory lets in; it ends with them.
    const unsigned = { endpoint: s.server.url, region: 'us-east-1', maxAttempts: 1 };
    const oidc = new SSOOIDC(unsigned);
    const { clientId = '', clientSecret = '' } = await oidc.registerClient({ clientName: 'a test', clientType: 'public' });
    const begun = await oidc.startDeviceAuthorization({ clientId, clientSecret, startUrl: s.startUrl });
    await browser.open('/device');
    await browser.submit('/device', { user_code: begun.userCode ?? '' });
    await browser.submit('/device/decision', { decision: 'allow' });
    const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
    const { accessToken } = await oidc.createToken({ clientId, clientSecret, grantType, deviceCode: begun.deviceCode });
    const portal = new SSO(unsigned);
    expect((await portal.listAccounts({ accessToken })).accountList).toHaveLength(1);

    // Out of the group: without the role at the next look; out of the directory: out.
    s.advance(60 * MINUTE);
    slapd.modify(`dn: ${groupDn('scientists')}\nchangetype: modify\ndelete: member\nmember: ${personDn('alice')}\n`);
    await s.directorySource.recheck();
    expect((await portal.listAccounts({ accessToken })).accountList).toEqual([]);
    s.advance(60 * MINUTE);
    slapd.modify(`dn: ${personDn('alice')}\nchangetype: delete\n`);
    await s.directorySource.recheck();
    await expect(portal.listAccounts({ accessToken })).rejects.toMatchObject({ name: 'UnauthorizedException' });
    expect((await open('alice')).status).toBe(403);
  });

  it('keeps its people and groups to itself, and C03 mails nobody', async () => {
    const { IdentityStoreId } = s;
    const made = s.people.createGroup({ IdentityStoreId, DisplayName: 'ours' });
    await expect(made).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining('directory') });
    const browser = s.browser();
    await browser.post(`/start/${IdentityStoreId}/password-code`, { user_name: 'bob' });
    expect(s.outbox.list()).toEqual([]);
  });
});
