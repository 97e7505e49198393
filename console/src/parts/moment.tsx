const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** A moment as people read it; what it is exactly stands behind it. */
export function Moment({ iso, never = '–' }: { iso: string | undefined; never?: string }) {
  const date = iso === undefined || iso === '' ? undefined : new Date(iso);
  if (date === undefined || Number.isNaN(date.getTime())) return <>{never}</>;
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {FORMAT.format(date)}
    </time>
  );
}
