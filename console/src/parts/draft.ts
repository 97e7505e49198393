import { useState } from 'react';

/** What somebody fills in, and for each member what changes it alone. */
export function useDraft<T extends object>(initial: T | (() => T)) {
  const [draft, setDraft] = useState(initial);
  const set =
    <K extends keyof T>(name: K) =>
    (value: T[K]) =>
      setDraft((before) => ({ ...before, [name]: value }));
  return [draft, set] as const;
}
