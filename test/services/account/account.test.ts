import { Account } from '@aws-sdk/client-account';
import { describe, expect, it } from 'vitest';
import type { MailMessage } from '../../../src/core/mail.ts';
import { REGIONS } from '../../../src/core/region.ts';
import { accounts } from '../../../src/store/tables/account.ts';
import { type Credentials, clientConfig, policy, type TestAccount } from '../../harness.ts';
import { DAY, stage } from '../organizations/stage.ts';

const mails: MailMessage[] = [];
const s = stage({ mail: { sendMail: async (mail) => void mails.unshift(mail) } });

const client = (credentials: Credentials): Account => new Account(clientConfig(s.server, credentials));

const CONTACT = {
  FullName: 'Ada Lovelace',
  AddressLine1: '1 Engine Street',
  AddressLine2: 'c/o Babbage',
  City: 'London',
  StateOrRegion: 'London',
  PostalCode: 'W1',
  CountryCode: 'GB',
  PhoneNumber: '+44 20 0000',
  CompanyName: 'Engines',
  WebsiteUrl: 'https://example.com',
};
const SECURITY = {
  Name: 'Sec Urity',
  Title: 'CISO',
  EmailAddress: 'security@example.com',
  PhoneNumber: '+1 555 0100',
} as const;

/** That a call is refused so. */
const refused = (call: Promise<unknown>, name: string, message: string | RegExp, fields: object = {}): Promise<void> =>
  call.then(
    () => expect.unreachable('the call went through'),
    (error: Error) =>
      expect(error).toMatchObject({ name, message: typeof message === 'string' ? message : expect.stringMatching(message), ...fields }),
  );

const denied = (call: Promise<unknown>, message: string | RegExp): Promise<void> => refused(call, 'AccessDeniedException', message);

