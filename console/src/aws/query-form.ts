/** What an operation of the query protocol is given. */
export type QueryInput = { readonly [name: string]: QueryValue };
export type QueryValue = string | number | boolean | undefined | readonly QueryValue[] | QueryInput;

/**
 * An input as the query protocol's form: `Tags.member.1.Key=team`. An absent member is left out.
 * @param kin  `ec2`: its own kind of the protocol, where lists are `Filter.1.Name=vpc-id`
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 * @see https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html
 */
export function queryForm(action: string, version: string, input: QueryInput, kin: 'query' | 'ec2' = 'query'): string {
  const entry = kin === 'ec2' ? '' : 'member.';
  const form = new URLSearchParams({ Action: action, Version: version });
  const write = (name: string, value: QueryValue): void => {
    if (value === undefined) return;
    if (typeof value !== 'object') form.append(name, String(value));
    else if (Array.isArray(value)) for (const [i, each] of value.entries()) write(`${name}.${entry}${i + 1}`, each);
    else for (const [key, each] of Object.entries(value)) write(name === '' ? key : `${name}.${key}`, each);
  };
  write('', input);
  return form.toString();
}
