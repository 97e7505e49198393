import { sortableTime, table } from '../table.ts';
import type { Phase } from './sagemaker.ts';

/** A human loop: something that a person is asked to look at. What it says of its flow definition is what held when it was started. */
export interface HumanLoop {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  readonly arn: string;
  /** By which who runs this installation names it: names are unique in an account and region alone. */
  readonly loopId: string;
  readonly flowDefinitionArn: string;
  /** What workers read above the input; empty where the flow definition says nothing. */
  readonly title: string;
  readonly description: string;
  /** How many people are to answer. */
  readonly answersNeeded: number;
  /** `s3://bucket/prefix`, where the flow definition wants outputs. */
  readonly outputPath: string;
  /** SHA-256 of what it was started with: the same request again is the same loop. */
  readonly digest: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly phases: readonly Phase[];
  /** Once it is completed. */
  readonly outputUri?: string;
}

/** What a loop shows to people, and what they have said: up to 3 MiB, and so apart from what is listed. */
export interface HumanLoopContent {
  readonly accountId: string;
  readonly region: string;
  readonly name: string;
  /** JSON, as it was sent. */
  readonly inputContent: string;
  readonly answers: readonly HumanAnswer[];
}

export interface HumanAnswer {
  /** JSON. */
  readonly content: string;
  readonly worker: string;
  readonly submittedAt: number;
}

export const humanLoops = table<HumanLoop>()({
  name: 'human_loop',
  columns: {
    account_id: (r) => r.accountId,
    region: (r) => r.region,
    name: (r) => r.name,
    loop_id: (r) => r.loopId,
    flow: (r) => r.flowDefinitionArn,
    created_at: (r) => sortableTime(r.createdAt),
    state: (r) => (r.phases.at(-1)?.status === 'InProgress' ? 'open' : 'over'),
  },
  key: ['account_id', 'region', 'name'],
  unique: { loop: ['loop_id'] },
  indexes: {
    flow: ['flow', 'created_at'],
    state: ['state', 'created_at'],
    account_state: ['account_id', 'state'],
    name: ['name'],
    created: ['created_at'],
  },
});

export const humanLoopContents = table<HumanLoopContent>()({
  name: 'human_loop_content',
  columns: { account_id: (r) => r.accountId, region: (r) => r.region, name: (r) => r.name },
  key: ['account_id', 'region', 'name'],
});
