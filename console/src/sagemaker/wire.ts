/** What an operation answers, as it is on the wire: moments are seconds since the epoch. */
export type Wire<T> = T extends Date
  ? number
  : T extends readonly (infer Entry)[]
    ? readonly Wire<Entry>[]
    : T extends object
      ? { readonly [Member in keyof T]: Wire<T[Member]> }
      : T;
