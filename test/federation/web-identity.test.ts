import { hash, X509Certificate } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DecisionRecord, viewDecisionOfCaller } from '../../src/authorization/decision-record.ts';
import { nothingOutbound, type Outbound, OutboundError, type OutboundPosts } from '../../src/core/outbound.ts';
import { policy, whileSuspended } from '../harness.ts';
import { refused, stage, validationError } from '../services/iam/stage.ts';
import { credentialsOf, secondsOf } from '../services/sts/stage.ts';
import { encode, makeToken, signingKey } from './issuer.ts';
import { invalidToken, NO_KEY, NOT_VALIDATED, notAuthorized, webIdentityStage } from './stage.ts';

const s = webIdentityStage({ path: '/Tenant' });

describe('AssumeRoleWithWebIdentity', () => {
  it('gives a session of the role, and says of whom', async () => {
    const roleArn = await s.role({
      name: 'web',
      condition: { StringEquals: { [`${s.prefix}:aud`]: 'client', [`${s.prefix}:sub`]: 'alice' } },
    });
    const answer = await s.assume(roleArn, s.token());
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'alice',
      Audience: 'client',
      Provider: s.providerArn,
      AssumedRoleUser: { Arn: `arn:aws:sts::${s.account.id}:assumed-role/web/session` },
    });
    expect(answer.PackedPolicySize).toBeUndefined();
    const who = await s.sts(credentialsOf(answer)).getCallerIdentity({});
    expect(who.Arn).toBe(`arn:aws:sts::${s.account.id}:assumed-role/web/session`);
  });

  it('finds the provider by its URL, as written', () => {
    expect(s.providerArn).toBe(`arn:aws:iam::${s.account.id}:oidc-provider/${s.prefix}`);
    expect(s.prefix).toMatch(/\/Tenant$/);
  });

  it.each(['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'])('takes %s, as jose signs it', async (alg) => {
    const key = signingKey(alg);
    s.issuer.keys.push(key);
    s.server.installation.federation.issuerKeys.clear();
    const roleArn = await s.role();
    const pem = key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const token = await new SignJWT(s.claims()).setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' }).sign(await importPKCS8(pem, alg));
    await s.assume(roleArn, token);
  });

  it('lasts as asked, within what the role allows, and not as long as the token', async () => {
    const roleArn = await s.role({ maxSeconds: 7200 });
    s.server.clock.freeze(Date.now());
    expect(secondsOf(s, await s.assume(roleArn, s.token()))).toBe(3600);
    expect(secondsOf(s, await s.assume(roleArn, s.token(), { DurationSeconds: 7200 }))).toBe(7200);
    s.server.clock.reset();
    await validationError(
      s.assume(roleArn, s.token(), { DurationSeconds: 7201 }),
      'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    );
  });

  it('takes session policies', async () => {
    const roleArn = await s.role({ may: { Effect: 'Allow', Action: 'iam:ListUsers', Resource: '*' } });
    const Policy = JSON.stringify(policy({ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*' }));
    const answer = await s.assume(roleArn, s.token(), { Policy });
    expect(answer.PackedPolicySize).toBeGreaterThan(0);
    await refused(s.as(credentialsOf(answer)).listUsers({}), 'AccessDenied', 403, /because no session policy allows/);
    await refused(s.assume(roleArn, s.token(), { Policy: '{' }), 'MalformedPolicyDocumentException', 400, /./);
  });

  it('may be used again until it expires', async () => {
    const [roleArn, token] = [await s.role(), s.token()];
    await s.assume(roleArn, token);
    await s.assume(roleArn, token);
  });

  it('lets in only whom the trust policy names', async () => {
    await notAuthorized(s.assume(await s.role({ condition: { StringEquals: { [`${s.prefix}:sub`]: 'bob' } } }), s.token()));
    await notAuthorized(s.assume(await s.role({ federated: 'accounts.google.com' }), s.token()));
    await notAuthorized(s.assume(await s.role({ actions: ['sts:AssumeRole'] }), s.token()));
    await notAuthorized(s.assume(`arn:aws:iam::${s.account.id}:role/absent`, s.token()));
    for (const Principal of ['*', { AWS: '*' }, { AWS: s.account.id }]) {
      const RoleName = `open-${typeof Principal === 'string' ? 'everyone' : Principal.AWS.slice(0, 3).replace('*', 'aws')}`;
      const trusts = policy({ Effect: 'Allow', Principal, Action: ['sts:AssumeRoleWithWebIdentity', 'sts:AssumeRole'] });
      const { Role } = await s.iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trusts) });
      await notAuthorized(s.assume(Role?.Arn ?? '', s.token()));
    }
  });

  it('tells the audit who it was, and the account of the role why not', async () => {
    const roleArn = await s.role({ condition: { StringEquals: { [`${s.prefix}:sub`]: 'bob' } } });
    await notAuthorized(s.assume(roleArn, s.token()));
    const [event] = s.server.audit.list(1);
    expect(event).toMatchObject({ operation: 'AssumeRoleWithWebIdentity', caller: { arn: s.providerArn }, errorCode: 'AccessDenied' });
    const denial = s.server.decisions.find(event?.decisionId ?? '');
    expect(denial?.account).toBe(s.account.id);
    const { context, explanation, withheld } = viewDecisionOfCaller(denial?.record as DecisionRecord);
    expect([context[`${s.prefix}:sub`], explanation.decision.outcome, withheld]).toEqual(['alice', 'implicitDeny', undefined]);
  });

  it('lets nobody into an account that is suspended', async () => {
    const roleArn = await s.role();
    await whileSuspended(s.server, s.account.id, () => notAuthorized(s.assume(roleArn, s.token())));
    await s.assume(roleArn, s.token());
  });

  it('heeds a Deny to everyone', async () => {
    const statements = [
      { Effect: 'Allow', Principal: { Federated: s.providerArn }, Action: 'sts:AssumeRoleWithWebIdentity' },
      { Effect: 'Deny', Principal: '*', Action: 'sts:*', Condition: { StringEquals: { [`${s.prefix}:sub`]: 'mallory' } } },
    ];
    const { Role } = await s.iam.createRole({ RoleName: 'denying', AssumeRolePolicyDocument: JSON.stringify(policy(...statements)) });
    await s.assume(Role?.Arn ?? '', s.token());
    await notAuthorized(s.assume(Role?.Arn ?? '', s.token({ sub: 'mallory' })));
  });

  it('says nothing of roles in what is no ARN of one', async () => {
    await validationError(s.assume('arn:aws:iam::123456789012:user/x', s.token()), 'arn:aws:iam::123456789012:user/x is invalid');
  });
});

