import { type ComponentType, type LazyExoticComponent, lazy, type ReactElement } from 'react';

const loads = new WeakMap<object, () => Promise<unknown>>();

/** A component in a file of its own, which is fetched when it is first shown, or before that by `fetchNow`. */
// biome-ignore lint/suspicious/noExplicitAny: as React's own `lazy` has it: whatever its properties are
export function fetchedLater<C extends ComponentType<any>>(load: () => Promise<{ default: C }>): LazyExoticComponent<C> {
  const component = lazy(load);
  loads.set(component, load);
  return component;
}

/** Fetches what will show an element. That it cannot be had is told where it is shown. */
export function fetchNow(element: ReactElement): void {
  if (typeof element.type === 'object')
    loads
      .get(element.type)?.()
      .catch(() => undefined);
}
