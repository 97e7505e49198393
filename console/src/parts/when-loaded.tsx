import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { FailureAlert } from './failure-alert.tsx';
import type { Loaded } from './loaded.ts';

/** Shows what needs a value once it is there, and until then that it comes or why it does not. */
export function WhenLoaded<T>({ loaded, children }: { readonly loaded: Loaded<T>; readonly children: (value: T) => ReactNode }) {
  if (loaded.failure) return <FailureAlert failure={loaded.failure} again={loaded.reload} />;
  return loaded.value === undefined ? <Spinner size="large" /> : children(loaded.value);
}
