import { parseArn } from '../../core/arn.ts';
import type { HttpResponse } from '../../core/http.ts';
import type { Reader } from '../../store/store.ts';
import { accounts } from '../../store/tables/account.ts';
import { escapeHtml, page } from '../page.ts';

/** A choice among the roles that somebody may have. */
export interface RoleChoice {
  readonly roleArns: readonly string[];
  /** Where the form leads. */
  readonly action: string;
  /** Hidden fields: what proves who chooses. */
  readonly fields: Readonly<Record<string, string>>;
}

/** Which account and role to go on as; the form posts the ARN as `roleArn`. Accounts are shown by alias where they have one. */
export async function roleChooserPage({ roleArns, action, fields }: RoleChoice, reader: Reader): Promise<HttpResponse> {
  const byAccount = Map.groupBy(roleArns, (arn) => parseArn(arn)?.account ?? '');
  const sets: string[] = [];
  let isFirst = true;
  for (const [accountId, arns] of byAccount) {
    const alias = (await reader.get(accounts, [accountId]))?.alias;
    const choices = arns.map((arn) => {
      const checked = isFirst ? ' checked' : '';
      isFirst = false;
      const name = arn.slice(arn.indexOf(':role/') + ':role/'.length);
      return `<label><input type="radio" name="roleArn" value="${escapeHtml(arn)}" required${checked}> ${escapeHtml(name)}</label>`;
    });
    const title = alias === undefined ? `Account ${accountId}` : `Account ${alias} (${accountId})`;
    sets.push(`<fieldset><legend>${escapeHtml(title)}</legend>${choices.join('')}</fieldset>`);
  }
  const hidden = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return page(
    'Select a role · Sagegate',
    `<main><h1>Select a role</h1><form method="post" action="${escapeHtml(action)}">${hidden.join('')}${sets.join('')}<button>Sign in</button></form></main>`,
    { forms: true },
  );
}
