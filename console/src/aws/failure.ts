/** A refusal or failure of a call, in AWS's words. */
export class AwsFailure extends Error {
  readonly status: number;
  /** `AccessDenied`, `NoSuchEntity` */
  readonly code: string;
  readonly requestId: string | undefined;
  /** By which the reasons of a denial can be asked for. */
  readonly decisionId: string | undefined;

  constructor(status: number, code: string, message: string, ids: { requestId?: string | undefined; decisionId?: string | undefined }) {
    super(message);
    this.name = 'AwsFailure';
    this.status = status;
    this.code = code;
    this.requestId = ids.requestId;
    this.decisionId = ids.decisionId;
  }
}

/** Anything that was thrown, as a failure that can be shown. */
export const failureOf = (error: unknown): AwsFailure =>
  error instanceof AwsFailure
    ? error
    : new AwsFailure(0, 'NoAnswer', error instanceof TypeError ? 'The server did not answer. Is it running?' : String(error), {});
