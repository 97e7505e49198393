import { type PolicyKind, parsePolicy, validatePolicy } from '../policy/index.ts';
import { excerpt } from './excerpt.ts';
import { Failure } from './failure.ts';
import { kindOfText, readPolicyText } from './policy-file.ts';
import { KIND_NAMES } from './policy-kind.ts';
import { plain, type Terminal } from './terminal.ts';

export interface ValidateOptions {
  readonly kind?: PolicyKind | undefined;
  readonly json?: boolean | undefined;
}

/** `sagegate policy validate FILE…` */
export function validatePolicies(files: readonly string[], options: ValidateOptions, terminal: Terminal): void {
  let invalid = 0;
  const results: object[] = [];
  for (const file of files) {
    const { text } = readPolicyText(file);
    const kind = options.kind ?? kindOfText(text);
    const error = validatePolicy(text, kind);
    if (error) invalid++;
    if (options.json) {
      results.push({ file, kind, valid: !error, ...(error && { message: error.message, detail: error.detail, ...error.position }) });
    } else if (error) {
      const place = error.position ? `:${error.position.line}:${error.position.column}` : '';
      terminal.print(`✗ ${plain(file)}${place}: ${plain(error.detail)}`);
      if (error.position) terminal.print(indent(excerpt(text, error.position)));
      terminal.print(`    AWS says: ${plain(error.message)}`);
    } else {
      const count = parsePolicy(text).statements.length;
      terminal.print(`✓ ${plain(file)}: a valid ${KIND_NAMES[kind]} of ${count} statement${count === 1 ? '' : 's'}`);
    }
  }
  if (options.json) terminal.print(JSON.stringify(results));
  if (invalid > 0) throw new Failure(`${invalid} of ${files.length} ${files.length === 1 ? 'policy' : 'policies'} would be refused.`);
}

const indent = (text: string): string => text.replace(/^/gm, '    ');
