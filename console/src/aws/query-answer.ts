/** An answer of the query protocol, without its model: texts, lists (`member`, EC2's `item`), maps (`entry`), structures. An empty list reads as an empty text. */
export type Answer = string | readonly Answer[] | { readonly [name: string]: Answer };

/** Trusted Types: what is parsed here becomes text in the page, never markup. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string };
}
const trustedTypes = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
const policy = trustedTypes?.createPolicy('sagegate-answer', { createHTML: (text) => text });

export function parseXml(text: string): Element {
  const root = new DOMParser().parseFromString(policy?.createHTML(text) ?? text, 'text/xml').documentElement;
  if (root.nodeName === 'html' || root.querySelector('parsererror')) throw new Error('The answer is no XML.');
  return root;
}

export function readElement(element: Element): Answer {
  const children = [...element.children];
  if (children.length === 0) return element.textContent ?? '';
  if (children.every(({ nodeName }) => nodeName === 'member' || nodeName === 'item')) return children.map(readElement);
  if (children.every(({ nodeName }) => nodeName === 'entry')) {
    return Object.fromEntries(
      children.map((entry) => {
        const [key, value] = entry.children;
        return [key?.textContent ?? '', value ? readElement(value) : ''];
      }),
    );
  }
  return Object.fromEntries(children.map((child) => [child.nodeName, readElement(child)]));
}

/** The answer's list, also when it was empty or left out. */
export const listOf = <T>(value: readonly T[] | '' | undefined): readonly T[] => (value === '' || value === undefined ? [] : value);