describe('the keys of the request and of the session', () => {
  const allows = async (condition: object, more: object = {}): Promise<void> => {
    await s.assume(await s.role({ condition }), s.token(more));
  };
  const denies = async (condition: object, more: object = {}): Promise<void> =>
    notAuthorized(s.assume(await s.role({ condition }), s.token(more)));

  it('has the authorised party as audience, and the audiences beside it', async () => {
    const several = { aud: ['client', 'https://api.example.com'], azp: 'other-client' };
    await allows({ StringEquals: { [`${s.prefix}:aud`]: 'other-client', [`${s.prefix}:azp`]: 'other-client' } }, several);
    await allows({ 'ForAnyValue:StringEquals': { [`${s.prefix}:oaud`]: 'https://api.example.com' } }, several);
    await denies({ StringEquals: { [`${s.prefix}:aud`]: 'client' } }, several);
    expect((await s.assume(await s.role(), s.token(several))).Audience).toBe('other-client');
  });

  it('has methods of authentication, the name of the provider, and who it is', async () => {
    await allows({ 'ForAnyValue:StringLike': { [`${s.prefix}:amr`]: 'mf*' } }, { amr: ['pwd', 'mfa'] });
    await denies({ 'ForAnyValue:StringLike': { [`${s.prefix}:amr`]: 'mf*' } }, { amr: 'mfa' });
    await allows({ StringEquals: { 'aws:FederatedProvider': s.providerArn, 'aws:PrincipalType': 'User', 'aws:userid': s.providerArn } });
    await allows({ Null: { 'aws:PrincipalArn': 'true', 'aws:PrincipalAccount': 'true', 'aws:TokenIssueTime': 'true' } });
    await allows({ StringEquals: { 'sts:RoleSessionName': 'session' } });
  });

  it('has no other claims, whatever they are called', async () => {
    const more = { department: 'x', 'aws:PrincipalArn': 'x', 'saml:sub': 'x', [`${s.prefix}:sub`]: 'x', actor: 'x' };
    await allows(
      { Null: { [`${s.prefix}:department`]: 'true', [`${s.prefix}:actor`]: 'true', 'aws:PrincipalArn': 'true', 'saml:sub': 'true' } },
      more,
    );
    await allows({ StringEquals: { [`${s.prefix}:sub`]: 'alice' } }, more);
  });

  it('live on in the session: aud, sub and amr, and the provider', async () => {
    const key = (name: string): string => `${s.prefix}:${name}`;
    const may = (Condition: object) => ({ Effect: 'Allow', Action: 'iam:ListRoles', Resource: '*', Condition });
    const listRoles = async (Condition: object) => {
      const answer = await s.assume(await s.role({ may: may(Condition) }), s.token({ amr: ['mfa'], azp: 'client' }));
      return s.as(credentialsOf(answer)).listRoles({});
    };
    await listRoles({ StringEquals: { [key('sub')]: 'alice', [key('aud')]: 'client', 'aws:FederatedProvider': s.providerArn } });
    await listRoles({ 'ForAnyValue:StringEquals': { [key('amr')]: 'mfa' } });
    await listRoles({ Null: { [key('azp')]: 'true', [key('oaud')]: 'true', 'sts:RoleAuthorizedByIdp': 'true' } });
    await refused(listRoles({ StringEquals: { [key('sub')]: 'bob' } }), 'AccessDenied', 403, /./);
  });
});

