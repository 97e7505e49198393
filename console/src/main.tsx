import '@cloudscape-design/global-styles/index.css';
import './console.css';
import { startTransition } from 'react';
import { createRoot } from 'react-dom/client';
import { failureOf } from './aws/failure.ts';
import { findPage } from './pages.tsx';
import { fetchNow } from './parts/fetched-later.ts';
import { pathNow, RouterProvider } from './router.tsx';
import { fetchSession, signInAgain } from './session.ts';
import { Console } from './shell/console.tsx';
import { SignedInProvider } from './signed-in.tsx';

const place = document.getElementById('console');
if (!place) throw new Error('the page has no place for the console');
const root = createRoot(place);

// While the server is asked who is signed in, the files of the page are on their way; asking for them is some work, and a turn of its own.
const asked = fetchSession();
const first = findPage(pathNow());
if (first) setTimeout(() => fetchNow(first.page.show(...first.parts)));

try {
  const session = await asked;
  // At its end the server shows where to sign in, and leads back here.
  setTimeout(signInAgain, Math.min(session.expiresAt - session.now + 1000, 2 ** 31 - 1));
  // A transition is worked through in small pieces, between which the browser paints and hears of keys.
  startTransition(() =>
    root.render(
      <RouterProvider>
        <SignedInProvider session={session}>
          <Console />
        </SignedInProvider>
      </RouterProvider>,
    ),
  );
} catch (error) {
  const failure = failureOf(error);
  if (failure.status === 401) signInAgain();
  else root.render(<p role="alert">{failure.message}</p>);
}
