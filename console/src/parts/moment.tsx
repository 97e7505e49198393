const FORMAT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const TO_THE_SECOND = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

export interface MomentProps {
  readonly iso: string | undefined;
  /** What is said where there is none. */
  readonly never?: string;
  readonly withSeconds?: boolean;
}

/** A moment as people read it; what it is exactly stands behind it. */
export function Moment({ iso, never = '–', withSeconds = false }: MomentProps) {
  const date = iso === undefined || iso === '' ? undefined : new Date(iso);
  if (date === undefined || Number.isNaN(date.getTime())) return <>{never}</>;
  return (
    <time dateTime={date.toISOString()} title={date.toISOString()}>
      {(withSeconds ? TO_THE_SECOND : FORMAT).format(date)}
    </time>
  );
}