describe('what an issuer asks for the session', () => {
  const TAGS = 'https://aws.amazon.com/tags';
  const tagging = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'];
  const nested = { [TAGS]: { principal_tags: { Project: ['Automation'], Team: ['A'] }, transitive_tag_keys: ['Project'] } };

  it('are tags, in the nested form and in the flat one', async () => {
    const flat = {
      [`${TAGS}/principal_tags/Project`]: 'Automation',
      [`${TAGS}/principal_tags/Team`]: 'A',
      [`${TAGS}/transitive_tag_keys`]: ['Project'],
    };
    const condition = {
      StringEquals: { 'aws:RequestTag/project': 'Automation' },
      'ForAllValues:StringEquals': { 'aws:TagKeys': ['Project', 'Team'], 'sts:TransitiveTagKeys': 'Project' },
    };
    const may = {
      Effect: 'Allow',
      Action: 'iam:ListRoles',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/Project': 'Automation' } },
    };
    for (const claims of [nested, flat]) {
      const answer = await s.assume(await s.role({ condition, actions: tagging, may }), s.token(claims));
      expect(answer.PackedPolicySize).toBeGreaterThan(0);
      await s.as(credentialsOf(answer)).listRoles({});
    }
  });

  it('needs the trust policy to allow tagging and the source identity', async () => {
    await notAuthorized(s.assume(await s.role(), s.token(nested)), 'sts:TagSession');
    const identity = { 'https://aws.amazon.com/source_identity': 'Alice' };
    await notAuthorized(s.assume(await s.role(), s.token(identity)), 'sts:SetSourceIdentity');
    const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:SetSourceIdentity'];
    const answer = await s.assume(
      await s.role({ actions, condition: { StringEquals: { 'sts:SourceIdentity': 'Alice' } } }),
      s.token(identity),
    );
    expect(answer.SourceIdentity).toBe('Alice');
  });

  it('is refused where no tag could be so', async () => {
    const roleArn = await s.role({ actions: tagging });
    const tags = (principal_tags: unknown, transitive_tag_keys?: unknown) => s.token({ [TAGS]: { principal_tags, transitive_tag_keys } });
    const notValid = 'A session tag that the identity provider gives is not valid.';
    for (const bad of [{ a: ['b', 'c'] }, { a: [1] }, { a: ['<'] }, { '': ['b'] }, { a: ['x'.repeat(257)] }, { ['x'.repeat(129)]: ['b'] }])
      await invalidToken(s.assume(roleArn, tags(bad)), notValid);
    await invalidToken(s.assume(roleArn, tags('x')), `The claim ${TAGS} is not valid.`);
    await invalidToken(s.assume(roleArn, s.token({ [TAGS]: 'x' })), `The claim ${TAGS} is not valid.`);
    const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ['v']]));
    await invalidToken(s.assume(roleArn, tags(many)), 'The identity provider gives more than 50 session tags.');
    const parameter = (call: Promise<unknown>, message: string) => refused(call, 'InvalidParameterValue', 400, message);
    await parameter(
      s.assume(roleArn, tags({ a: ['1'], A: ['2'] })),
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    );
    await parameter(s.assume(roleArn, tags({ 'aws:x': ['1'] })), 'Tag keys beginning with aws: are reserved for system use.');
    await parameter(
      s.assume(roleArn, tags({ a: ['1'] }, ['b'])),
      'The specified transitive tag key must be included in the requested tags.',
    );
    for (const bad of ['x', 'a b', 'aws:x', 'x'.repeat(65)])
      await invalidToken(
        s.assume(roleArn, s.token({ 'https://aws.amazon.com/source_identity': bad })),
        'The source identity that the identity provider gives is not valid.',
      );
  });

  it('may name the roles that it is for', async () => {
    const ROLES = 'https://aws.amazon.com/roles';
    const roleArn = await s.role({ condition: { Bool: { 'sts:RoleAuthorizedByIdp': 'true' } } });
    await s.assume(roleArn, s.token({ [ROLES]: [roleArn] }));
    await s.assume(roleArn, s.token({ [ROLES]: `arn:aws:iam::1:role/x;${roleArn}` }));
    await notAuthorized(s.assume(roleArn, s.token()));
    for (const other of [[], 'arn:aws:iam::1:role/x', [1], { roleArn }])
      await invalidToken(s.assume(roleArn, s.token({ [ROLES]: other })), 'The role is not among the roles that the identity token names.');
  });
});

