/**
 * AssumeRoleWithWebIdentity and AssumeRoleWithSAML, whole, in process, on an ephemeral store: from the form to the credentials. Compared with the bare
 * signature of the same bytes, `crypto.verify` and nothing else, in the same run; rounds alternate. What is counted is CPU time of this process, so that
 * whoever else uses the machine counts little.
 *     node bench/federation.ts [rounds]
 */
import { verify } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canonicalize } from '../src/authentication/saml/canonical-xml.ts';
import { readResponse, verifyResponse } from '../src/authentication/saml/saml-response.ts';
import type { XmlElement } from '../src/authentication/saml/xml-element.ts';
import { isSignedBy, readToken } from '../src/authentication/web-identity/json-web-token.ts';
import type { HttpRequest } from '../src/core/http.ts';
import { nothingOutbound, type Outbound, type OutboundPosts } from '../src/core/outbound.ts';
import { makeToken, signingKey } from '../test/federation/issuer.ts';
import { assertionOf, encodeXml, metadataOf, responseOf, samlIdp, signXml } from '../test/federation/saml-idp.ts';
import { ACCOUNT, openAdministered } from './administrator.ts';
import { median, spread } from './load.ts';

const [rounds = 7] = process.argv.slice(2).map(Number);
const PER_ROUND = 300;
const CLIENTS = 64;
const ISSUER = 'https://idp.example.com';

const key = signingKey('RS256');
const pages: Record<string, object> = {
  [`${ISSUER}/.well-known/openid-configuration`]: { issuer: ISSUER, jwks_uri: `${ISSUER}/keys` },
  [`${ISSUER}/keys`]: { keys: [key.jwk] },
};
const outbound: Outbound & OutboundPosts = {
  ...nothingOutbound,
  get: async (url) => ({ status: 200, body: Buffer.from(JSON.stringify(pages[url])), maxAge: undefined }),
  thumbprint: async () => '0'.repeat(40),
  allowsPlain: () => false,
};
const directory = mkdtempSync(join(tmpdir(), 'sagegate-bench-'));
const { pipeline, root, close } = await openAdministered(directory, true, outbound);
const idp = samlIdp();
await pipeline.call(root, 'iam', 'CreateOpenIDConnectProvider', { Url: ISSUER, ClientIDList: ['client'] });
await pipeline.call(root, 'iam', 'CreateSAMLProvider', { Name: 'Example', SAMLMetadataDocument: metadataOf(idp, idp.certificate) });
const arn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;
const statement = (provider: string, Action: string, Condition: object) => ({
  Effect: 'Allow',
  Principal: { Federated: arn(provider) },
  Action,
  Condition,
});
for (const [RoleName, each] of [
  [
    'web',
    statement('oidc-provider/idp.example.com', 'sts:AssumeRoleWithWebIdentity', { StringEquals: { 'idp.example.com:sub': 'alice' } }),
  ],
  [
    'saml',
    statement('saml-provider/Example', 'sts:AssumeRoleWithSAML', { StringEquals: { 'saml:aud': 'https://signin.aws.amazon.com/saml' } }),
  ],
] as const)
  await pipeline.call(root, 'iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [each] }),
  });

