import type { AuditSink } from '../../audit/event.ts';
import type { Installation } from '../../authorization/installation.ts';
import { isoSeconds } from '../../core/clock.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { uuid } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import { ec2Arn } from '../../services/ec2/arn.ts';
import { stateOf } from '../../services/ec2/instance-state.ts';
import { type Instance, instances, subnets, vpcs } from '../../store/tables/ec2.ts';
import { type InstanceProfile, instanceProfiles, type Role, roles } from '../../store/tables/iam.ts';
import { dynamicOf } from './identity-document.ts';
import type { IdentityKey } from './identity-key.ts';
import { issueMetadataToken, readTtl, tokenLife } from './metadata-token.ts';
import { type Directory, look, metadataOf, VERSIONS } from './metadata-tree.ts';
import { RotatingCredentials } from './role-credentials.ts';

const EC2 = 'ec2.amazonaws.com';

const TOKEN_HEADER = 'x-aws-ec2-metadata-token';
const TTL_HEADER = 'x-aws-ec2-metadata-token-ttl-seconds';

/** `1.0` for who asked without a token, `2.0` for who had one: what `ec2:RoleDelivery` says of the credentials. */
type Delivery = '1.0' | '2.0';

export interface InstanceMetadataParts {
  readonly installation: Installation;
  readonly identityKey: () => Promise<IdentityKey>;
  readonly audit: AuditSink;
}

/**
 * The metadata service of one instance. What it says is read from the store at each request, so that taking the profile away, or asking for
 * tokens, takes effect at the next one. It has a socket of its own, and no request can make it speak of another instance.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
 */
export class InstanceMetadata {
  readonly #parts: InstanceMetadataParts;
  readonly #instanceId: string;
  readonly #credentials: RotatingCredentials;

  constructor(instanceId: string, parts: InstanceMetadataParts) {
    this.#parts = parts;
    this.#instanceId = instanceId;
    this.#credentials = new RotatingCredentials(parts.installation);
  }

