import { iamArn, parseArn } from '../../core/arn.ts';
import { foldCase } from '../../core/name.ts';
import { REGIONS } from '../../core/region.ts';
import { ServiceError } from '../../core/service-error.ts';
import { type Role, roles } from '../../store/tables/iam.ts';
import { ContainerCredentials, type ContainerService } from './container-credentials.ts';
import { IdentityKey } from './identity-key.ts';
import { InstanceMetadata, type InstanceMetadataParts } from './instance-metadata.ts';
import { LeasedListeners } from './leased-listeners.ts';

export interface EndpointsParts extends Omit<InstanceMetadataParts, 'identityKey'> {
  readonly logError: (error: unknown, where: string) => void;
}

/** What whoever opens an endpoint may say. */
export interface Lease {
  /** 0, or absent: any free port. */
  readonly port?: number | undefined;
  /** Until it must be renewed; 30 when absent. */
  readonly leaseSeconds?: number | undefined;
}

const STANDARD_LEASE = 30;

/**
 * Where programs find their credentials: the metadata services of instances, and the endpoints of containers. For the operator to open: what
 * runs behind one has the role, so who may open one may have every role that trusts EC2 or the container's service.
 */
export class CredentialEndpoints {
  readonly #parts: EndpointsParts;
  readonly #listeners: LeasedListeners;
  #identityKey: Promise<IdentityKey> | undefined;

  constructor(parts: EndpointsParts) {
    const { random, clock } = parts.installation;
    this.#parts = parts;
    this.#listeners = new LeasedListeners({ random, now: () => clock.now(), logError: parts.logError });
  }

  /**
   * Starts a metadata service for an instance.
   * @throws ResourceNotFoundException  404  there is no such instance, or it is not up
   */
  async openInstance(instanceId: string, { port = 0, leaseSeconds = STANDARD_LEASE }: Lease): Promise<object> {
    const metadata = new InstanceMetadata(instanceId, { ...this.#parts, identityKey: () => this.#key() });
    const describe = async (): Promise<object> => {
      const instance = await metadata.instance();
      if (!instance) return { state: 'down' };
      const { accountId, region, privateIpAddress, metadataOptions } = instance;
      const { httpTokens, httpPutResponseHopLimit } = metadataOptions;
      return { instanceId, accountId, region, privateIpAddress, httpTokens, httpPutResponseHopLimit };
    };
    if (!(await metadata.instance()))
      throw new ServiceError('ResourceNotFoundException', 'There is no such instance, or it is not up.', { status: 404 });
    const opened = await this.#listeners.open({ port, leaseSeconds, describe }, (request) => metadata.answer(request));
    // With the slash at its end: some clients put what follows directly behind it.
    return { ...opened, endpoint: `${opened.url}/`, leaseSeconds, ...(await describe()) };
  }

  /**
   * Starts a credentials endpoint for a container.
   * @throws ResourceNotFoundException  404  there is no such role
   */
  async openContainer(asked: { roleArn: string; service: ContainerService; region: string } & Lease): Promise<object> {
    const { roleArn, service, region, port = 0, leaseSeconds = STANDARD_LEASE } = asked;
    if (!REGIONS.has(region)) throw new ServiceError('ValidationException', 'There is no such region.', { status: 400 });
    const role = await this.#findRole(roleArn);
    if (!role) throw new ServiceError('ResourceNotFoundException', 'There is no such role.', { status: 404 });
    const container = new ContainerCredentials(role, service, region, this.#parts);
    const opened = await this.#listeners.open({ port, leaseSeconds, describe: async () => ({ roleArn, service }) }, (request) =>
      container.answer(request),
    );
    return { ...opened, credentialsUri: opened.url + container.path, authorizationToken: container.authorizationToken, leaseSeconds };
  }

  renew(listenerId: string): Promise<object> {
    return this.#listeners.renew(listenerId);
  }

  close(listenerId: string): Promise<void> {
    return this.#listeners.close(listenerId);
  }

  closeAll(): Promise<void> {
    return this.#listeners.closeAll();
  }

  /** The certificate that identity documents are checked by, PEM. */
  async certificate(): Promise<string> {
    return (await this.#key()).certificate;
  }

  /** After a reset the key may be another. */
  forgetKey(): void {
    this.#identityKey = undefined;
  }

  #key(): Promise<IdentityKey> {
    const opening = this.#identityKey ?? IdentityKey.open(this.#parts.installation);
    this.#identityKey = opening;
    // A key that could not be had now may be had later.
    opening.catch(() => this.forgetKey());
    return opening;
  }

  async #findRole(arn: string): Promise<Role | undefined> {
    const parsed = parseArn(arn);
    if (parsed?.service !== 'iam' || !parsed.resource.startsWith('role/')) return undefined;
    const name = parsed.resource.slice(parsed.resource.lastIndexOf('/') + 1);
    const role = await this.#parts.installation.store.get(roles, [parsed.account, foldCase(name)]);
    return role && iamArn(role.accountId, `role${role.path}${role.roleName}`) === arn ? role : undefined;
  }
}
