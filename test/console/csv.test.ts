import { expect, it } from 'vitest';
import { readCsv } from '../../console/src/iam/csv.ts';

it.each<[string, readonly (readonly string[])[]]>([
  ['', []],
  [
    'a,b\n1,2',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  [
    'a,b\r\n1,2\r\n',
    [
      ['a', 'b'],
      ['1', '2'],
    ],
  ],
  ['"a,b","say ""x""",', [['a,b', 'say "x"', '']]],
  [
    '"two\nlines",b\n,',
    [
      ['two\nlines', 'b'],
      ['', ''],
    ],
  ],
  ['"open', [['open']]],
])('%j is read whole', (text, rows) => expect(readCsv(text)).toEqual(rows));
