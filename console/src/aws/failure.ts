/** How services say that somebody may not: SageMaker and its like do so with status 400. */
const DENIED: ReadonlySet<string> = new Set(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation']);

/** A denial without the encoded reasons that EC2 puts at its end. */
export const withoutEncoded = (message: string): string => message.replace(/ *Encoded authorization failure message: \S+/, '');

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

  get isDenial(): boolean {
    return DENIED.has(this.code);
  }

  /** The message as people read it: without the encoded reasons of EC2's denials, thousands of letters for a page of their own. */
  get sentence(): string {
    return withoutEncoded(this.message);
  }

  /** What was denied: `ec2:DescribeVpcs`. Undefined where the message does not tell. */
  get action(): string | undefined {
    return / to perform: ([a-z0-9-]+:[A-Za-z0-9]+)/.exec(this.message)?.[1];
  }
}

/** Anything that was thrown, as a failure that can be shown. */
export const failureOf = (error: unknown): AwsFailure =>
  error instanceof AwsFailure
    ? error
    : new AwsFailure(0, 'No answer', error instanceof TypeError ? 'The server did not answer. Is it running?' : String(error), {});
