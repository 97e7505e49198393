import type { HttpResponse } from '../../core/http.ts';
import { escapeHtml, page } from '../page.ts';

/** One line of a form. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type?: 'text' | 'password' | 'email' | 'tel' | 'checkbox';
  readonly optional?: boolean;
  readonly attributes: string;
}

/** What a form shows again. */
export interface Shown {
  readonly fields: ReadonlyMap<string, string>;
  readonly alert?: string;
  readonly status?: number;
}

/** What stands around the fields. */
export interface Around {
  readonly button: string;
  /** HTML above the title. */
  readonly steps?: string;
  /** HTML above the form, and below it. */
  readonly above?: string;
  readonly below?: string;
  readonly script?: string;
  /** Names of fields that go along unseen. */
  readonly hidden?: readonly string[];
}

/** A page with one form. What was typed stands there again, but never a password. */
export function formPage(
  title: string,
  action: string,
  list: readonly Field[],
  { fields, alert, status = 200 }: Shown,
  around: Around,
): HttpResponse {
  const wrong = alert === undefined ? '' : `<p class="alert" role="alert">${escapeHtml(alert)}</p>`;
  const known = (field: Field): string => (field.type === 'password' ? '' : (fields.get(field.name) ?? ''));
  const first = list.find((field) => field.type !== 'checkbox' && known(field) === '');
  const inputs = list.map((field) =>
    field.type === 'checkbox'
      ? `<label class="check"><input name="${field.name}" type="checkbox" value="yes"${known(field) === 'yes' ? ' checked' : ''}> ${field.label}</label>`
      : `<label>${field.label}<input name="${field.name}" type="${field.type ?? 'text'}" value="${escapeHtml(known(field))}" ${field.attributes}${field.optional ? '' : ' required'}${field === first ? ' autofocus' : ''}></label>`,
  );
  const hidden = (around.hidden ?? []).map((name) => {
    const value = fields.get(name);
    return value === undefined ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`;
  });
  return page(
    `${title} · Sagegate`,
    `<main>${around.steps ?? ''}<h1>${title}</h1>${wrong}${around.above ?? ''}<form method="post" action="${action}">${hidden.join('')}${inputs.join('')}<button>${around.button}</button></form>${around.below ?? ''}</main>`,
    { forms: true, status, ...(around.script !== undefined && { script: around.script }) },
  );
}
