import {
  createContext,
  type MouseEvent,
  type ReactNode,
  startTransition,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
} from 'react';

/** Everything below is the console's, but for the server's own pages. */
const BASE = '/console/';
const SERVER_PAGES = /^\/console\/(switch-role|switch-back|sign-out|sessions?|mfa|assets)(\/|$)/;

interface Router {
  /** Without the base and the query: `iam/users/alice`; empty for the first page. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** @param href  a whole path: `/console/iam/users` */
  go(href: string): void;
}

const RouterContext = createContext<Router | undefined>(undefined);

export function useRouter(): Router {
  const router = useContext(RouterContext);
  if (!router) throw new Error('no router above');
  return router;
}

/** The address of one of the console's pages; each part is encoded. */
export const pageAt = (...parts: readonly string[]): string => BASE + parts.map(encodeURIComponent).join('/');

/** Where the browser is. */
export const pathNow = (): string => location.pathname.slice(BASE.length);

const read = (): { path: string; search: string } => ({ path: pathNow(), search: location.search });

export function RouterProvider({ children }: { children: ReactNode }) {
  const [{ path, search }, setPlace] = useState(read);
  useEffect(() => {
    const moved = () => startTransition(() => setPlace(read()));
    addEventListener('popstate', moved);
    return () => removeEventListener('popstate', moved);
  }, []);
  const go = useCallback((href: string) => {
    history.pushState(null, '', href);
    startTransition(() => setPlace(read()));
    scrollTo(0, 0);
  }, []);
  const router = useMemo(() => ({ path, query: new URLSearchParams(search), go }), [path, search, go]);
  // One place makes every plain link to a page of the console a change of page; the browser keeps new tabs, downloads and other sites.
  const follow = (event: MouseEvent) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = (event.target as Element).closest('a');
    if (!link?.getAttribute('href') || link.target === '_blank' || link.hasAttribute('download') || link.origin !== location.origin) return;
    if (!link.pathname.startsWith(BASE) || SERVER_PAGES.test(link.pathname)) return;
    event.preventDefault();
    go(link.pathname + link.search);
  };
  return (
    <RouterContext value={router}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it hears of clicks on links, which take the keyboard by themselves */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: as above */}
      <div onClick={follow}>{children}</div>
    </RouterContext>
  );
}

/** The parts of a path against a pattern: `iam/users/*`. Undefined when it does not fit. */
export function matchPath(pattern: string, path: string): readonly string[] | undefined {
  const wanted = pattern.split('/');
  const parts = path.replace(/\/$/, '').split('/');
  if (wanted.length !== parts.length) return undefined;
  const found: string[] = [];
  for (const [i, each] of wanted.entries()) {
    const part = parts[i] ?? '';
    if (each !== '*' && each !== part) return undefined;
    if (each === '*') {
      try {
        found.push(decodeURIComponent(part));
      } catch {
        return undefined;
      }
    }
  }
  return found;
}
