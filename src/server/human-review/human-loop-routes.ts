import type { HttpRequest } from '../../core/http.ts';
import { parseJson } from '../../core/json.ts';
import { checkFields, json, readBody } from '../json-body.ts';
import type { Route } from '../local-api.ts';
import { PRIVATE_HEADERS } from '../page.ts';
import { object, type Shape, text } from '../shape.ts';
import { readForm } from '../sign-in/sign-in-page.ts';
import { humanLoopPage, humanLoopPath, humanLoopsPage, MAX_ANSWER } from './human-loop-page.ts';
import type { HumanLoops } from './human-loops.ts';

const anything: Shape<unknown> = (value) => value;
const answerShape = object({ answer: anything }, { worker: text({ max: 128 }) });
const formShape = object({ answer: text({ max: MAX_ANSWER }) });
/** Who answers when nobody says. */
const OPERATOR = 'operator';

const wantsPage = ({ headers }: HttpRequest): boolean => (headers.accept ?? '').includes('text/html');

/** Human loops for who runs the server: as pages for people, and as JSON for `sagegate human-loop`. */
export function humanLoopRoutes(loops: HumanLoops): readonly Route[] {
  return [
    {
      method: 'GET',
      path: 'human-loops',
      audience: 'operator',
      isPage: true,
      isQuiet: true,
      handle: async ({ request, query }) =>
        wantsPage(request)
          ? humanLoopsPage(await loops.list(), query.get('token') ?? undefined)
          : { humanLoops: await loops.list(query.get('all') === 'true') },
    },
    {
      method: 'GET',
      path: 'human-loops/*',
      audience: 'operator',
      isPage: true,
      handle: async ({ request, part, query }) => {
        const loop = await loops.show(part);
        return wantsPage(request) ? humanLoopPage(loop, query.get('token') ?? undefined) : loop;
      },
    },
    {
      method: 'POST',
      path: 'human-loops/*/answer',
      audience: 'operator',
      handle: async ({ request, part, query }) => {
        if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')) {
          const { answer, worker = OPERATOR } = readBody(request, answerShape, 4 * MAX_ANSWER);
          return json(200, await loops.answer(part, answer, worker));
        }
        const token = query.get('token') ?? undefined;
        const { answer: typed } = checkFields(Object.fromEntries(readForm(request)), formShape);
        const answer = parsed(typed);
        if (answer === undefined) return humanLoopPage(await loops.show(part), token, { why: 'This is not JSON yet.', typed });
        const { loopId } = await loops.answer(part, answer.value, OPERATOR);
        return { status: 303, headers: { ...PRIVATE_HEADERS, Location: humanLoopPath(token, loopId) }, body: '' };
      },
    },
  ];
}

function parsed(typed: string): { readonly value: unknown } | undefined {
  try {
    return { value: parseJson(typed) };
  } catch {
    return undefined;
  }
}
