import type { Caller } from '../authentication/caller.ts';
import { rootCaller } from '../authentication/principals.ts';
import { ServiceError } from '../core/service-error.ts';
import type { SignUps } from '../services/accounts/sign-up.ts';
import type { Store } from '../store/store.ts';

/** Calls an operation as somebody, through validation and authorization like any request. */
export type CallOperation = (caller: Caller, service: string, operation: string, input: object, region?: string) => Promise<object>;

/** An access key, shown this once. */
export interface FirstKey {
  readonly accountId: string;
  readonly arn: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const GROUP = 'Administrators';
const USER = 'Administrator';

/** The first credential of a new account, for who has just signed up and knows the root password. */
export class FirstKeys {
  readonly #store: Store;
  readonly #signUps: SignUps;
  readonly #call: CallOperation;

  constructor(store: Store, signUps: SignUps, call: CallOperation) {
    this.#store = store;
    this.#signUps = signUps;
    this.#call = call;
  }

  /**
   * `administrator` makes what AWS's guide tells root to make first: a group with AdministratorAccess, a user in it, a key for the user.
   * `root` makes a key of the root user's own, which AWS advises against.
   * @throws as SignUps.claimFirstKey
   */
  async issue(token: string, password: string, owner: 'administrator' | 'root'): Promise<FirstKey> {
    const { accountId } = await this.#signUps.claimFirstKey(token, password);
    try {
      const root = await rootCaller(this.#store, accountId);
      if (!root) throw new ServiceError('ResourceNotFoundException', 'There is no such account.', { status: 404 });
      if (owner === 'root') return await this.#createKey(root, accountId, `arn:aws:iam::${accountId}:root`, {});
      await this.#unlessThere(root, 'CreateGroup', { GroupName: GROUP });
      await this.#call(root, 'iam', 'AttachGroupPolicy', { GroupName: GROUP, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' });
      await this.#unlessThere(root, 'CreateUser', { UserName: USER });
      await this.#call(root, 'iam', 'AddUserToGroup', { GroupName: GROUP, UserName: USER });
      return await this.#createKey(root, accountId, `arn:aws:iam::${accountId}:user/${USER}`, { UserName: USER });
    } catch (error) {
      await this.#signUps.returnFirstKey(token);
      throw error;
    }
  }

  async #createKey(root: Caller, accountId: string, arn: string, input: object): Promise<FirstKey> {
    const { AccessKey } = (await this.#call(root, 'iam', 'CreateAccessKey', input)) as {
      AccessKey: { AccessKeyId: string; SecretAccessKey: string };
    };
    return { accountId, arn, accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey };
  }

  async #unlessThere(root: Caller, operation: string, input: object): Promise<void> {
    try {
      await this.#call(root, 'iam', operation, input);
    } catch (error) {
      if (!(error instanceof ServiceError && error.code.startsWith('EntityAlreadyExists'))) throw error;
    }
  }
}
