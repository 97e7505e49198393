import { diffLines } from './line-diff.ts';

const MARKS = { same: ' ', added: '+', removed: '-' } as const;
const SPOKEN = { same: '', added: 'Added: ', removed: 'Removed: ' } as const;

/** What changed from one document to another, line by line. */
export function Compared({ before, after, label }: { before: string; after: string; label: string }) {
  const lines = diffLines(before, after);
  if (lines.every(({ kind }) => kind === 'same')) return <p>They are the same.</p>;
  return (
    <section className="document diff" aria-label={label}>
      {lines.map(({ kind, text }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no name but their place
        <div key={i} className={kind}>
          <span aria-hidden="true">{MARKS[kind]} </span>
          <span className="spoken">{SPOKEN[kind]}</span>
          {text}
        </div>
      ))}
    </section>
  );
}
