import { startTransition, useCallback, useEffect, useState } from 'react';
import { type AwsFailure, failureOf } from '../aws/failure.ts';

export interface Loaded<T> {
  /** Undefined until it is there, and when it could not be had. What was there stays while it is loaded anew. */
  readonly value?: T | undefined;
  readonly failure?: AwsFailure | undefined;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/**
 * Loads something when a page is shown, and anew when what it depends on changes. An answer that comes after the next question is dropped.
 * @param load  must be kept by `useCallback`
 */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ of?: () => Promise<T>; value?: T; failure?: AwsFailure; isLoading: boolean }>({ isLoading: true });
  // biome-ignore lint/correctness/useExhaustiveDependencies: `round` asks again
  useEffect(() => {
    let isWanted = true;
    setState((before) => ({ ...(before.of === load && 'value' in before ? { value: before.value as T } : {}), of: load, isLoading: true }));
    // What is long to show is shown in small pieces of work, and not before whatever was typed meanwhile.
    const answer = (found: { value: T } | { failure: AwsFailure }) =>
      startTransition(() => {
        if (isWanted) setState({ of: load, ...found, isLoading: false });
      });
    load().then(
      (value) => answer({ value }),
      (error) => answer({ failure: failureOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [load, round]);
  return { ...(state.of === load ? state : { isLoading: true }), reload: useCallback(() => setRound((n) => n + 1), []) };
}

export interface Action<Args extends readonly unknown[]> {
  readonly run: (...args: Args) => Promise<boolean>;
  readonly isRunning: boolean;
  readonly failure?: AwsFailure | undefined;
  readonly clear: () => void;
}

/** Something that a button does: whether it runs, and how it failed. `run` tells whether it went well. */
export function useAction<Args extends readonly unknown[]>(work: (...args: Args) => Promise<unknown>): Action<Args> {
  const [state, setState] = useState<{ isRunning: boolean; failure?: AwsFailure }>({ isRunning: false });
  const run = async (...args: Args): Promise<boolean> => {
    setState({ isRunning: true });
    try {
      await work(...args);
      setState({ isRunning: false });
      return true;
    } catch (error) {
      setState({ isRunning: false, failure: failureOf(error) });
      return false;
    }
  };
  return { ...state, run, clear: useCallback(() => setState({ isRunning: false }), []) };
}
