import { useState } from 'react';

/** What somebody changed of a member: undefined where it is as it was. */
export const changedFrom =
  <T extends object>(before: T, draft: T) =>
  <K extends keyof T>(member: K): T[K] | undefined =>
    JSON.stringify(draft[member]) === JSON.stringify(before[member]) ? undefined : draft[member];

/** A structure as it is sent; undefined, and so left out, where nothing of it is. */
export const sentOf = <T extends object>(members: T): T | undefined =>
  Object.values(members).some((value) => value !== undefined) ? members : undefined;

/** What somebody fills in, and for each member what changes it alone. */
export function useDraft<T extends object>(initial: T | (() => T)) {
  const [draft, setDraft] = useState(initial);
  const set =
    <K extends keyof T>(name: K) =>
    (value: T[K]) =>
      setDraft((before) => ({ ...before, [name]: value }));
  return [draft, set] as const;
}
