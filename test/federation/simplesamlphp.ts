import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../component.ts';
import { privateKeyOf } from '../services/iam/certificate-maker.ts';
import { ATTRIBUTES, samlIdp } from './saml-idp.ts';

/** Debian's package, and PHP to run it with. */
export const hasSimpleSamlPhp = existsSync('/usr/share/simplesamlphp/www') && existsSync('/usr/bin/php');

export interface SimpleSamlPhp {
  /** Where somebody begins: the page that asks for name and password, and then posts to the service. */
  readonly start: string;
  readonly metadata: () => Promise<string>;
  close(): Promise<void>;
}

export interface SimpleSamlPhpSettings {
  /** Where its answers go. */
  readonly acs: string;
  /** `roleArn,providerArn` of each role that alice may have. */
  readonly roles: readonly string[];
  /** A certificate that assertions are encrypted for, base64. */
  readonly encryptFor?: string;
}

/** SimpleSAMLphp as an identity provider, which nobody here wrote: people in a file, PHP's own web server. */
export async function startSimpleSamlPhp({ acs, roles, encryptFor }: SimpleSamlPhpSettings): Promise<SimpleSamlPhp> {
  const directory = await mkdtemp(join(tmpdir(), 'sagegate-simplesamlphp-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const { own, certificate } = samlIdp();
  for (const name of ['cert', 'data', 'log', 'tmp', 'metadata']) await mkdir(join(directory, name));
  await writeFile(join(directory, 'cert', 'idp.key'), privateKeyOf(own));
  await writeFile(join(directory, 'cert', 'idp.crt'), certificate);
  const php = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;
  const config = {
    baseurlpath: `${origin}/`,
    certdir: `${directory}/cert/`,
    datadir: `${directory}/data/`,
    loggingdir: `${directory}/log/`,
    tempdir: `${directory}/tmp`,
    secretsalt: 'only-for-tests',
    'auth.adminpassword': 'only-for-tests',
    technicalcontact_email: 'na@example.org',
    timezone: 'UTC',
    'logging.handler': 'errorlog',
    'store.type': 'phpsession',
    'session.phpsession.savepath': `${directory}/tmp`,
    'language.default': 'en',
  };
  const settings = Object.entries(config).map(([name, value]) => `${php(name)} => ${php(value)},`);
  await writeFile(
    join(directory, 'config.php'),
    `<?php $config = [${settings.join('\n')}
'enable.saml20-idp' => true, 'session.cookie.secure' => false, 'module.enable' => ['exampleauth' => true, 'core' => true, 'saml' => true],
'metadata.sources' => [['type' => 'flatfile', 'directory' => ${php(`${directory}/metadata`)}]],
'authproc.idp' => [], 'trusted.url.domains' => [], 'logging.level' => 3];`,
  );
  const list = (values: readonly string[]): string => `[${values.map(php).join(', ')}]`;
  await writeFile(
    join(directory, 'authsources.php'),
    `<?php $config = ['people' => ['exampleauth:UserPass', 'alice:alicepass' => ['uid' => ['alice'],
${php(`${ATTRIBUTES}Role`)} => ${list(roles)}, ${php(`${ATTRIBUTES}RoleSessionName`)} => ['alice'],
${php(`${ATTRIBUTES}PrincipalTag:Team`)} => ['blue'], 'urn:oid:0.9.2342.19200300100.1.3' => ['alice@example.com']]]];`,
  );
  await writeFile(
    join(directory, 'metadata', 'saml20-idp-hosted.php'),
    `<?php $metadata['https://simplesamlphp.example.com/idp'] = ['host' => '__DEFAULT__', 'privatekey' => 'idp.key', 'certificate' => 'idp.crt', 'auth' => 'people',
'attributes.NameFormat' => 'urn:oasis:names:tc:SAML:2.0:attrname-format:uri', 'userid.attribute' => 'uid',
'signature.algorithm' => 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'];`,
  );
  const encryption = encryptFor === undefined ? '' : `, 'assertion.encryption' => true, 'certData' => ${php(encryptFor)}`;
  await writeFile(
    join(directory, 'metadata', 'saml20-sp-remote.php'),
    `<?php $metadata['urn:amazon:webservices'] = ['AssertionConsumerService' => ${php(acs)}, 'saml20.sign.assertion' => true, 'saml20.sign.response' => true,
'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent', 'simplesaml.nameidattribute' => 'uid'${encryption}];`,
  );
  const www = '/usr/share/simplesamlphp/www';
  const route = join(directory, 'route.php');
  await writeFile(
    route,
    `<?php $path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (strpos($path, '/module.php') === 0) { $_SERVER['SCRIPT_NAME'] = '/module.php'; $_SERVER['PATH_INFO'] = substr($path, 11); require '${www}/module.php'; return true; }
return false;`,
  );
  const child = spawn('/usr/bin/php', ['-S', `127.0.0.1:${port}`, '-t', www, route], {
    env: { PATH: process.env.PATH, SIMPLESAMLPHP_CONFIG_DIR: directory },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk.toString()).slice(-8000);
  });
  const metadataAt = `${origin}/saml2/idp/metadata.php`;
  await untilAnswered(metadataAt, () => log);
  return {
    start: `${origin}/saml2/idp/SSOService.php?spentityid=urn:amazon:webservices`,
    metadata: async () => (await fetch(metadataAt)).text(),
    async close() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
      await rm(directory, { recursive: true });
    },
  };
}

async function untilAnswered(url: string, log: () => string): Promise<void> {
  for (const until = Date.now() + 60_000; Date.now() < until; ) {
    const status = await fetch(url).then(
      (answer) => answer.status,
      () => 0,
    );
    if (status === 200) return;
    if (status >= 500) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`SimpleSAMLphp does not answer:\n${log()}`);
}