describe('the keys of an issuer', () => {
  const alternative = (kid?: string) => signingKey('ES256', kid);

  it('are kept, and fetched anew when a token names one that is not known', async () => {
    const roleArn = await s.role();
    s.server.installation.federation.issuerKeys.clear();
    s.issuer.asked.length = 0;
    await s.assume(roleArn, s.token());
    await s.assume(roleArn, s.token());
    expect(s.issuer.asked).toEqual(['/Tenant/.well-known/openid-configuration', '/Tenant/keys']);
    const next = alternative();
    s.issuer.keys.push(next);
    await invalidToken(s.assume(roleArn, makeToken(next, s.claims())), NO_KEY);
    s.advance(31_000);
    await s.assume(roleArn, makeToken(next, s.claims()));
    expect(s.issuer.asked).toHaveLength(4);
  });

  it('are fetched once for all who wait', async () => {
    const roleArn = await s.role();
    s.server.installation.federation.issuerKeys.clear();
    s.issuer.asked.length = 0;
    await Promise.all(Array.from({ length: 20 }, () => s.assume(roleArn, s.token())));
    expect(s.issuer.asked).toHaveLength(2);
  });

  it('are fetched anew when their time is over; withdrawn ones are good no longer', async () => {
    const roleArn = await s.role();
    const withdrawn = alternative();
    s.issuer.keys.push(withdrawn);
    s.server.installation.federation.issuerKeys.clear();
    await s.assume(roleArn, makeToken(withdrawn, s.claims()));
    s.issuer.keys.pop();
    await s.assume(roleArn, makeToken(withdrawn, s.claims()));
    s.advance(3_601_000);
    await invalidToken(s.assume(roleArn, makeToken(withdrawn, s.claims())), NO_KEY);
  });

  it('cannot be had: the failure stands for a while', async () => {
    const roleArn = await s.role();
    s.server.installation.federation.issuerKeys.clear();
    s.issuer.asked.length = 0;
    const page = s.issuer.pages.get('/Tenant/keys') as object;
    s.issuer.pages.set('/Tenant/keys', (_, response) => response.writeHead(503).end());
    for (let i = 0; i < 3; i++) await invalidToken(s.assume(roleArn, s.token()), NO_KEY);
    expect(s.issuer.asked).toHaveLength(2);
    s.issuer.pages.set('/Tenant/keys', page);
    await invalidToken(s.assume(roleArn, s.token()), NO_KEY);
    s.advance(11_000);
    await s.assume(roleArn, s.token());
  });
});

