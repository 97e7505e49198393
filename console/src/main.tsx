import '@cloudscape-design/global-styles/index.css';
import './console.css';
import { createRoot } from 'react-dom/client';
import { failureOf } from './aws/failure.ts';
import { RouterProvider } from './router.tsx';
import { fetchSession, signInAgain } from './session.ts';
import { Console } from './shell/console.tsx';
import { SignedInProvider } from './signed-in.tsx';

const place = document.getElementById('console');
if (!place) throw new Error('the page has no place for the console');
const root = createRoot(place);

try {
  const session = await fetchSession();
  // At its end the server shows where to sign in, and leads back here.
  setTimeout(signInAgain, Math.min(session.expiresAt - session.now + 1000, 2 ** 31 - 1));
  root.render(
    <RouterProvider>
      <SignedInProvider session={session}>
        <Console />
      </SignedInProvider>
    </RouterProvider>,
  );
} catch (error) {
  const failure = failureOf(error);
  if (failure.status === 401) signInAgain();
  else root.render(<p role="alert">{failure.message}</p>);
}