  /** The instance as long as it is up; what is stopped or terminated has no metadata service. */
  async instance(): Promise<Instance | undefined> {
    const { store, clock } = this.#parts.installation;
    const instance = await store.find(instances, 'id', [this.#instanceId]);
    const state = instance && stateOf(instance, clock.now())?.Name;
    return state === 'pending' || state === 'running' || state === 'stopping' || state === 'shutting-down' ? instance : undefined;
  }

  async answer(request: HttpRequest): Promise<HttpResponse> {
    const { installation, audit } = this.#parts;
    const instance = await this.instance();
    const response = instance ? await this.#answerFor(instance, request) : page(404);
    audit.record({
      requestId: uuid(installation.random),
      time: installation.clock.now(),
      service: 'ec2',
      operation: operationOf(request),
      region: instance?.region,
      sourceIp: request.remoteAddress,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 256),
      caller: instance && {
        arn: ec2Arn({ region: instance.region, account: instance.accountId }, `instance/${instance.instanceId}`),
        account: instance.accountId,
      },
      status: response.status,
    });
    return response;
  }

  async #answerFor(instance: Instance, request: HttpRequest): Promise<HttpResponse> {
    const { method, target, headers } = request;
    if (isForeign(request)) return page(403);
    const options = instance.metadataOptions;
    if (options.httpEndpoint === 'disabled') return page(403);
    if (method === 'PUT') return this.#token(request);
    if (method !== 'GET' && method !== 'HEAD') return page(405);
    const token = headers[TOKEN_HEADER];
    const life = token === undefined ? undefined : tokenLife(token, instance.instanceId, this.#parts.installation);
    // A token that is shown must be right, also where none is asked for.
    if (life === undefined && (token !== undefined || options.httpTokens !== 'optional')) return page(401);
    const body = await this.#read(instance, target, life === undefined ? '1.0' : '2.0');
    if (body === undefined) return page(404);
    return plainText(body, life === undefined ? {} : { 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds': String(life) });
  }

  /** Only from the instance itself: what was forwarded says so. Only at the one path, which older versions do not have. */
  #token({ target, headers }: HttpRequest): HttpResponse {
    if (headers['x-forwarded-for'] !== undefined) return page(403);
    if (target !== '/latest/api/token') return page(/^\/[0-9.-]+\/api\/token$/.test(target) ? 403 : 404);
    const ttl = readTtl(headers[TTL_HEADER]);
    if (ttl === undefined) return page(400);
    const token = issueMetadataToken(this.#instanceId, ttl, this.#parts.installation);
    return plainText(token, { 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds': String(ttl) });
  }

  async #read(instance: Instance, target: string, delivery: Delivery): Promise<string | Uint8Array | undefined> {
    if (target === '/') return VERSIONS.join('\n');
    const [, version = '', path = ''] = /^\/([^/]*)(.*)$/.exec(target) ?? [];
    if (!VERSIONS.some((known) => known === version)) return undefined;
    if (path === '' || path === '/') return ['dynamic', 'meta-data', 'user-data'].join('\n');
    if (path === '/user-data') return instance.userData === undefined ? undefined : Buffer.from(instance.userData, 'base64');
    const { store } = this.#parts.installation;
    const place = [instance.accountId, instance.region];
    const root: Directory = {
      dynamic: dynamicOf(instance, this.#parts.identityKey),
      'meta-data': metadataOf({
        instance,
        subnet: await store.get(subnets, [...place, instance.subnetId]),
        vpc: await store.get(vpcs, [...place, instance.vpcId]),
        iam: await this.#iam(instance, delivery),
      }),
    };
    return look(root, path);
  }

  /** `iam/` of an instance that has a profile. */
  async #iam(instance: Instance, delivery: Delivery): Promise<Directory | undefined> {
    if (!instance.association) return undefined;
    const { profile, role } = await this.#roleOf(instance);
    return {
      info: () => this.#info(instance, profile, role, delivery),
      ...(role && { 'security-credentials': { [role.roleName]: () => this.#roleCredentials(instance, role, delivery) } }),
    };
  }

  /** The profile that was given to the instance, be there another of its name by now, and the role that it holds at this moment. */
  async #roleOf({ association, accountId }: Instance): Promise<{ profile?: InstanceProfile; role?: Role }> {
    const { store } = this.#parts.installation;
    const arn = association?.instanceProfileArn ?? '';
    const profile = await store.get(instanceProfiles, [accountId, foldCase(arn.slice(arn.lastIndexOf('/') + 1))]);
    if (profile?.instanceProfileId !== association?.instanceProfileId || !profile) return {};
    const role = profile.roleId === undefined ? undefined : await store.find(roles, 'id', [profile.roleId]);
    return { profile, ...(role && { role }) };
  }

  async #info(instance: Instance, profile: InstanceProfile | undefined, role: Role | undefined, delivery: Delivery): Promise<string> {
    const LastUpdated = isoSeconds(this.#parts.installation.clock.now());
    const { association } = instance;
    // (unverified) both sentences
    if (!profile || !association)
      return lines({ Code: 'InstanceProfileNotFound', Message: 'The instance profile of this instance does not exist.', LastUpdated });
    const given = role && (await this.#credentialsOf(instance, role, delivery));
    if (!given) {
      const Message =
        'Instance profile does not contain a role or EC2 does not have access to assume a role in the instance profile. Please make sure that the instance profile contains a role, and that its trust policy allows EC2 to assume it.';
      return lines({ Code: 'AssumeRoleUnauthorizedAccess', Message, LastUpdated });
    }
    return lines({
      Code: 'Success',
      LastUpdated: given.issuedAt,
      InstanceProfileArn: association.instanceProfileArn,
      InstanceProfileId: association.instanceProfileId,
    });
  }

  async #roleCredentials(instance: Instance, role: Role, delivery: Delivery): Promise<string> {
    const given = await this.#credentialsOf(instance, role, delivery);
    if (!given) {
      return lines({
        Code: 'AssumeRoleUnauthorizedAccess',
        Message: `EC2 cannot assume the role ${role.roleName}. Please see documentation at https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html#troubleshoot_iam-ec2_errors-info-doc.`,
        LastUpdated: isoSeconds(this.#parts.installation.clock.now()),
      });
    }
    return lines({
      Code: 'Success',
      LastUpdated: given.issuedAt,
      Type: 'AWS-HMAC',
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      Token: given.token,
      Expiration: given.expiration,
    });
  }

  /** A session named after the instance. Its credentials say from where they were given out, and how. */
  #credentialsOf(instance: Instance, role: Role, delivery: Delivery) {
    const { instanceId, region, accountId: account } = instance;
    const sourceArn = ec2Arn({ region, account }, `instance/${instanceId}`);
    return this.#credentials.get(delivery, role, {
      service: EC2,
      onBehalfOf: { sourceArn, sourceAccount: account },
      sessionName: instanceId,
      region,
      context: {
        'ec2:sourceinstancearn': sourceArn,
        'ec2:roledelivery': delivery,
        'aws:ec2instancesourcevpc': instance.vpcId,
        'aws:ec2instancesourceprivateipv4': instance.privateIpAddress,
      },
    });
  }
}

/** A name by which the service may be called: a web page that was resolved to its address calls it by its own (threat I04). */
const OWN_HOST = /^(169\.254\.169\.254|127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/;

/** Whether a web page asks. Browsers say so by headers that pages cannot set; the clients of instances send none of them. */
const isForeign = ({ headers }: HttpRequest): boolean =>
  !OWN_HOST.test(headers.host ?? '') || headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;

/** For the audit event: which part of the service was asked, in words of ours. */
function operationOf({ method, target }: HttpRequest): string {
  if (method === 'PUT') return 'InstanceMetadata:Token';
  return target.includes('/iam/security-credentials/') ? 'InstanceMetadata:Credentials' : 'InstanceMetadata:Read';
}

/** JSON as the service prints it: a member a line. */
const lines = (members: Readonly<Record<string, string>>): string =>
  `{\n${Object.entries(members)
    .map(([name, value]) => `  ${JSON.stringify(name)} : ${JSON.stringify(value)}`)
    .join(',\n')}\n}`;

const SERVER = { Server: 'EC2ws', 'Cache-Control': 'no-store' };

const plainText = (body: string | Uint8Array, headers: Readonly<Record<string, string>>): HttpResponse => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain', ...SERVER, ...headers },
  body,
});

const REASONS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
} as const;

/** What the service answers when it has nothing to tell. */
const page = (status: keyof typeof REASONS): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'text/html', ...SERVER },
  body: `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
	"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>${status} - ${REASONS[status]}</title>
 </head>
 <body>
  <h1>${status} - ${REASONS[status]}</h1>
 </body>
</html>
`,
});
