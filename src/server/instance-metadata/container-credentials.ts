import { timingSafeEqual } from 'node:crypto';
import type { AuditSink } from '../../audit/event.ts';
import type { Installation } from '../../authorization/installation.ts';
import { iamArn } from '../../core/arn.ts';
import type { HttpRequest, HttpResponse } from '../../core/http.ts';
import { hexadecimal, uuid } from '../../core/id.ts';
import type { Tag } from '../../core/tag.ts';
import { type Role, roles } from '../../store/tables/iam.ts';
import { RotatingCredentials } from './role-credentials.ts';

/** Services whose containers get credentials of a role in this way. */
export const CONTAINER_SERVICES = ['ecs-tasks.amazonaws.com', 'pods.eks.amazonaws.com'] as const;

export type ContainerService = (typeof CONTAINER_SERVICES)[number];

export interface ContainerCredentialsParts {
  readonly installation: Installation;
  readonly audit: AuditSink;
}

/**
 * The credentials endpoint of one container: one secret path, one secret token, one role.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
 */
export class ContainerCredentials {
  /** Where the credentials are, below the listener's address. */
  readonly path: string;
  /** What the container's environment holds as AWS_CONTAINER_AUTHORIZATION_TOKEN. */
  readonly authorizationToken: string;
  readonly #parts: ContainerCredentialsParts;
  readonly #role: Role;
  readonly #service: ContainerService;
  readonly #region: string;
  /** The id of the task or pod: the session's name is made of it. */
  readonly #id: string;
  readonly #credentials: RotatingCredentials;

  constructor(role: Role, service: ContainerService, region: string, parts: ContainerCredentialsParts) {
    const { random } = parts.installation;
    this.#parts = parts;
    this.#role = role;
    this.#service = service;
    this.#region = region;
    this.#id = hexadecimal(32, random);
    this.path = `/v2/credentials/${uuid(random)}`;
    this.authorizationToken = Buffer.from(random.bytes(32)).toString('base64url');
    this.#credentials = new RotatingCredentials(parts.installation);
  }

  async answer(request: HttpRequest): Promise<HttpResponse> {
    const { installation, audit } = this.#parts;
    const response = await this.#answer(request);
    audit.record({
      requestId: uuid(installation.random),
      time: installation.clock.now(),
      service: 'sts',
      operation: 'ContainerCredentials:Read',
      region: this.#region,
      sourceIp: request.remoteAddress,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, 256),
      status: response.status,
    });
    return response;
  }

  async #answer({ method, target, headers }: HttpRequest): Promise<HttpResponse> {
    const foreign = !OWN_HOST.test(headers.host ?? '') || headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
    if (foreign) return json(403, { code: 'Forbidden', message: 'Requests from web pages are refused.' });
    if (!isSame(headers.authorization, this.authorizationToken))
      return json(401, { code: 'Unauthorized', message: 'The authorization token is missing or wrong.' });
    if (method !== 'GET') return json(405, { code: 'MethodNotAllowed', message: 'This takes GET.' });
    if (!isSame(target, this.path)) return json(404, { code: 'NotFound', message: 'There are no such credentials.' });
    const { store } = this.#parts.installation;
    const role = await store.find(roles, 'id', [this.#role.roleId]);
    const given = role && (await this.#credentials.get('container', role, this.#wanted(role)));
    if (!role || !given) {
      const message = `${this.#service} is unable to assume the role: it does not exist, or its trust policy does not allow it.`;
      return json(400, { code: 'AccessDenied', message });
    }
    return json(200, {
      RoleArn: iamArn(role.accountId, `role${role.path}${role.roleName}`),
      AccessKeyId: given.accessKeyId,
      SecretAccessKey: given.secretAccessKey,
      Token: given.token,
      Expiration: given.expiration,
      AccountId: role.accountId,
    });
  }

  /** ECS names the session after the task. EKS names it after cluster and pod, and tags it with what it knows of both. */
  #wanted({ accountId }: Role) {
    const region = this.#region;
    if (this.#service === 'ecs-tasks.amazonaws.com') {
      const onBehalfOf = { sourceArn: `arn:aws:ecs:${region}:${accountId}:task/default/${this.#id}`, sourceAccount: accountId };
      return { service: this.#service, onBehalfOf, sessionName: this.#id, region };
    }
    const cluster = `arn:aws:eks:${region}:${accountId}:cluster/sagegate`;
    const pod = uuidOf(this.#id);
    const tags: Tag[] = [
      { Key: 'eks-cluster-arn', Value: cluster },
      { Key: 'eks-cluster-name', Value: 'sagegate' },
      { Key: 'kubernetes-namespace', Value: 'default' },
      { Key: 'kubernetes-service-account', Value: 'default' },
      { Key: 'kubernetes-pod-name', Value: `pod-${this.#id.slice(0, 8)}` },
      { Key: 'kubernetes-pod-uid', Value: pod },
    ];
    return {
      service: this.#service,
      onBehalfOf: { sourceArn: cluster, sourceAccount: accountId },
      sessionName: `eks-sagegate-pod-${this.#id.slice(0, 8)}-${pod}`.slice(0, 64),
      region,
      tags,
      transitiveTagKeys: tags.map((tag) => tag.Key),
    };
  }
}

const uuidOf = (hex: string): string => `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;

const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\]|169\.254\.170\.2|169\.254\.170\.23)(:\d{1,5})?$/;

/** In constant time for texts of the secret's length. */
const isSame = (given: string | undefined, secret: string): boolean => {
  const [a, b] = [Buffer.from(given ?? '', 'utf8'), Buffer.from(secret, 'utf8')];
  return a.length === b.length && timingSafeEqual(a, b);
};

const json = (status: number, value: object): HttpResponse => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  body: JSON.stringify(value),
});
