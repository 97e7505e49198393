import { useEffect } from 'react';
import type { Loaded } from './loaded.ts';

/** Milliseconds between two questions: what is under way takes half a minute to some minutes. */
const EVERY = 3000;

/** Asks again and again while something is under way, so that a page tells when it is done. */
export function useRefresh({ isLoading, reload }: Loaded<unknown>, isUnderWay: boolean): void {
  useEffect(() => {
    if (!isUnderWay || isLoading) return;
    const timer = setTimeout(reload, EVERY);
    return () => clearTimeout(timer);
  }, [isUnderWay, isLoading, reload]);
}
