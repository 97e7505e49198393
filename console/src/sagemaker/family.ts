import type { DescribedSection } from './sections.ts';

/** Where in a description something stands: `ResourceConfig.InstanceType`; `[]` goes through a list. `of` where it names things of a kind. */
export type Fact = readonly [label: string, path: string, of?: DescribedSection];

/** What an operation says of one resource, or an entry of a list. */
export type Described = Readonly<Record<string, unknown>>;

/** A kind of resource, as its pages need to know it: its list and its own page are made of this. */
export interface Family {
  /** One and many, in lower case. */
  readonly noun: readonly [one: string, many: string];
  /** What it is, in a sentence. */
  readonly about: string;
  readonly list: readonly [operation: string, member: string];
  /** Members of the list's call, besides how many. */
  readonly listed?: object | undefined;
  readonly describe: string;
  /** The member of the calls about it that names it, where it is not `name`. */
  readonly identity?: string | undefined;
  /** Members of list entries and descriptions. */
  readonly name: string;
  readonly arn: string;
  readonly status?: string | undefined;
  readonly created?: string | undefined;
  readonly changed?: string | undefined;
  /** Columns of the list besides name, state and times. */
  readonly columns?: readonly Fact[] | undefined;
  /** What its page begins with, besides the above. */
  readonly facts: readonly Fact[];
  /** What creates it: its condition keys are shown, read from the description as if it were the call. */
  readonly creation?: { readonly operation: string; readonly renamed?: Readonly<Record<string, string>> } | undefined;
  /** The page on which it is created: `create-model`. */
  readonly createAt?: string | undefined;
  readonly stop?: { readonly operation: string; readonly while: readonly string[] } | undefined;
  readonly remove?:
    | {
        readonly operation: string;
        readonly while?: readonly string[];
        readonly hint: string;
        /** Whether the call must carry a token, so that one sent twice is done once. */
        readonly isTokened?: true;
      }
    | undefined;
  /** Whether it can have tags; of some kinds, only some can. */
  readonly isTagged: boolean | ((described: Described) => boolean);
}

/** What something is called where it has no name but its ARN: `trees/1`. */
export const labelOf = (name: string): string => (name.startsWith('arn:') ? name.slice(name.indexOf('/') + 1) : name);

export const NETWORK: readonly Fact[] = [
  ['Subnets', 'VpcConfig.Subnets[]'],
  ['Security groups', 'VpcConfig.SecurityGroupIds[]'],
];