describe('a server that no trusted authority vouches for', () => {
  const own = webIdentityStage({ vouchedBy: 'self' });

  it('is known by thumbprint: taken from it when the provider is made, and replaced by its account', async () => {
    const thumbprint = hash('sha1', new X509Certificate(own.issuer.chain[0] ?? '').raw, 'hex');
    const OpenIDConnectProviderArn = own.providerArn;
    expect((await own.iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn })).ThumbprintList).toEqual([thumbprint]);
    const roleArn = await own.role();
    await own.assume(roleArn, own.token());
    await own.iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn, ThumbprintList: ['0'.repeat(40)] });
    await invalidToken(own.assume(roleArn, own.token()), "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint");
    await own.iam.updateOpenIDConnectProviderThumbprint({
      OpenIDConnectProviderArn,
      ThumbprintList: ['0'.repeat(40), thumbprint.toUpperCase()],
    });
    await own.assume(roleArn, own.token());
  });
});

describe('an issuer of plain HTTP', () => {
  const plain = webIdentityStage({ plain: true });

  it('is taken where it is allowed on this machine, by that very URL', async () => {
    expect(plain.issuer.url).toMatch(/^http:/);
    await plain.assume(await plain.role(), plain.token());
    await invalidToken(plain.assume(await plain.role(), plain.token({ iss: plain.issuer.url.replace('http:', 'https:') })), NO_KEY);
    await validationError(plain.iam.createOpenIDConnectProvider({ Url: 'http://127.0.0.1:1' }), 'Invalid Open ID Connect Provider URL');
  });
});

/** Answers in the place of issuers that cannot be called from here. */
const answers = new Map<string, object | OutboundError>();
const asked: string[] = [];
const elsewhere: Outbound & OutboundPosts = {
  ...nothingOutbound,
  get: async (url) => {
    asked.push(url);
    const answer = answers.get(url);
    if (answer instanceof OutboundError) throw answer;
    return { status: answer ? 200 : 400, body: Buffer.from(JSON.stringify(answer ?? { error: 'invalid' })), maxAge: undefined };
  },
  thumbprint: async () => '0'.repeat(40),
  allowsPlain: () => false,
};

