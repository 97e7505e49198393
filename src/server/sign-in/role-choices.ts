import { openValue, sealValue } from '../../authentication/sealed-value.ts';
import { spend } from '../../authentication/spent-token.ts';
import type { Installation } from '../../authorization/installation.ts';
import type { HttpResponse } from '../../core/http.ts';
import { roleChooserPage } from './role-chooser.ts';
import { refuse } from './sign-in-page.ts';

export interface RoleChoicesParts {
  readonly installation: Installation;
  /** By which door people come: a choice that one of them gives is none at the others. */
  readonly door: 'saml' | 'oidc' | 'directory';
  /** Where the form of the choice leads. */
  readonly action: string;
}

/** How long somebody may think about which role to take, in milliseconds. */
const LIFE = 5 * 60_000;

interface Pending<Proof> {
  readonly proof: Proof;
  readonly roleArns: readonly string[];
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly id: string;
}

/** Choices of people who have proved who they are elsewhere and have several roles: what proves them is between two pages sealed, and good once. */
export class RoleChoices<Proof extends object> {
  readonly #parts: RoleChoicesParts;

  constructor(parts: RoleChoicesParts) {
    this.#parts = parts;
  }

  /**
   * The page to choose on.
   * @param proof    what is needed to enter, judged again then. JSON
   * @param browser  where only one browser may choose: by what it is known
   */
  async offer(roleArns: readonly string[], proof: Proof, browser = ''): Promise<HttpResponse> {
    const { installation, door, action } = this.#parts;
    const { clock, random, store } = installation;
    const id = Buffer.from(random.bytes(16)).toString('base64url');
    const pending: Pending<Proof> = { proof, roleArns, expiresAt: clock.now() + LIFE, id };
    const fields = { choice: sealValue(pending, 'role-choice', [door, browser], installation) };
    return roleChooserPage({ roleArns, action, fields }, store);
  }

  /** What was chosen. @throws ServiceError  403  nothing that was offered, to another browser, too long ago, or before */
  async take(form: ReadonlyMap<string, string>, browser = ''): Promise<{ readonly proof: Proof; readonly roleArn: string }> {
    const { installation, door } = this.#parts;
    const { clock, store } = installation;
    const wrong = refuse(403, 'AccessDeniedException', 'You took too long, or came here another way. Sign in again.');
    const pending = openValue<Pending<Proof>>(form.get('choice') ?? '', 'role-choice', [door, browser], installation);
    const roleArn = pending?.roleArns.find((each) => each === form.get('roleArn'));
    if (!pending || roleArn === undefined || clock.now() >= pending.expiresAt) throw wrong;
    if (!(await spend(store, `${door}-choice:${pending.id}`, pending.expiresAt, clock.now()))) throw wrong;
    return { proof: pending.proof, roleArn };
  }
}
