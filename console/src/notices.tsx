import Alert from '@cloudscape-design/components/alert';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useRouter } from './router.tsx';

interface Notices {
  /** Says that something went well, on this page or the next: `User alice was created.` */
  readonly say: (text: string) => void;
}

const NoticesContext = createContext<Notices | undefined>(undefined);

export function useNotices(): Notices {
  const notices = useContext(NoticesContext);
  if (!notices) throw new Error('no place for notices above');
  return notices;
}

/** Shows what was last said above the page, and reads it out; it goes with the page after the next. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const { path } = useRouter();
  const [notice, setNotice] = useState<{ text: string; on: string } | undefined>();
  useEffect(() => {
    // Said just before the page changed, it belongs to the page that came.
    setNotice((before) => (before === undefined || before.on === path ? before : before.on === '' ? { ...before, on: path } : undefined));
  }, [path]);
  const notices = useMemo(() => ({ say: (text: string) => setNotice({ text, on: '' }) }), []);
  return (
    <NoticesContext value={notices}>
      <div role="status">
        {notice && (
          <div className="notice">
            <Alert type="success" dismissible dismissAriaLabel="Close" onDismiss={() => setNotice(undefined)}>
              {notice.text}
            </Alert>
          </div>
        )}
      </div>
      {children}
    </NoticesContext>
  );
}
