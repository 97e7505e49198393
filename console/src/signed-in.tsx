import { createContext, type ReactNode, useContext, useMemo, useState } from 'react';
import { AwsClient } from './aws/client.ts';
import type { Session } from './session.ts';

interface SignedIn {
  readonly session: Session;
  readonly aws: AwsClient;
  readonly setRegion: (region: string) => void;
}

const SignedInContext = createContext<SignedIn | undefined>(undefined);

const REGION = 'sagegate.region';

/** Who is signed in, and the client that calls as them. */
export function useSignedIn(): SignedIn {
  const signedIn = useContext(SignedInContext);
  if (!signedIn) throw new Error('nobody is signed in');
  return signedIn;
}

export function SignedInProvider({ session, children }: { session: Session; children: ReactNode }) {
  const [region, choose] = useState(() => {
    const last = localStorage.getItem(REGION) ?? '';
    return session.regions.includes(last) ? last : 'us-east-1';
  });
  const value = useMemo(
    () => ({
      session,
      aws: new AwsClient(session, region),
      setRegion: (next: string) => {
        localStorage.setItem(REGION, next);
        choose(next);
      },
    }),
    [session, region],
  );
  return <SignedInContext value={value}>{children}</SignedInContext>;
}
