/**
 * The floors of the house, from the real imports: `npm run floors` prints the picture; exits 1 when an import looks up or sideways into
 * another service, or when modules import each other in a circle.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** From the ground up. A room may import from its own floor's list of friends and from every floor below. */
const FLOORS: readonly { readonly rooms: readonly string[]; readonly friends?: boolean }[] = [
  { rooms: ['core'] },
  { rooms: ['policy', 'model'] },
  { rooms: ['protocol', 'sigv4'] },
  { rooms: ['store'] },
  // These three know each other: who calls, what they may, what is written down of it.
  { rooms: ['authentication', 'authorization', 'audit'], friends: true },
  // Services meet in the store, not in each other.
  { rooms: ['services'] },
  { rooms: ['server', 'cli'], friends: true },
];

/** The one room with a lower ceiling: the engine runs alone, in a browser too. */
const ALONE = new Set(['policy']);
/** Only the top floor opens a particular database. */
const TOP_ONLY = ['src/store/sqlite/'];

interface Module {
  readonly file: string;
  readonly imports: readonly { readonly file: string; readonly typeOnly: boolean }[];
}

function* sources(directory: string): Iterable<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')) yield path;
  }
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\(\s*'([^']+)'\s*\)/g;

function read(path: string): Module {
  const imports: { file: string; typeOnly: boolean }[] = [];
  for (const match of readFileSync(path, 'utf8').matchAll(IMPORT)) {
    const specifier = match[2] ?? match[3] ?? '';
    if (specifier.startsWith('.'))
      imports.push({ file: relative(root, resolve(dirname(path), specifier)), typeOnly: match[1] !== undefined });
    else if (specifier.startsWith('node:') && roomOf(relative(root, path)).room === 'policy')
      imports.push({ file: specifier, typeOnly: false });
  }
  return { file: relative(root, path), imports };
}

function roomOf(file: string): { room: string; subject: string; floor: number } {
  const [, room = '', subject = ''] = file.split('/');
  return { room, subject, floor: FLOORS.findIndex((floor) => floor.rooms.includes(room)) };
}

function violation(from: string, to: string): string | undefined {
  const [a, b] = [roomOf(from), roomOf(to)];
  if (to.startsWith('node:')) return 'the policy room runs without Node';
  if (a.floor === -1) return 'stands on no floor';
  if (b.floor === -1) return to.startsWith('src/') ? 'imports a file that stands on no floor' : undefined;
  if (ALONE.has(a.room) && b.room !== a.room) return 'this room imports nothing but itself';
  if (
    TOP_ONLY.some((prefix) => to.startsWith(prefix)) &&
    a.floor !== FLOORS.length - 1 &&
    !TOP_ONLY.some((prefix) => from.startsWith(prefix))
  )
    return 'only the top floor chooses a database';
  if (b.floor > a.floor) return 'looks up';
  if (b.floor < a.floor || a.room !== b.room) return a.floor === b.floor && !FLOORS[a.floor]?.friends ? 'looks sideways' : undefined;
  return a.room === 'services' && a.subject !== b.subject ? 'a service imports another service' : undefined;
}

/** Circles of value imports (types vanish at build time), each once. */
function circles(modules: readonly Module[]): string[][] {
  const graph = new Map(modules.map((module) => [module.file, module.imports.filter((i) => !i.typeOnly).map((i) => i.file)]));
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') return void found.push([...path.slice(path.indexOf(file)), file]);
    state.set(file, 'open');
    path.push(file);
    for (const next of graph.get(file) ?? []) visit(next);
    path.pop();
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file);
  return found;
}

const modules = [...sources(join(root, 'src'))].map(read);
const problems = modules.flatMap(({ file, imports }) =>
  imports.flatMap((to) => {
    const why = violation(file, to.file);
    return why ? [`${file} → ${to.file}: ${why}`] : [];
  }),
);
problems.push(...circles(modules).map((circle) => `circle: ${circle.join(' → ')}`));

for (const [i, floor] of [...FLOORS.entries()].reverse()) {
  const rooms = floor.rooms.map((room) => `${room} (${modules.filter((m) => roomOf(m.file).room === room).length})`);
  const below = new Set(
    modules
      .filter((m) => roomOf(m.file).floor === i)
      .flatMap((m) =>
        m.imports
          .map((to) => roomOf(to.file))
          .filter((to) => to.floor !== i && to.floor !== -1)
          .map((to) => to.room),
      ),
  );
  console.log(`${i}  ${rooms.join('   ').padEnd(58)} → ${[...below].sort().join(', ') || 'nothing'}`);
}
for (const problem of problems) console.error(`✗ ${problem}`);
console.log(problems.length === 0 ? `\n${modules.length} modules, every import looks down.` : `\n${problems.length} imports out of place.`);
process.exitCode = problems.length === 0 ? 0 : 1;