describe('an account of its own', () => {
  it('has the contact that was put, whole', async () => {
    const account = await s.server.account();
    const own = client(account.root);
    await refused(own.getContactInformation({}), 'ResourceNotFoundException', 'No contact information found for the account.', {
      $metadata: { httpStatusCode: 404 },
    });
    await own.putContactInformation({ ContactInformation: CONTACT });
    expect((await own.getContactInformation({})).ContactInformation).toEqual(CONTACT);
    const { CompanyName, WebsiteUrl, ...shorter } = CONTACT;
    await own.putContactInformation({ ContactInformation: shorter });
    expect((await own.getContactInformation({})).ContactInformation).toEqual(shorter);
  });

  it.each([
    ['no state where there are states', { StateOrRegion: undefined }, 'StateOrRegion is required for GB.', 'stateOrRegion'],
    ['no country', { CountryCode: 'gb' }, 'CountryCode must be an ISO 3166 code of two letters.', 'countryCode'],
  ])('is not given a contact with %s', async (_, change, message, name) => {
    const own = client((await s.server.account()).root);
    await refused(own.putContactInformation({ ContactInformation: { ...CONTACT, ...change } }), 'ValidationException', message, {
      reason: 'fieldValidationFailed',
      fieldList: [{ name, message }],
      $metadata: { httpStatusCode: 400 },
    });
    await own.putContactInformation({ ContactInformation: { ...CONTACT, CountryCode: 'FR', StateOrRegion: undefined } });
  });

  it('has three alternate contacts, each by itself', async () => {
    const own = client((await s.server.account()).root);
    const none = 'No contact of the inputted alternate contact type found.';
    await refused(own.getAlternateContact({ AlternateContactType: 'SECURITY' }), 'ResourceNotFoundException', none);
    await refused(own.deleteAlternateContact({ AlternateContactType: 'SECURITY' }), 'ResourceNotFoundException', none);
    await own.putAlternateContact({ AlternateContactType: 'SECURITY', ...SECURITY });
    await own.putAlternateContact({ AlternateContactType: 'BILLING', ...SECURITY, Name: 'Bill' });
    await own.putAlternateContact({ AlternateContactType: 'SECURITY', ...SECURITY, Title: 'Head' });
    expect((await own.getAlternateContact({ AlternateContactType: 'SECURITY' })).AlternateContact).toEqual({
      AlternateContactType: 'SECURITY',
      ...SECURITY,
      Title: 'Head',
    });
    await own.deleteAlternateContact({ AlternateContactType: 'SECURITY' });
    await refused(own.getAlternateContact({ AlternateContactType: 'SECURITY' }), 'ResourceNotFoundException', none);
    expect((await own.getAlternateContact({ AlternateContactType: 'BILLING' })).AlternateContact?.Name).toBe('Bill');
    await refused(
      own.putAlternateContact({ AlternateContactType: 'BILLING', ...SECURITY, EmailAddress: 'nobody' }),
      'ValidationException',
      /EmailAddress|emailAddress/,
    );
  });

  it('is told its name, age and state, and renamed', async () => {
    const account = await s.server.account();
    const own = client(account.root);
    const { AccountCreatedDate, ...rest } = await own.getAccountInformation({});
    expect(rest).toMatchObject({ AccountId: account.id, AccountName: `account ${account.id}`, AccountState: 'ACTIVE' });
    const created = (await s.server.installation.store.get(accounts, [account.id]))?.createdAt ?? 0;
    expect(Math.abs((AccountCreatedDate?.getTime() ?? 0) - created)).toBeLessThan(1000);
    await own.putAccountName({ AccountName: 'Renamed' });
    expect((await own.getAccountInformation({})).AccountName).toBe('Renamed');
    await refused(own.putAccountName({ AccountName: '' }), 'ValidationException', /accountName/i);
  });

  it('lists its regions, in pages and by status', async () => {
    const own = client((await s.server.account()).root);
    expect(await own.getRegionOptStatus({ RegionName: 'eu-west-1' })).toMatchObject({
      RegionName: 'eu-west-1',
      RegionOptStatus: 'ENABLED_BY_DEFAULT',
    });
    expect((await own.getRegionOptStatus({ RegionName: 'af-south-1' })).RegionOptStatus).toBe('DISABLED');
    await refused(own.getRegionOptStatus({ RegionName: 'mars-1' }), 'ValidationException', 'mars-1 is not a valid Region.', {
      reason: 'invalidRegionOptTarget',
    });
    const names: (string | undefined)[] = [];
    let token: string | undefined;
    do {
      const { Regions, NextToken } = await own.listRegions({ MaxResults: 7, NextToken: token });
      expect(Regions?.length).toBe(NextToken === undefined ? REGIONS.size % 7 || 7 : 7);
      names.push(...(Regions ?? []).map(({ RegionName }) => RegionName));
      token = NextToken;
    } while (token !== undefined);
    expect(names).toEqual([...REGIONS.keys()].sort());
    const { Regions } = await own.listRegions({ RegionOptStatusContains: ['DISABLED'] });
    expect(Regions?.every(({ RegionName }) => REGIONS.get(RegionName ?? '')?.optIn)).toBe(true);
    await refused(own.listRegions({ NextToken: 'x' }), 'ValidationException', 'NextToken is invalid.');
    // A token is bound to its listing.
    const { NextToken } = await own.listRegions({ MaxResults: 1 });
    await refused(own.listRegions({ NextToken, RegionOptStatusContains: ['DISABLED'] }), 'ValidationException', 'NextToken is invalid.');
  });

  it('lets nobody in without permission, and by contact type and region', async () => {
    const account = await s.server.account();
    const arn = `arn:aws:account::${account.id}:account`;
    const nobody = client(await account.user('nobody'));
    await denied(
      nobody.getContactInformation({}),
      `User: arn:aws:iam::${account.id}:user/nobody is not authorized to perform: account:GetContactInformation on resource: ${arn} because no identity-based policy allows the account:GetContactInformation action`,
    );
    const only = policy(
      {
        Effect: 'Allow',
        Action: 'account:*AlternateContact',
        Resource: arn,
        Condition: { 'ForAllValues:StringEquals': { 'account:AlternateContactTypes': ['BILLING'] } },
      },
      {
        Effect: 'Allow',
        Action: 'account:GetRegionOptStatus',
        Resource: '*',
        Condition: { StringEquals: { 'account:TargetRegion': 'us-east-1' } },
      },
    );
    const some = client(await account.user('some', { inline: { only } }));
    await some.putAlternateContact({ AlternateContactType: 'BILLING', ...SECURITY });
    await denied(some.putAlternateContact({ AlternateContactType: 'SECURITY', ...SECURITY }), /account:PutAlternateContact/);
    await some.getRegionOptStatus({ RegionName: 'us-east-1' });
    await denied(some.getRegionOptStatus({ RegionName: 'us-east-2' }), /account:GetRegionOptStatus/);
  });

  it('may not be named, not even by itself', async () => {
    const [account, other] = [await s.server.account(), await s.server.account()];
    const own = client(account.root);
    await denied(own.getAccountInformation({ AccountId: account.id }), /is not authorized to perform: account:GetAccountInformation$/);
    await denied(own.getAccountInformation({ AccountId: other.id }), /is not authorized to perform: account:GetAccountInformation/);
  });
});

