import type { DecidingKind, ExplainedLayer, ExplainedStatement, Explanation } from '../policy/index.ts';
import { plain } from './terminal.ts';

/** An explanation as data: of the engine in this process, or as a server sends it. */
export type ExplainedDecision = ReturnType<Explanation['toJSON']>;

const LAYERS: Readonly<Record<DecidingKind, string>> = {
  identity: 'Identity-based policies',
  resource: 'Resource-based policy',
  trust: 'Trust policy',
  boundary: 'Permissions boundary',
  session: 'Session policies',
  endpoint: 'VPC endpoint policy',
  scp: 'Service control policies',
  rcp: 'Resource control policies',
};

const VERDICTS: Readonly<Record<ExplainedLayer['verdict'], string>> = { denies: 'denies', allows: 'allows', silent: 'does not allow' };

/**
 * The reasons of a decision, layer by layer and statement by statement. Statements about other actions are only counted, as most of a long policy
 * are, unless `all`.
 */
export function explanationText({ layers, missingKeys }: ExplainedDecision, all = false): string {
  const lines: string[] = [];
  for (const { kind, level, verdict, policies } of layers) {
    const of = level === undefined ? '' : level === 0 ? ', root of the organization' : `, level ${level} below the root`;
    lines.push(`${MARKS[verdict]} ${LAYERS[kind]}${of}: ${VERDICTS[verdict]}`);
    if (policies.length === 0) lines.push('    nothing here');
    for (const { source, error, statements } of policies) {
      lines.push(
        `    ${plain(source.name)}${source.arn === undefined ? '' : ` (${plain(source.arn)})`}${source.via ? ` by ${plain(source.via)}` : ''}`,
      );
      if (error !== undefined) lines.push(`      ✗ cannot be read, so it denies everything: ${plain(error)}`);
      const told = statements.filter((statement) => all || !statement.failed.includes('action'));
      for (const statement of told) lines.push(...statementText(statement).map((line) => `      ${line}`));
      const others = statements.length - told.length;
      if (others > 0) lines.push(`      · ${others} statement${others === 1 ? ' is' : 's are'} about other actions`);
    }
  }
  if (missingKeys.length > 0) lines.push(`Keys that the request does not have: ${missingKeys.map((key) => plain(key)).join(', ')}`);
  return lines.join('\n');
}

const MARKS: Readonly<Record<ExplainedLayer['verdict'], string>> = { denies: '✗', allows: '✓', silent: '–' };

function statementText({ index, sid, effect, applies, failed, actions, resources, conditions, start }: ExplainedStatement): string[] {
  const name = `statement ${index + 1}${sid ? ` ${plain(sid)}` : ''} (${effect}, line ${start.line})`;
  if (applies) return [`${effect === 'Deny' ? '✗' : '✓'} ${name} applies`];
  const lines = [`– ${name} does not apply:`];
  if (failed.includes('principal')) lines.push('    the caller is not its principal');
  if (failed.includes('action')) lines.push(`    the action is not what it takes: ${list(actions)}`);
  if (failed.includes('resource')) lines.push(`    the resource is not what it takes: ${list(resources)}`);
  for (const { operator, key, expected, actual, holds } of conditions) {
    if (!holds)
      lines.push(
        `    ${plain(key)} ${actual === undefined ? 'is not in the request' : `is ${list(actual)}`}; it asks ${operator} ${list(expected)}`,
      );
  }
  return lines;
}

const MOST_LISTED = 6;

function list(values: readonly string[]): string {
  if (values.length === 0) return 'nothing';
  const shown = values.slice(0, MOST_LISTED).map((value) => plain(value));
  return values.length > MOST_LISTED ? `${shown.join(', ')} and ${values.length - MOST_LISTED} more` : shown.join(', ');
}
