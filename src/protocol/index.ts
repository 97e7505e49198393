/**
 * AWS's wire protocols, server side: which operation a request calls, its input, and the answer's bytes. Driven by models compiled from AWS's
 * own (data/models); nothing here knows an operation by name.
 */
export { COMMON_ERRORS, commonError } from './common-errors.ts';
export type { Codec, Match, Protocol, WireFailure } from './match.ts';
export { createRouter, failureOf, type ModelSource, type Router } from './route.ts';
