import type { Position } from './position.ts';

/** Why a policy document is refused: the code and the sentence are AWS's, the place and the detail are for people. */
export class PolicyError extends Error {
  readonly code = 'MalformedPolicyDocument';
  /** Where, when it is one place. */
  readonly position: Position | undefined;
  /** What is wrong in plain words. AWS does not send it. */
  readonly detail: string;

  constructor(message: string, detail: string, position?: Position) {
    super(message);
    this.name = 'PolicyError';
    this.detail = detail;
    this.position = position;
  }
}
