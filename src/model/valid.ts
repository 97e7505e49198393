/**
 * An SDK input type after validation: members the model requires (`X: string | undefined` there) are present, all the way down.
 * The pipeline runs model/validate.ts before any handler, so handlers take `Valid<CreateRoleRequest>`.
 */
export type Valid<T> = T extends Date | Uint8Array | string | number | boolean | undefined | null
  ? T
  : T extends readonly (infer Element)[]
    ? Valid<Element>[]
    : T extends object
      ? { [K in keyof T]: Record<never, never> extends Pick<T, K> ? Valid<T[K]> : Valid<Exclude<T[K], undefined>> }
      : T;
