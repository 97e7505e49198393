import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditSink } from '../src/audit/event.ts';

/**
 * Which errors the servers of the tests answered, written down when SAGEGATE_ANSWERS names a folder: `iam CreateUser EntityAlreadyExists`, a line
 * for each, from which tools/modelled-errors.ts tells which of the modelled ones no test has seen.
 */
export function recordAnswers(): { readonly sink: AuditSink; readonly save: () => void } {
  const seen = new Set<string>();
  return {
    sink: {
      record: ({ service, operation, errorCode = '-' }) => {
        if (service !== undefined && operation !== undefined) seen.add(`${service} ${operation} ${errorCode}`);
      },
    },
    save() {
      const folder = process.env.SAGEGATE_ANSWERS;
      if (folder === undefined || folder === '') return;
      mkdirSync(folder, { recursive: true });
      appendFileSync(join(folder, `${process.pid}.txt`), [...seen].map((line) => `${line}\n`).join(''));
    },
  };
}
