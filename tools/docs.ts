/**
 * Prints docs/authorization.md and docs/compatibility.md from the tables and the models, and docs/cli.md from the command line's own help:
 * `npm run docs`. With `--check`, exits 1 when the
 * committed pages are not what the tables say.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../src/authorization/operation.ts';
import { createRowsFromData } from '../src/authorization/rows-from-data.ts';
import { loadModelIndex, loadServiceModel } from '../src/model/load-model.ts';
import { openServiceAuthorization } from '../src/model/service-authorization.ts';
import type { ServiceModel } from '../src/model/service-model.ts';
import { tables } from '../src/server/installation.ts';
import { coveringTest } from './covering-tests.ts';

const root = join(import.meta.dirname, '..');
const models = join(root, 'data', 'models');
const services = Object.keys(loadModelIndex(models).services).map((service) => loadServiceModel(models, service));
const rowFromData = createRowsFromData(openServiceAuthorization(join(root, 'data', 'service-authorization')));

const rowsOf = (service: string): Readonly<Record<string, Operation>> =>
  (tables as Record<string, Record<string, Operation>>)[service] ?? {};
const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(', ');
const header = '<!-- Printed from the tables by `npm run docs`. Do not edit. -->\n';

function authorization(): string {
  const parts = [
    `${header}\n# Who may call what\n`,
    'One row per operation, as the pipeline authorises it. *Resource* `*`: the action takes none. Every row is also subject to the global condition',
    'keys. Operations that are modelled but have no row here are authorised on the action of their name from AWS’s published data and then answered',
    '`NotImplemented`: see [compatibility](compatibility.md).\n',
  ];
  for (const service of services) {
    const rows = Object.entries(rowsOf(service.service)).sort(([a], [b]) => (a < b ? -1 : 1));
    if (rows.length === 0) continue;
    parts.push(
      `## ${service.serviceId}\n`,
      '| Operation | Action | Access level | Resources | Condition keys | Dependent actions |',
      '| --- | --- | --- | --- | --- | --- |',
    );
    for (const [name, row] of rows) {
      const resources = row.resources.map((resource) => `${resource.name}: \`${resource.arn}\``).join('<br>');
      const keys = [...new Set(row.conditionKeys.flatMap((each) => each.keys))];
      const dependents = [...new Set(row.dependentActions.flatMap((each) => each.actions))];
      parts.push(
        `| ${name} | ${row.action === null ? 'none asked' : `\`${row.action}\``} | ${row.access} | ${resources || '`*`'} | ${code(keys)} | ${code(dependents)} |`,
      );
    }
    parts.push('');
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

interface Standing {
  readonly built: string[];
  readonly authorised: string[];
  readonly refused: string[];
}

function standingOf(service: ServiceModel): Standing {
  const standing: Standing = { built: [], authorised: [], refused: [] };
  const rows = rowsOf(service.service);
  for (const [name, operation] of Object.entries(service.operations)) {
    const row = Object.hasOwn(rows, name) ? rows[name] : rowFromData(service.service, operation);
    if (row?.handler) standing.built.push(name);
    else (row ? standing.authorised : standing.refused).push(name);
  }
  return standing;
}

/** One line for each test: `[user](…/user.test.ts): CreateUser, …`. */
function builtByTest(service: string, built: readonly string[]): string[] {
  const byTest = new Map<string, string[]>();
  for (const name of built) {
    const test = coveringTest(service, name) ?? '';
    byTest.set(test, [...(byTest.get(test) ?? []), name]);
  }
  const title = (test: string) => test.slice(test.lastIndexOf('/') + 1).replace('.test.ts', '');
  return [...byTest]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([test, names]) => (test === '' ? `- no test: ${code(names)}` : `- [${title(test)}](../${test}): ${code(names)}`));
}

function compatibility(): string {
  const standings = services.map((service) => ({ service, ...standingOf(service) }));
  const parts = [
    `${header}\n# Compatibility\n`,
    '**Built**: performed. **Authorised**: routed, authenticated, parsed, validated and authorised, then answered `NotImplemented`. **Refused**: AWS has',
    'published no authorization data for it, so nobody may call it.\n',
    'Beside what is built stands the test that calls it, with the official client or by bytes; most are called by others too. A test fails where',
    'there is none (`test/coverage.test.ts`).\n',
    '| Service | Protocol | Operations | Built | Authorised | Refused |',
    '| --- | --- | --- | --- | --- | --- |',
    ...standings.map(
      ({ service, built, authorised, refused }) =>
        `| ${service.serviceId} | ${service.protocol} | ${Object.keys(service.operations).length} | ${built.length} | ${authorised.length} | ${refused.length} |`,
    ),
    '',
  ];
  for (const { service, built, authorised, refused } of standings) {
    parts.push(`## ${service.serviceId}\n`);
    if (built.length > 0) parts.push(`Built:\n\n${builtByTest(service.service, built.sort()).join('\n')}\n`);
    if (authorised.length > 0) parts.push(`Authorised, then \`NotImplemented\`: ${code(authorised.sort())}\n`);
    if (refused.length > 0) parts.push(`Refused: ${code(refused.sort())}\n`);
  }
  return `${parts.join('\n').trimEnd()}\n`;
}

/** The help of a command, then of each of its own commands. */
function help(command: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, [join(root, 'src', 'cli', 'main.ts'), ...command, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, COLUMNS: '110', NO_COLOR: '1' },
  });
  if (!stdout) throw new Error(`no help for ${command.join(' ')}`);
  const listed = stdout.split(/^Commands:$/m)[1]?.split(/\n\n/)[0] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z][\w-]*)/gm)].flatMap(([, name = '']) => (name === 'help' ? [] : [name]));
  const title = `${'#'.repeat(Math.min(command.length + 2, 4))} \`${['sagegate', ...command].join(' ')}\``;
  return [title, '', '```text', stdout.trimEnd(), '```', '', ...names.map((name) => help([...command, name]))].join('\n');
}

const commandLine = (): string =>
  `${header}\n# The command line\n\nInside a checkout: \`npx sagegate …\`. Secrets are never given on the command line, where others could read them.\n\n${help([]).trimEnd()}\n`;

const pages = { 'authorization.md': authorization(), 'compatibility.md': compatibility(), 'cli.md': commandLine() };
for (const [name, text] of Object.entries(pages)) {
  const path = join(root, 'docs', name);
  if (!process.argv.includes('--check')) writeFileSync(path, text);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== text) {
    console.error(`docs/${name} is not what the tables say: run \`npm run docs\`.`);
    process.exitCode = 1;
  }
}
