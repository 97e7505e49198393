import { Fragment } from 'react';

/** A name that computers made of several words, which may go on in the next line where one begins: `NoSuch`, `EntityException`. */
export function Words({ of }: { of: string }) {
  return of.split(/(?<=[a-z])(?=[A-Z])|(?<=[:/])/).map((word, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the words have no other identity, and do not move
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {word}
    </Fragment>
  ));
}
