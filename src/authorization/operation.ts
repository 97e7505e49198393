import type { Caller } from '../authentication/caller.ts';
import type { Tag } from '../core/tag.ts';
import type { Reader } from '../store/store.ts';
import type { Installation } from './installation.ts';

/** As in policies and in the Service Authorization Reference, canonical case: `iam:CreateRole`. */
export type ActionName = `${string}:${string}`;

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_understand-policy-summary-access-level-summaries.html */
export type AccessLevel = 'List' | 'Read' | 'Write' | 'Permissions management' | 'Tagging';

/** Where, when and by whom a call is made. One instant and one request id per call. */
export interface Scope {
  readonly caller: Caller;
  /** Account the call acts in: the caller's. */
  readonly account: string;
  readonly region: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly reader: Reader;
  readonly installation: Installation;
}

/** A thing acted on. Its ARN is known from the input alone, so a denial never tells whether it exists. */
export interface Target<Stored = unknown> {
  /** `*` for actions without resource-level permissions. */
  readonly arn: string;
  /** Account that owns it. */
  readonly account: string;
  /**
   * Where `account` is the caller's although another one owns it, whose policies are not known here: that one. Conditions and resource control
   * policies see it; the caller's own policies alone decide.
   */
  readonly owner?: string | undefined;
  /** The stored row, when there is one. */
  readonly stored?: Stored | undefined;
  /** Its tags before the call; they become `aws:ResourceTag/…`. */
  readonly tags?: readonly Tag[] | undefined;
  /** The policy it carries: a role's trust policy. Text as stored, principals bound to unique ids. */
  readonly resourcePolicy?:
    | {
        readonly kind: 'trust' | 'resource';
        readonly document: string;
        /** What the service itself grants on the resource, as a policy: Organizations to delegated administrators. */
        readonly serviceDocument?: string | undefined;
      }
    | undefined;
  /** What a caller is told whom only the resource's policy fails to let in, where the service has a sentence of its own. */
  readonly notGranted?: string;
  /** How denials name it: the ARN when absent, no `on resource:` clause when null. */
  readonly shownAs?: string | null;
}

/** A kind of resource, found from a call's input. `name` and `arn` are those of the Service Authorization Reference. */
export interface ResourceType<Input, Stored = unknown> {
  readonly name: string;
  /** ARN template, for example `arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}`. */
  readonly arn: string;
  readonly locate: (input: Input, scope: Scope) => Target<Stored> | Promise<Target<Stored>>;
}

/** A kind of resource of which one call may name several. Each is decided on; one that is not allowed refuses the call whole. */
export interface ResourceTypes<Input, Stored = unknown> {
  readonly name: string;
  readonly arn: string;
  readonly locateEach: (input: Input, scope: Scope) => readonly Target<Stored>[] | Promise<readonly Target<Stored>[]>;
}

export type ContextValue = string | readonly string[] | undefined;

/** Condition keys that a call fills beyond the global ones. An absent value leaves the key out of the request context. */
export interface ConditionKeys<Input, Stored = unknown> {
  /** As the Service Authorization Reference writes them: `iam:PolicyARN`, `aws:RequestTag/${TagKey}`. */
  readonly keys: readonly string[];
  readonly values: (input: Input, target: Target<Stored>, scope: Scope) => Readonly<Record<string, ContextValue>>;
}

/** One more thing the caller must be allowed to do for the call to go through. */
export interface Dependency {
  readonly action: ActionName;
  readonly target: Target;
  readonly context?: Readonly<Record<string, ContextValue>>;
  /** The service that makes this call on the caller's behalf (forward access session): fills aws:CalledVia. */
  readonly calledVia?: string;
  /** The error that a denial is answered with, where the service has one of its own. */
  readonly refusal?: { readonly code: string; readonly message: string; readonly fields?: Readonly<Record<string, unknown>> };
}

