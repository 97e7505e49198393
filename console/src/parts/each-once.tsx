import { Fragment, type ReactNode } from 'react';

/** Things in one line with commas between, each once. */
export const EachOnce = ({ of, show }: { of: readonly string[]; show: (text: string) => ReactNode }) =>
  [...new Set(of)].map((text, i) => (
    <Fragment key={text}>
      {i > 0 && ', '}
      {show(text)}
    </Fragment>
  ));