describe('well-known issuers', () => {
  const w = stage({ outbound: elsewhere });
  const key = signingKey('RS256');
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, exp: now + 600 };

  beforeAll(() => {
    for (const issuer of [
      'https://accounts.google.com',
      'https://cognito-identity.amazonaws.com',
      'https://token.actions.githubusercontent.com',
      'https://oidc.eks.us-east-1.amazonaws.com/id/ABC',
    ]) {
      answers.set(`${issuer}/.well-known/openid-configuration`, { issuer, jwks_uri: `${issuer}/keys` });
      answers.set(`${issuer}/keys`, { keys: [key.jwk] });
    }
  });

  const roleFor = async (RoleName: string, Federated: string, Condition: object): Promise<string> => {
    const trusts = policy({ Effect: 'Allow', Principal: { Federated }, Action: 'sts:AssumeRoleWithWebIdentity', Condition });
    return (await w.iam.createRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trusts) })).Role?.Arn ?? '';
  };
  const assume = (RoleArn: string, WebIdentityToken: string, ProviderId?: string) =>
    w
      .sts({ accessKeyId: 'x', secretAccessKey: 'x' })
      .assumeRoleWithWebIdentity({ RoleArn, RoleSessionName: 'session', WebIdentityToken, ProviderId });

  it('Google, under both of its names', async () => {
    const condition = { StringEquals: { 'accounts.google.com:aud': 'app', 'accounts.google.com:sub': '117' } };
    const roleArn = await roleFor('google', 'accounts.google.com', condition);
    for (const iss of ['https://accounts.google.com', 'accounts.google.com'])
      expect((await assume(roleArn, makeToken(key, { iss, sub: '117', aud: 'app', ...times }))).Provider).toBe('accounts.google.com');
    await notAuthorized(assume(roleArn, makeToken(key, { iss: 'https://accounts.google.com', sub: '117', aud: 'another-app', ...times })));
    const azp = {
      iss: 'https://accounts.google.com',
      sub: '117',
      aud: 'backend',
      azp: 'app',
      google: { organization_number: 42 },
      ...times,
    };
    const byAzp = {
      StringEquals: {
        'accounts.google.com:aud': 'app',
        'accounts.google.com:oaud': 'backend',
        'accounts.google.com:google/organization_number': '42',
      },
    };
    await assume(await roleFor('google-azp', 'accounts.google.com', byAzp), makeToken(key, azp));
  });

  it('Amazon Cognito: identity pool as audience, and how somebody signed in', async () => {
    const condition = {
      StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:pool' },
      'ForAnyValue:StringLike': { 'cognito-identity.amazonaws.com:amr': 'authenticated' },
    };
    const roleArn = await roleFor('cognito', 'cognito-identity.amazonaws.com', condition);
    const claims = { iss: 'https://cognito-identity.amazonaws.com', sub: 'us-east-1:id', aud: 'us-east-1:pool', ...times };
    const answer = await assume(roleArn, makeToken(key, { ...claims, amr: ['authenticated', 'idp.example.com'] }));
    expect(answer.Provider).toBe('cognito-identity.amazonaws.com');
    await notAuthorized(assume(roleArn, makeToken(key, { ...claims, amr: ['unauthenticated'] })));
  });

  it('GitHub Actions: repository, actor, workflow', async () => {
    await w.iam.createOpenIDConnectProvider({ Url: 'https://token.actions.githubusercontent.com', ClientIDList: ['sts.amazonaws.com'] });
    const k = (name: string): string => `token.actions.githubusercontent.com:${name}`;
    const provider = `arn:aws:iam::${w.account.id}:oidc-provider/token.actions.githubusercontent.com`;
    const claims = {
      iss: 'https://token.actions.githubusercontent.com',
      aud: 'sts.amazonaws.com',
      sub: 'repo:octo-org/octo-repo:ref:refs/heads/main',
      repository: 'octo-org/octo-repo',
      repository_id: '74',
      repository_owner: 'octo-org',
      actor: 'octocat',
      ref: 'refs/heads/main',
      job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
      ...times,
    };
    const roleArn = await roleFor('github', provider, {
      StringEquals: {
        [k('aud')]: 'sts.amazonaws.com',
        [k('repository')]: 'octo-org/octo-repo',
        [k('actor')]: 'octocat',
        [k('repository_id')]: '74',
      },
      StringLike: { [k('sub')]: 'repo:octo-org/octo-repo:*', [k('job_workflow_ref')]: 'octo-org/*' },
      // Not among those that AWS publishes.
      Null: { [k('repository_owner')]: 'true' },
    });
    await assume(roleArn, makeToken(key, claims));
    await notAuthorized(assume(roleArn, makeToken(key, { ...claims, sub: 'repo:other/octo-repo:ref:refs/heads/main' })));
    await notAuthorized(assume(roleArn, makeToken(key, { ...claims, actor: undefined })));
  });

  it('an EKS cluster: service accounts', async () => {
    const url = 'oidc.eks.us-east-1.amazonaws.com/id/ABC';
    await w.iam.createOpenIDConnectProvider({ Url: `https://${url}`, ClientIDList: ['sts.amazonaws.com'] });
    const roleArn = await roleFor('eks', `arn:aws:iam::${w.account.id}:oidc-provider/${url}`, {
      StringEquals: { [`${url}:sub`]: 'system:serviceaccount:default:app', [`${url}:aud`]: 'sts.amazonaws.com' },
    });
    const claims = { iss: `https://${url}`, aud: ['sts.amazonaws.com'], sub: 'system:serviceaccount:default:app', nbf: now, ...times };
    await assume(roleArn, makeToken(key, { ...claims, 'kubernetes.io': { namespace: 'default', pod: { name: 'app-1' } } }));
    await notAuthorized(assume(roleArn, makeToken(key, { ...claims, sub: 'system:serviceaccount:kube-system:app' })));
  });

  it('Login with Amazon and Facebook are asked about their access tokens', async () => {
    const amazon = await roleFor('amazon', 'www.amazon.com', {
      StringEquals: { 'www.amazon.com:app_id': 'amzn1.app', 'www.amazon.com:user_id': 'amzn1.me' },
    });
    answers.set('https://api.amazon.com/auth/o2/tokeninfo?access_token=Atza%7Cgood', { aud: 'amzn1.app', user_id: 'amzn1.me', exp: 3000 });
    const answer = await assume(amazon, 'Atza|good', 'www.amazon.com');
    expect(answer).toMatchObject({ Provider: 'www.amazon.com', SubjectFromWebIdentityToken: 'amzn1.me', Audience: 'amzn1.app' });
    await refused(
      assume(amazon, 'Atza|bad', 'www.amazon.com'),
      'IDPRejectedClaimException',
      403,
      'The identity provider does not accept the token.',
    );
    answers.set('https://api.amazon.com/auth/o2/tokeninfo?access_token=Atza%7Cslow', new OutboundError('unreachable', 'x'));
    await refused(
      assume(amazon, 'Atza|slow', 'www.amazon.com'),
      'IDPCommunicationErrorException',
      400,
      'The identity provider could not be reached. Try again.',
    );
    const facebook = await roleFor('facebook', 'graph.facebook.com', {
      StringEquals: { 'graph.facebook.com:app_id': '1', 'graph.facebook.com:id': '2' },
    });
    answers.set('https://graph.facebook.com/app?fields=id&access_token=good', { id: '1' });
    answers.set('https://graph.facebook.com/me?fields=id&access_token=good', { id: '2' });
    expect(await assume(facebook, 'good', 'graph.facebook.com')).toMatchObject({ SubjectFromWebIdentityToken: '2', Audience: '1' });
    await expect(assume(facebook, 'good&fields=x', 'graph.facebook.com')).rejects.toThrow();
    expect(asked.at(-1)).toBe('https://graph.facebook.com/app?fields=id&access_token=good%26fields%3Dx');
    for (const other of ['idp.example.com', '__proto__', 'constructor']) await invalidToken(assume(facebook, 'good', other), NOT_VALIDATED);
  });

  it('O10: what STS itself gives out is for others', async () => {
    const { IssuerIdentifier } = await w.iam.enableOutboundWebIdentityFederation({});
    const Url = IssuerIdentifier ?? '';
    const user = await w.account.user('teller', { inline: { all: policy({ Effect: 'Allow', Action: 'sts:*', Resource: '*' }) } });
    const { WebIdentityToken } = await w.sts(user).getWebIdentityToken({ Audience: ['client'], SigningAlgorithm: 'RS256' });
    await w.iam.createOpenIDConnectProvider({ Url, ClientIDList: ['client'] });
    const provider = `arn:aws:iam::${w.account.id}:oidc-provider/${Url.replace('https://', '')}`;
    const roleArn = await roleFor('own', provider, { StringLike: { 'sts:RoleSessionName': '*' } });
    await invalidToken(assume(roleArn, WebIdentityToken ?? ''), NOT_VALIDATED);
    expect(asked.some((url) => url.startsWith(Url))).toBe(false);
  });
});

it('says in its header part what jose reads in it', () => {
  expect(JSON.parse(Buffer.from(s.token().split('.')[0] ?? '', 'base64url').toString())).toEqual({
    alg: 'ES256',
    typ: 'JWT',
    kid: s.key.kid,
  });
  expect(encode({ a: 1 })).toBe('eyJhIjoxfQ');
});
