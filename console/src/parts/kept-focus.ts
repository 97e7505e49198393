import { useCallback, useEffect, useRef } from 'react';

/** A row of a table: it may be gone by the time that the focus is to be on it. */
export interface Row {
  readonly table: Element;
  /** From 0. */
  readonly at: number;
}

/** The row that something stands in; undefined where it stands in none of a list. */
export function rowOf(element: Element | null): Row | undefined {
  const row = element?.closest('tbody > tr');
  const table = row?.closest('[data-list]');
  return row && table ? { table, at: [...(row.parentElement?.children ?? [])].indexOf(row) } : undefined;
}

/** Puts the focus on the row that has taken the place of another, or on the heading of the list where there is none. */
export function focusNear({ table, at }: Row): void {
  const rows = [...table.querySelectorAll('tbody > tr')];
  const control = rows[Math.min(at, rows.length - 1)]?.querySelector<HTMLElement>('a, button');
  const heading = table.querySelector<HTMLElement>('h1, h2');
  if (!control && heading) heading.tabIndex = -1;
  (control ?? heading)?.focus({ preventScroll: true });
}

/**
 * Keeps the focus in a list when its row goes: it would be lost, and whoever has no mouse would begin at the top.
 * @returns  what the list's element is given
 */
export function useKeptFocus() {
  const focused = useRef<Row | undefined>(undefined);
  const watch = useCallback((table: HTMLDivElement) => {
    // The browser's own events: React is deaf to those of its own changes, such as a dialog that goes.
    const came = ({ target }: FocusEvent) => {
      focused.current = rowOf(target as Element);
    };
    const went = ({ target }: FocusEvent) => {
      // What is taken away loses the focus as well; whoever went elsewhere left it where it is.
      setTimeout(() => {
        if ((target as Element).isConnected && !table.contains(document.activeElement)) focused.current = undefined;
      });
    };
    table.addEventListener('focusin', came);
    table.addEventListener('focusout', went);
    return () => {
      table.removeEventListener('focusin', came);
      table.removeEventListener('focusout', went);
    };
  }, []);
  useEffect(() => {
    if (focused.current?.table.isConnected && document.activeElement === document.body) focusNear(focused.current);
  });
  return { ref: watch, 'data-list': '' };
}
