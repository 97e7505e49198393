/**
 * Texts under some names anywhere in the JSON document that configures a job, however deep: its layout depends on the job's category
 * (unverified). None in what is no JSON, which operations refuse.
 */
export function textsIn(document: string, names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map(names.map((name) => [name, new Set<string>()]));
  const open: { readonly name: string; readonly value: unknown }[] = [];
  try {
    open.push({ name: '', value: JSON.parse(document) });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  for (let next = open.pop(); next; next = open.pop()) {
    const { name, value } = next;
    if (typeof value === 'string') found.get(name)?.add(value);
    else if (Array.isArray(value)) for (const each of value) open.push({ name, value: each });
    else for (const [key, member] of Object.entries(value ?? {})) open.push({ name: key, value: member });
  }
  return new Map([...found].map(([name, values]) => [name, [...values].sort()]));
}
