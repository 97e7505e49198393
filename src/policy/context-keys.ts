import type { CompiledPolicy } from './compiled-policy.ts';
import type { PolicyDocument } from './document.ts';
import { foldCase } from './fold-case.ts';
import { parseOperator, takesVariables } from './operator.ts';
import { readTemplate } from './template.ts';

/**
 * The condition keys that a policy reads, in conditions and in variables, each spelled as where it first occurs: what
 * GetContextKeysForCustomPolicy answers. A policy that does not parse reads none.
 */
export function contextKeys(policy: CompiledPolicy): readonly string[] {
  const { document } = policy.content;
  return document ? documentContextKeys(document) : [];
}

export function documentContextKeys(document: PolicyDocument): readonly string[] {
  const names = new Map<string, string>();
  const add = (name: string): void => {
    if (!names.has(foldCase(name))) names.set(foldCase(name), name);
  };
  const addVariables = (text: string): void => {
    if (document.version !== '2012-10-17' || !text.includes('${')) return;
    for (const token of readTemplate(text, { wildcards: false, variables: true })) if (typeof token === 'object') add(token.name);
  };
  for (const { resource, notResource, conditions } of document.statements) {
    for (const { text } of resource ?? notResource ?? []) addVariables(afterFifthColon(text));
    for (const { operator, key, values } of conditions) {
      add(key.text);
      const family = parseOperator(operator.text)?.family;
      if (family && takesVariables(family)) for (const { text } of values) addVariables(text);
    }
  }
  return [...names.values()];
}

function afterFifthColon(text: string): string {
  let at = 0;
  for (let i = 0; i < 5; i++) {
    at = text.indexOf(':', at) + 1;
    if (at === 0) return '';
  }
  return text.slice(at);
}
