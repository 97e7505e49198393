import type { HttpResponse } from '../../core/http.ts';
import { escapeHtml, page } from '../page.ts';
import type { ShownLoop, WholeLoop } from './human-loops.ts';

/** Characters of an answer that a form takes. */
export const MAX_ANSWER = 100_000;

const PATH = '/_sagegate/human-loops';

/** A path of these pages. @param token  the operator's, when the page was opened with it: links and forms need it too */
export const humanLoopPath = (token: string | undefined, ...parts: readonly string[]): string =>
  [PATH, ...parts.map(encodeURIComponent)].join('/') + (token === undefined ? '' : `?token=${encodeURIComponent(token)}`);

/** What waits for people. Looks again by itself. */
export function humanLoopsPage(loops: readonly ShownLoop[], token?: string): HttpResponse {
  const entries = loops.map(
    (loop) => `<article><h2><a href="${escapeHtml(humanLoopPath(token, loop.loopId))}">${escapeHtml(loop.title || loop.name)}</a></h2>
<dl>${facts(loop)}</dl></article>`,
  );
  const none = '<p>Nobody is asked anything at this moment. This page looks again by itself.</p>';
  return page(
    'Human loops · Sagegate',
    `<main class="wide"><h1>Human loops</h1><p>What people are asked to look at.</p>${entries.join('') || none}</main>`,
    { refresh: 5 },
  );
}

const facts = ({ name, account, region, flowDefinitionArn, createdAt }: ShownLoop): string =>
  [
    ['Loop', name],
    ['Flow', flowDefinitionArn.slice(flowDefinitionArn.indexOf('/') + 1)],
    ['Account', `${account}, ${region}`],
    ['Since', createdAt],
  ]
    .map(([term = '', text = '']) => `<dt>${term}</dt><dd>${escapeHtml(text)}</dd>`)
    .join('');

export interface Refusal {
  /** Why the answer was not taken. */
  readonly why: string;
  /** What was typed, so that it is not lost. */
  readonly typed: string;
}

/** One loop: what it shows, and where it is answered. */
export function humanLoopPage(loop: WholeLoop, token?: string, refused?: Refusal): HttpResponse {
  const { title, name, description, status, answersNeeded, answersGiven, inputContent, output } = loop;
  const of = answersNeeded > 1 ? `<dt>Answers</dt><dd>${answersGiven} of ${answersNeeded}</dd>` : '';
  const shown = (value: unknown): string => `<pre>${escapeHtml(JSON.stringify(value, undefined, 2))}</pre>`;
  const body = `<main class="wide"><p><a href="${escapeHtml(humanLoopPath(token))}">Human loops</a></p><h1>${escapeHtml(title || name)}</h1>
${description === '' ? '' : `<p>${escapeHtml(description)}</p>`}<dl>${facts(loop)}<dt>Status</dt><dd>${escapeHtml(status)}</dd>${of}</dl>
<h2>What to look at</h2>${shown(inputContent)}
${status === 'InProgress' ? form(loop, token, refused) : `<h2>What was said</h2>${shown(output)}`}</main>`;
  return page(`${title || name} · Sagegate`, body, { forms: true, ...(refused && { status: 400 }) });
}

function form({ loopId }: WholeLoop, token: string | undefined, refused: Refusal | undefined): string {
  const why = refused ? `<p class="alert" role="alert" id="why">${escapeHtml(refused.why)}</p>` : '';
  const wrong = refused ? ' aria-invalid="true" aria-describedby="why"' : '';
  return `<h2>Your answer</h2>${why}<form method="post" action="${escapeHtml(humanLoopPath(token, loopId, 'answer'))}">
<label>Answer, as JSON<textarea name="answer" rows="8" maxlength="${MAX_ANSWER}" spellcheck="false" required${wrong}>${escapeHtml(refused?.typed ?? '{\n  \n}')}</textarea></label>
<button>Submit</button></form>`;
}
