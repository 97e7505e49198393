/** How the AWS CLI spells a name of the API: `EnableMFADevice` → `enable-mfa-device`, `AuthenticationCode1` → `authentication-code1`. */
export const dashed = (name: string): string =>
  name
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();

/** A call as one would type it: every member of the input as an option, structures as JSON. */
export function awsCommand(service: string, operation: string, input: object, options: readonly string[] = []): string {
  const words = ['aws', ...options, service, dashed(operation)];
  for (const [member, value] of Object.entries(input)) {
    const option = `--${dashed(member)}`;
    if (value === true) words.push(option);
    else if (value === false) words.push(`--no-${dashed(member)}`);
    else if (Array.isArray(value) && value.every((each) => typeof each !== 'object'))
      words.push(option, ...value.map((each) => quoted(String(each))));
    else words.push(option, quoted(typeof value === 'object' ? JSON.stringify(value) : String(value)));
  }
  return words.join(' ');
}

/** One word for a POSIX shell. */
export const quoted = (word: string): string => (/^[A-Za-z0-9_./:=@+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
