import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { Suspense, useEffect, useRef, useState } from 'react';
import { NoticesProvider } from '../notices.tsx';
import { findPage } from '../pages.tsx';
import { Afterwards } from '../parts/afterwards.tsx';
import { pageAt, useRouter } from '../router.tsx';
import { Crash } from './crash.tsx';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

/** The first crumb of every page, and where the console begins. */
const FIRST = { text: 'Sagegate', href: pageAt() };

/**
 * The frame of every page: who is signed in, what pages there are, where one is. Cloudscape's own frame (AppLayout) is a quarter of all that the
 * first page may weigh; what is wanted of it are these few lines.
 */
export function Console() {
  const { path } = useRouter();
  // On a narrow screen the list of pages is closed until asked for; on a wide one it is always there.
  const [isOpen, setOpen] = useState(false);
  const found = findPage(path);
  const crumbs = found ? found.page.crumbs(...found.parts) : [{ text: 'Not found', href: '#' }];
  const title = crumbs.at(-1)?.text ?? 'Dashboard';
  const shown = useRef(path);
  useEffect(() => {
    document.title = `${title} · Sagegate`;
    if (shown.current === path) return;
    shown.current = path;
    setOpen(false);
    // Whoever reads by ear hears of a new page only when the focus goes there.
    document.getElementById('page')?.focus({ preventScroll: true });
  }, [path, title]);
  return (
    <>
      <a className="skip" href="#page">
        Skip to the page
      </a>
      <header id="top">
        <TopBar />
      </header>
      <div className="frame">
        <nav id="pages" className={isOpen ? 'open' : ''} aria-label="Pages">
          <Afterwards turn={2}>
            <Navigation />
          </Afterwards>
        </nav>
        <div className="content">
          <div className="where">
            <span className="toggle">
              <Button
                iconName="menu"
                variant="icon"
                ariaLabel={isOpen ? 'Close the list of pages' : 'Open the list of pages'}
                ariaExpanded={isOpen}
                onClick={() => setOpen(!isOpen)}
              />
            </span>
            <BreadcrumbGroup items={[FIRST, ...crumbs]} ariaLabel="Where you are" expandAriaLabel="Show the whole path" />
          </div>
          <main id="page" tabIndex={-1}>
            <NoticesProvider>
              <Afterwards turn={1}>
                <Crash key={path}>
                  <Suspense fallback={<Spinner size="large" />}>{found ? found.page.show(...found.parts) : <NotFound />}</Suspense>
                </Crash>
              </Afterwards>
            </NoticesProvider>
          </main>
        </div>
      </div>
    </>
  );
}

function NotFound() {
  return (
    <SpaceBetween size="m">
      <Header variant="h1" description="It may have been deleted, or the address may be mistyped.">
        There is no such page
      </Header>
      <Link href={pageAt()}>To the first page</Link>
    </SpaceBetween>
  );
}
