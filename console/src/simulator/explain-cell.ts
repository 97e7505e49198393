import { createRequestContext, type Explanation, explain, policySet } from '../../../src/policy/index.ts';
import type { Principal } from '../iam/principal.ts';
import type { Subject } from './documents.ts';

/** One thing that is asked of the engine. */
export interface CellQuestion {
  readonly action: string;
  readonly resource: string;
  /** Several values of a key have commas between them. */
  readonly context: readonly { readonly key: string; readonly value: string }[];
}

/** Decides one question here, with the engine that decides on the server, to show every reason. */
export function explainCell(subject: Subject, { kind }: Principal, { action, resource, context }: CellQuestion): Explanation {
  const values = Object.fromEntries(
    context.map(({ key, value }) => [key, value.includes(',') ? value.split(',').map((each) => each.trim()) : value]),
  );
  const account = subject.arn.split(':')[4] ?? '';
  return explain(
    {
      principal: { kind: kind === 'User' ? 'user' : 'role', account, arn: subject.arn, uniqueId: subject.uniqueId },
      action,
      resource,
      context: createRequestContext({ ...values, 'aws:userid': subject.arn }),
    },
    { identity: policySet(subject.identity), ...(subject.boundary && { boundary: policySet([subject.boundary]) }) },
  );
}
