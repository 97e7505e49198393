import type { AwsClient } from '../aws/client.ts';
import { AwsFailure } from '../aws/failure.ts';
import type { ReportLine } from './credential-findings.ts';
import { readCsv } from './csv.ts';

/** Milliseconds between two questions whether a report is made, and how often it is asked. */
const PAUSE = 1000;
const ROUNDS = 60;

export interface Report {
  readonly text: string;
  readonly lines: readonly ReportLine[];
  /** Hours ago at times: IAM makes one every four hours at most. */
  readonly madeAt: string;
}

/** Which credentials the account's users have, made anew where it is time. @throws AwsFailure */
export async function makeReport(aws: AwsClient): Promise<Report> {
  for (let round = 0; round < ROUNDS; round++) {
    const { State } = await aws.iam<{ State: string }>('GenerateCredentialReport');
    if (State === 'COMPLETE') {
      const { Content, GeneratedTime } = await aws.iam<{ Content: string; GeneratedTime: string }>('GetCredentialReport');
      const text = new TextDecoder().decode(Uint8Array.from(atob(Content), (character) => character.charCodeAt(0)));
      const [header = [], ...rows] = readCsv(text);
      return { text, lines: rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))), madeAt: GeneratedTime };
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
  throw new AwsFailure(0, 'NotReady', 'The report is still being made. Try again in a while.', {});
}