describe('an organization', () => {
  const own = (): Account => client(s.management.root);
  const by = (account: TestAccount) => `User: arn:aws:iam::${account.id}:root is not authorized to perform: account:`;

  it('manages its members once the service is trusted, and never the management account by name', async () => {
    const unit = await s.unit(s.rootId, 'managed');
    const member = await s.member(unit);
    const stranger = await s.server.account();
    const named = { AccountId: member.id };
    await denied(
      own().getAccountInformation(named),
      `${by(s.management)}GetAccountInformation (Your organization must first enable trusted access with AWS Account Management.)`,
    );
    await s.org.enableAWSServiceAccess({ ServicePrincipal: 'account.amazonaws.com' });
    await own().putContactInformation({ ...named, ContactInformation: CONTACT });
    expect((await client(member.root).getContactInformation({})).ContactInformation).toEqual(CONTACT);
    expect(await own().getPrimaryEmail(named)).toMatchObject({ PrimaryEmail: `root@${member.id}.example.com` });
    await own().putAccountName({ ...named, AccountName: 'By management' });
    expect((await s.org.describeAccount(named)).Account?.Name).toBe('By management');
    await denied(
      own().getContactInformation({ AccountId: s.management.id }),
      `${by(s.management)}GetContactInformation (The management account can only be managed using the standalone context from the management account.)`,
    );
    await denied(own().getContactInformation({ AccountId: stranger.id }), `${by(s.management)}GetContactInformation`);
    await denied(own().getContactInformation({ AccountId: '000000000001' }), `${by(s.management)}GetContactInformation`);
    // Nor its siblings, nor itself by name.
    const sibling = await s.member();
    await denied(client(sibling.root).getContactInformation(named), new RegExp(`^${by(sibling)}GetContactInformation`));
    await denied(client(member.root).getContactInformation(named), new RegExp(`^${by(member)}GetContactInformation`));
  });

  it('delegates, and holds by SCP, path and tag', async () => {
    const unit = await s.unit(s.rootId, 'delegated');
    const [member, delegate] = [await s.member(unit), await s.member()];
    const named = { AccountId: member.id };
    await s.org.registerDelegatedAdministrator({ AccountId: delegate.id, ServicePrincipal: 'account.amazonaws.com' });
    const arn = `arn:aws:account::${s.management.id}:account/${s.organizationId}/${member.id}`;
    const path = `${s.organizationId}/${s.rootId}/${unit}/*`;
    const within = policy({
      Effect: 'Allow',
      Action: 'account:*',
      Resource: arn,
      Condition: {
        'ForAnyValue:StringLike': { 'account:AccountResourceOrgPaths': path },
        StringEquals: { 'account:AccountResourceOrgTags/stage': 'test' },
      },
    });
    const admin = client(await delegate.user('admin', { inline: { within } }));
    await denied(admin.getAccountInformation(named), /because no identity-based policy allows/);
    await s.org.tagResource({ ResourceId: member.id, Tags: [{ Key: 'stage', Value: 'test' }] });
    expect((await admin.getAccountInformation(named)).AccountId).toBe(member.id);
    await s.org.enablePolicyType({ RootId: s.rootId, PolicyType: 'SERVICE_CONTROL_POLICY' });
    const deny = policy({ Effect: 'Deny', Action: 'account:PutAccountName', Resource: '*' });
    const { Policy } = await s.org.createPolicy({
      Name: 'n',
      Description: '',
      Type: 'SERVICE_CONTROL_POLICY',
      Content: JSON.stringify(deny),
    });
    await s.org.attachPolicy({ PolicyId: Policy?.PolicySummary?.Id, TargetId: unit });
    await denied(client(member.root).putAccountName({ AccountName: 'x' }), /explicit deny in a service control policy$/);
  });

  describe('changes the address of a member’s root user', () => {
    const NONE = 'No update of the primary email address is pending.';
    let count = 0;
    const asked = async () => {
      const member = await s.member();
      const PrimaryEmail = `new-${++count}@Example.com`;
      const named = { AccountId: member.id, PrimaryEmail };
      expect(await own().startPrimaryEmailUpdate(named)).toMatchObject({ Status: 'PENDING' });
      const [mail] = mails;
      expect(mail?.to).toBe(PrimaryEmail);
      return { member, named, Otp: / (\d{6})\./.exec(mail?.text ?? '')?.[1] ?? '' };
    };

    it('by a code that was mailed to the new one', async () => {
      const { member, named, Otp } = await asked();
      const { AccountId, PrimaryEmail } = named;
      expect((await own().getPrimaryEmail({ AccountId })).PrimaryEmail).toBe(`root@${member.id}.example.com`);
      expect(await own().acceptPrimaryEmailUpdate({ ...named, Otp })).toMatchObject({ Status: 'ACCEPTED' });
      expect((await own().getPrimaryEmail({ AccountId })).PrimaryEmail).toBe(PrimaryEmail);
      expect((await s.org.describeAccount({ AccountId })).Account?.Email).toBe(PrimaryEmail);
      // C05: and there is no link in the mail.
      expect(mails[0]?.text).not.toMatch(/https?:|localhost|127\.0/);
      await refused(own().acceptPrimaryEmailUpdate({ ...named, Otp }), 'ResourceNotFoundException', NONE);
    });

    it('C01: with five tries of a code, for half an hour, and only for that account and address', async () => {
      const [one, two] = [await asked(), await asked()];
      const wrong = one.Otp === '000000' ? '000001' : '000000';
      const other = { ...one.named, PrimaryEmail: two.named.PrimaryEmail };
      await refused(own().acceptPrimaryEmailUpdate({ ...other, Otp: one.Otp }), 'ResourceNotFoundException', NONE);
      await refused(
        own().acceptPrimaryEmailUpdate({ AccountId: two.member.id, PrimaryEmail: one.named.PrimaryEmail, Otp: one.Otp }),
        'ResourceNotFoundException',
        NONE,
      );
      for (let i = 0; i < 5; i++)
        await refused(
          own().acceptPrimaryEmailUpdate({ ...one.named, Otp: wrong }),
          'ValidationException',
          'The one-time password is not valid.',
        );
      await refused(own().acceptPrimaryEmailUpdate({ ...one.named, Otp: one.Otp }), 'ResourceNotFoundException', NONE);
      const later = new Account({ ...clientConfig(s.server, s.management.root), systemClockOffset: 30 * 60_000 });
      s.advance(30 * 60_000);
      await refused(later.acceptPrimaryEmailUpdate({ ...two.named, Otp: two.Otp }), 'ResourceNotFoundException', NONE);
      s.advance(-30 * 60_000);
    });

    it('to none that some root user has, before or meanwhile', async () => {
      const taken = await s.server.account();
      const { member, named, Otp } = await asked();
      const inUse = 'The email address is already in use.';
      const ofTaken = `ROOT@${taken.id}.example.com`;
      await refused(own().startPrimaryEmailUpdate({ AccountId: member.id, PrimaryEmail: ofTaken }), 'ConflictException', inUse, {
        $metadata: { httpStatusCode: 409 },
      });
      await s.server.installation.store.write(async (writer) => {
        const row = await writer.get(accounts, [taken.id]);
        if (row) await writer.update(accounts, { ...row, email: named.PrimaryEmail.toUpperCase() });
      });
      await refused(own().acceptPrimaryEmailUpdate({ ...named, Otp }), 'ConflictException', inUse);
    });

    it('to nothing that is no address; C06: nor to several', async () => {
      const { id: AccountId } = await s.member();
      const before = mails.length;
      for (const PrimaryEmail of ['nobody', 'a@b.example\r\nBcc: c@d.example', 'a@b.example, c@d.example', 'Ann <a@b.example>'])
        await refused(
          own().startPrimaryEmailUpdate({ AccountId, PrimaryEmail }),
          'ValidationException',
          'PrimaryEmail must be a valid email address.',
        );
      expect(mails.length).toBe(before);
    });

    it('C04: by five mails an hour at most', async () => {
      const { named } = await asked();
      for (let i = 0; i < 4; i++) await own().startPrimaryEmailUpdate(named);
      await refused(own().startPrimaryEmailUpdate(named), 'TooManyRequestsException', 'Too many requests. Try again later.', {
        $metadata: { httpStatusCode: 429 },
      });
    });

    it('never its own, nor by who may not; the domain is a condition', async () => {
      const { member, named, Otp } = await asked();
      await denied(client(member.root).startPrimaryEmailUpdate(named), new RegExp(`^${by(member)}StartPrimaryEmailUpdate`));
      await denied(client(member.root).acceptPrimaryEmailUpdate({ ...named, Otp }), new RegExp(`^${by(member)}AcceptPrimaryEmailUpdate`));
      await denied(
        own().startPrimaryEmailUpdate({ ...named, AccountId: s.management.id }),
        `${by(s.management)}StartPrimaryEmailUpdate (The management account can only be managed using the standalone context from the management account.)`,
      );
      const condition = { StringEquals: { 'account:EmailTargetDomain': 'example.com' } };
      const only = policy({ Effect: 'Allow', Action: 'account:*PrimaryEmailUpdate', Resource: '*', Condition: condition });
      const admin = client(await s.management.user('mailer', { inline: { only } }));
      await denied(
        admin.startPrimaryEmailUpdate({ ...named, PrimaryEmail: 'a@elsewhere.example' }),
        /because no identity-based policy allows/,
      );
      expect(await admin.acceptPrimaryEmailUpdate({ ...named, Otp })).toMatchObject({ Status: 'ACCEPTED' });
    });
  });

  it('sees a member that it closed, until it is gone', async () => {
    const member = await s.member();
    const named = { AccountId: member.id };
    await s.org.closeAccount(named);
    expect((await own().getAccountInformation(named)).AccountState).toBe('CLOSED');
    s.advance(91 * DAY);
    const later = new Account({ ...clientConfig(s.server, s.management.root), systemClockOffset: 91 * DAY });
    await denied(later.getAccountInformation(named), `${by(s.management)}GetAccountInformation`);
  });
});