/** Actions that a call needs besides its own: PassRole, tagging on create, other services' actions. */
export interface DependentActions<Input, Stored = unknown> {
  readonly actions: readonly ActionName[];
  /** What this very call needs, in the order in which denials are reported. */
  readonly needed: (input: Input, target: Target<Stored>, scope: Scope) => readonly Dependency[] | Promise<readonly Dependency[]>;
}

/** From where a call came: for pages that show it, and links that lead back to where the client found us. Proves nothing. */
export interface CallOrigin {
  /** As the client names this server: `http://localhost:4566`. Undefined for calls in process. */
  readonly endpoint: string | undefined;
  readonly sourceIp: string;
  readonly userAgent: string;
}

export interface OperationContext<Stored = unknown> extends Scope {
  readonly requestId: string;
  readonly origin: CallOrigin;
  /** What was authorised, and what the handler acts on. */
  readonly target: Target<Stored>;
  /** Calls an operation of another service with this caller's identity, as AWS's forward access sessions do: authorised and recorded like any call. */
  readonly forward: (service: string, operation: string, input: object) => Promise<object>;
}

export type Handler<Input, Stored> = (input: Input, context: OperationContext<Stored>) => Promise<object>;

/** A row of a service's table: everything that says who may call an operation, and what it does. */
export interface Operation<Input = never, Stored = never> {
  /** Null: AWS asks no permission for it. */
  readonly action: ActionName | null;
  readonly access: AccessLevel;
  /** One or more; the first is the one the handler acts on. Empty: the action takes no resource, and is checked on `*`. */
  readonly resources: readonly (ResourceType<Input> | ResourceTypes<Input>)[];
  readonly conditionKeys: readonly ConditionKeys<Input, Stored>[];
  readonly dependentActions: readonly DependentActions<Input, Stored>[];
  /**
   * Where a request may hold several values of a condition key that has one: the requests for each of them alone. Each is decided on in place
   * of the whole; one that is not allowed refuses the call. At least one.
   */
  readonly parts?: ((input: Input) => readonly Input[]) | undefined;
  /**
   * What in the input proves more about the caller than the signature does: the code of an MFA device, a web identity token, a SAML
   * assertion. Runs after validation and before authorization, which sees the caller it returns.
   */
  readonly identify?: (input: Input, scope: Scope) => Promise<Caller>;
  /** Absent: authorised like any other, then answered NotImplemented. */
  readonly handler?: Handler<Input, Stored>;
}

/** A service's table: operation name → row. */
export type Operations = Readonly<Record<string, Operation>>;

type AnyResource<Input, Stored = unknown> = ResourceType<Input, Stored> | ResourceTypes<Input, Stored>;

/**
 * One row, in the column order of AWS's Service Authorization Reference. The input type is taken from the handler alone: a resource,
 * condition key or dependent action that does not fit this operation is a type error in its own row.
 */
export function row<Input, Stored = unknown>(
  action: ActionName | null,
  access: AccessLevel,
  resource:
    | AnyResource<NoInfer<Input>, NoInfer<Stored>>
    | readonly [AnyResource<NoInfer<Input>, NoInfer<Stored>>, ...AnyResource<NoInfer<Input>>[]]
    | '*',
  conditionKeys: readonly ConditionKeys<NoInfer<Input>, NoInfer<Stored>>[],
  dependentActions: readonly DependentActions<NoInfer<Input>, NoInfer<Stored>>[],
  handler: Handler<Input, Stored>,
  more: {
    readonly identify?: (input: NoInfer<Input>, scope: Scope) => Promise<Caller>;
    readonly parts?: ((input: NoInfer<Input>) => readonly NoInfer<Input>[]) | undefined;
  } = {},
): Operation {
  const resources = resource === '*' ? [] : 'name' in resource ? [resource] : resource;
  const complete = { action, access, resources, conditionKeys, dependentActions, handler, ...more };
  // The pipeline pairs a row with the input its own operation's model has parsed; from here on the pairing is by name.
  return complete as unknown as Operation;
}
