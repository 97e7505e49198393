import { createHash } from 'node:crypto';
import type { HttpResponse } from '../core/http.ts';

/** Text as text in HTML, also in attribute values in double quotes. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`).replace(/[\p{Cc}--[\n\t]]/gv, '\ufffd');

const STYLE = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 22%, transparent); --link: light-dark(#0b5cad, #6cb4ff); --leaf: light-dark(#14532d, #86c99b);
  background: light-dark(#f3f5f2, #10151a); color: light-dark(#16191f, #e4e8ec); font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 36rem; margin: 2.5rem auto; padding: 0 1rem; } body:has(> .wide) { max-width: 46rem; }
body > header { display: flex; gap: .6rem; align-items: center; margin: 0 0 1rem; font-weight: 700; } body > header svg { width: 1.9rem; }
main { padding: 1.75rem 2rem; background: light-dark(#fff, #171d24); border: 1px solid light-dark(#dde2dc, #2b343d); border-radius: .75rem; box-shadow: 0 1px 3px light-dark(#0001, #0006); }
main > :first-child { margin-top: 0; } main > :last-child { margin-bottom: 0; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font-size: 1rem; margin: 1rem 0 .25rem; }
a { color: var(--link); }
pre, code { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { padding: .75rem 1rem; overflow-x: auto; border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; } dt { opacity: .75; } dd { margin: 0; } code { overflow-wrap: anywhere; }
article { border-top: 1px solid var(--line); padding: .5rem 0; } article > h2:first-child { margin: .5rem 0 0; } h2 + p { margin-top: .25rem; }
.state { display: inline-block; padding: 0 .6rem; border: 1px solid; border-radius: 1rem; }
form { display: grid; gap: .9rem; margin: 1rem 0; } .wide form { max-width: 28rem; }
label { display: grid; gap: .2rem; } fieldset { border: 1px solid var(--line); border-radius: .4rem; padding: .5rem 1rem; }
fieldset label { display: block; padding: .2rem 0; } label.check { display: flex; gap: .5rem; align-items: center; }
input, select, textarea, button { font: inherit; } input:not([type=radio], [type=checkbox]), select, textarea { padding: .45rem .6rem; border: 1px solid color-mix(in srgb, currentColor 45%, transparent); border-radius: .4rem; background: Field; color: FieldText; }
textarea { font: .9rem/1.5 ui-monospace, monospace; resize: vertical; }
button { justify-self: start; padding: .45rem 1.2rem; border: 1px solid transparent; border-radius: .4rem; background: var(--link); color: light-dark(#fff, #000); font-weight: 600; cursor: pointer; }
button:hover { filter: brightness(.92); } .secondary button { background: transparent; color: var(--link); border-color: currentColor; }
form.secondary { display: inline-grid; margin: 0 .6rem .6rem 0; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.alert { border-inline-start: .3rem solid light-dark(#b3261e, #ff8a80); padding: .3rem 1rem; overflow-wrap: anywhere; }
.row { display: flex; flex-wrap: wrap; gap: .6rem; }
.steps { display: flex; gap: .4rem; margin: 0 0 1.5rem; padding: 0; list-style: none; font-size: .85rem; }
.steps li { flex: 1; padding-top: .4rem; border-top: .25rem solid var(--line); } .steps .done, .steps [aria-current] { border-color: var(--leaf); } .steps [aria-current] { font-weight: 700; }
.keypad { grid-template-columns: repeat(3, 4.5rem); gap: .5rem; } .keypad button { justify-self: stretch; padding: .7rem 0; font-size: 1.1rem; }
.digits { font: 600 2.2rem/1.2 ui-monospace, monospace; letter-spacing: .25em; margin: .5rem 0; }
.role { border-inline-start-width: .5rem; } .role.red { border-inline-start-color: #d13212; } .role.orange { border-inline-start-color: #eb7a12; } .role.yellow { border-inline-start-color: #d9a400; } .role.green { border-inline-start-color: #1d8102; } .role.blue { border-inline-start-color: #0073bb; }
[role=status]:empty { margin: 0; } #strength { min-height: 1.5rem; margin: .5rem 0; }
footer { margin-top: 2.5rem; opacity: .75; font-size: .9rem; }
@media (max-width: 30rem) { body { margin: 1rem auto; } main { padding: 1.25rem 1rem; } .steps li:not([aria-current]) { font-size: 0; } }
`;

/** Above every page, so that one sees whose it is: the mark is that of `console/src/icon.svg`, which stays out of what is served here. */
const MASTHEAD = `<header><svg viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#14532d"/><path d="M9 26V13a7 7 0 0 1 14 0v13M16 6v20M9 17h14" fill="none" stroke="#d9f99d" stroke-width="2.4" stroke-linecap="round"/></svg>Sagegate</header>`;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64');

const STYLE_HASH = sha256(STYLE);

/**
 * Asks for the page again, and shows it anew once it is another: who reads it with a screen reader is not interrupted for nothing. A server that does
 * not answer is asked again the next time.
 */
const watch = (seconds: number): string => `const shown = document.querySelector('meta[name=shown]').content;
setInterval(async () => {
  const text = await fetch(location.href).then((answer) => answer.text()).catch(() => shown);
  if (!text.includes(shown)) location.reload();
}, ${seconds * 1000});`;

export interface PageOptions {
  /** 200 when absent. */
  readonly status?: number;
  /** Seconds until the page looks again: by script, and without scripts as browsers do by themselves. Holds nothing that changes with every answer. */
  readonly refresh?: number;
  /** Whether it has forms that lead to us. */
  readonly forms?: boolean;
  /** A script of ours, for what forms alone cannot do. */
  readonly script?: string;
  /** Whether it shows pictures that stand in it. */
  readonly pictures?: boolean;
  /** Another origin that a form of ours may send the browser on to: `http://127.0.0.1:53682`, of a URL parser's making. */
  readonly leadsTo?: string;
}

/**
 * A page with no script but those of ours that are named in its policy by their hashes. The title is escaped here; the body is HTML, a `main` element,
 * of class `wide` where it is more than a form.
 */
export function page(
  title: string,
  body: string,
  { status = 200, refresh, forms = false, leadsTo, script: own, pictures = false }: PageOptions = {},
): HttpResponse {
  const again =
    refresh === undefined
      ? ''
      : `<meta name="shown" content="${sha256(body)}"><noscript><meta http-equiv="refresh" content="${refresh}"></noscript>`;
  const script = own ?? (refresh === undefined ? '' : watch(refresh));
  const scripts = script === '' ? '' : ` script-src 'sha256-${sha256(script)}'; connect-src 'self';`;
  return {
    status,
    headers: {
      ...PRIVATE_HEADERS,
      // Without any referrer browsers post forms with the origin "null", which is everybody's.
      ...(forms && { 'Referrer-Policy': 'same-origin' }),
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}';${scripts}${pictures ? ' img-src data:;' : ''} base-uri 'none'; form-action ${forms ? `'self'${leadsTo === undefined ? '' : ` ${leadsTo}`}` : "'none'"}; frame-ancestors 'none'`,
    },
    body: `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${again}<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>${MASTHEAD}${body}${script === '' ? '' : `<script>${script}</script>`}</body></html>\n`,
  };
}

/** What every answer of the local API carries: to be kept by nobody, framed by nobody, read by no other site. */
export const PRIVATE_HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Frame-Options': 'DENY',
};
