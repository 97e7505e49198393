/** A command that could not do what it was asked, told in a sentence. Exit codes: 1 it failed, 2 it was asked wrongly, 3 it was allowed and failed, 127 it was to run a command that is not there. */
export class Failure extends Error {
  readonly exitCode: 1 | 2 | 3 | 127;

  constructor(message: string, exitCode: 1 | 2 | 3 | 127 = 1) {
    super(message);
    this.name = 'Failure';
    this.exitCode = exitCode;
  }
}
