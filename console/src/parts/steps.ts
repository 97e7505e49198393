import { useState } from 'react';

/** Does one of several things, unless it was done at an earlier try. */
export type DoStep = (id: string, work: () => Promise<unknown>) => Promise<void>;

/** Work of several calls: what has been done stays done when a later one is refused, and trying again goes on from there. */
export function useSteps(): { readonly isStarted: boolean; readonly begin: () => DoStep } {
  const [done, setDone] = useState<readonly string[]>([]);
  return {
    isStarted: done.length > 0,
    begin: () => {
      const finished = new Set(done);
      return async (id, work) => {
        if (finished.has(id)) return;
        await work();
        finished.add(id);
        setDone([...finished]);
      };
    },
  };
}