function request(action: string, parameters: Record<string, string>): HttpRequest {
  const body = Buffer.from(new URLSearchParams({ Action: action, Version: '2011-06-15', ...parameters }).toString());
  const headers = { host: '127.0.0.1', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  return {
    method: 'POST',
    target: '/',
    rawHeaders: Object.entries(headers).flat(),
    headers,
    body,
    remoteAddress: '127.0.0.1',
    secure: false,
  };
}

const seconds = (): number => Math.floor(Date.now() / 1000);
const token = (): string => makeToken(key, { iss: ISSUER, sub: 'alice', aud: 'client', iat: seconds(), exp: seconds() + 3000 });
function response(): string {
  const said = { now: Date.now(), notOnOrAfter: new Date(Date.now() + 290_000).toISOString() };
  return signXml(idp, responseOf(idp, said, assertionOf(idp, said, [`${arn('role/saml')},${arn('saml-provider/Example')}`])));
}
const byToken = (WebIdentityToken: string): HttpRequest =>
  request('AssumeRoleWithWebIdentity', { RoleArn: arn('role/web'), RoleSessionName: 'session', WebIdentityToken });
const byResponse = (xml: string): HttpRequest =>
  request('AssumeRoleWithSAML', { RoleArn: arn('role/saml'), PrincipalArn: arn('saml-provider/Example'), SAMLAssertion: encodeXml(xml) });

/** Microseconds of CPU since the process began. */
function spent(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Calls per second of CPU, `CLIENTS` at a time; every one has to succeed. */
async function perSecond(calls: readonly HttpRequest[]): Promise<number> {
  let next = 0;
  const start = spent();
  const client = async (): Promise<void> => {
    for (let call = calls[next++]; call; call = calls[next++]) {
      const { status, body } = await pipeline.answer(call);
      if (status !== 200) throw new Error(`refused: ${Buffer.from(body).toString('utf8')}`);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return (calls.length * 1e6) / (spent() - start);
}

function timesPerSecond<Each>(list: readonly Each[], work: (each: Each) => boolean): number {
  const start = spent();
  for (const each of list) if (!work(each)) throw new Error('refused');
  return (list.length * 1e6) / (spent() - start);
}

/** What is signed in a response: the canonical text of SignedInfo, and the signature. */
function signedBytes(xml: string): { readonly bytes: Buffer; readonly signature: Buffer } {
  const find = (element: XmlElement, name: string): XmlElement | undefined =>
    element.name === name ? element : element.children.map((child) => find(child, name)).find((found) => found !== undefined);
  const { root } = readResponse(xml) ?? {};
  const info = root && find(root, 'SignedInfo');
  const value = root && find(root, 'SignatureValue');
  if (!info || !value) throw new Error('the response is not signed');
  return { bytes: Buffer.from(canonicalize(info)), signature: Buffer.from(value.text, 'base64') };
}

const trust = { entityId: idp.entityId, keys: [idp.own.publicKey], decryptionKeys: [], requiresEncryption: false };
const results: Record<string, number[]> = {};
const note = (name: string, value: number): void => {
  results[name] = [...(results[name] ?? []), value];
};

for (let round = -1; round < rounds; round++) {
  const tokens = Array.from({ length: PER_ROUND }, token);
  const responses = Array.from({ length: PER_ROUND }, response);
  const bareTokens = tokens.map((text) => {
    const at = text.lastIndexOf('.');
    return { bytes: Buffer.from(text.slice(0, at)), signature: Buffer.from(text.slice(at + 1), 'base64url') };
  });
  const bareResponses = responses.map(signedBytes);
  const measured = {
    'crypto.verify, token': timesPerSecond(bareTokens, ({ bytes, signature }) => verify('sha256', bytes, key.publicKey, signature)),
    'token read and verified': timesPerSecond(tokens, (text) => {
      const read = readToken(text);
      return read !== undefined && isSignedBy(read, key.publicKey);
    }),
    AssumeRoleWithWebIdentity: await perSecond(tokens.map(byToken)),
    'crypto.verify, assertion': timesPerSecond(bareResponses, ({ bytes, signature }) =>
      verify('sha256', bytes, idp.own.publicKey, signature),
    ),
    'assertion read and verified': timesPerSecond(responses, (xml) => {
      const read = readResponse(xml);
      return read !== undefined && 'assertion' in verifyResponse(read, trust);
    }),
    AssumeRoleWithSAML: await perSecond(responses.map(byResponse)),
  };
  if (round >= 0) for (const [name, value] of Object.entries(measured)) note(name, value);
}

for (const [name, values] of Object.entries(results)) console.log(`${name}: median ${Math.round(median(values))} per second of CPU`);
const ratio = (name: string, base: string): number[] => (results[name] ?? []).map((value, i) => value / (results[base]?.[i] ?? Number.NaN));
console.log(`\n| measure | ratio | |\n| --- | --- | --- |`);
for (const [name, base] of [
  ['token read and verified', 'crypto.verify, token'],
  ['AssumeRoleWithWebIdentity', 'crypto.verify, token'],
  ['assertion read and verified', 'crypto.verify, assertion'],
  ['AssumeRoleWithSAML', 'crypto.verify, assertion'],
] as const)
  console.log(`| ${name} ÷ ${base}, per second | ${spread(ratio(name, base))} | |`);
console.log(`\nan assertion has ${encodeXml(response()).length} characters as base64, a token ${token().length}`);
await close();
rmSync(directory, { recursive: true });
