/** One test, as continuous integration reads it. */
export interface JunitCase {
  readonly name: string;
  /** In which file, as `classname`. */
  readonly file: string;
  /** What went wrong; absent when nothing did. */
  readonly failure?: { readonly message: string; readonly text: string } | undefined;
}

/** A JUnit report, one suite a file. Times are left out: decisions take microseconds. */
export function junitReport(cases: readonly JunitCase[]): string {
  const files = [...new Set(cases.map(({ file }) => file))];
  const count = (list: readonly JunitCase[]): string => `tests="${list.length}" failures="${list.filter(({ failure }) => failure).length}"`;
  const suites = files.map((file) => {
    const own = cases.filter((each) => each.file === file);
    return `  <testsuite name="${escapeXml(file)}" ${count(own)}>\n${own.map(caseElement).join('\n')}\n  </testsuite>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="sagegate policy test" ${count(cases)}>\n${suites.join('\n')}\n</testsuites>\n`;
}

function caseElement({ name, file, failure }: JunitCase): string {
  const start = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(file)}"`;
  if (!failure) return `${start}/>`;
  return `${start}><failure message="${escapeXml(failure.message)}">${escapeXml(failure.text)}</failure></testcase>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };

/** Characters that XML cannot hold become question marks. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?')
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character] ?? '?');
