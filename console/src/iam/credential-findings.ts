/** A line of IAM's credential report: column → value, as AWS names them. */
export type ReportLine = Readonly<Record<string, string>>;

/** Something about somebody's credentials that a careful owner would see to. */
export interface CredentialFinding {
  readonly user: string;
  readonly text: string;
}

/** Milliseconds. */
const DAY = 86_400_000;

/** Days after which AWS advises to change a key, and to take away what nobody uses. */
const OLD = 90;

/**
 * What a credential report shows that should not stay so: passwords without a second factor, old keys, credentials that nobody uses. The root
 * user's are on the checklist.
 * @param now  milliseconds since the epoch
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html
 */
export function credentialFindings(lines: readonly ReportLine[], now: number): readonly CredentialFinding[] {
  /** Whole days since then; undefined for `N/A` and the like. */
  const daysSince = (moment = ''): number | undefined => {
    const time = Date.parse(moment);
    return Number.isNaN(time) ? undefined : Math.floor((now - time) / DAY);
  };
  return lines.flatMap((line) => {
    const { user = '' } = line;
    if (user === '<root_account>') return [];
    const texts: string[] = [];
    if (line.password_enabled === 'true') {
      if (line.mfa_active !== 'true') texts.push('A password without a second factor');
      const idle = daysSince(line.password_last_used) ?? daysSince(line.password_last_changed);
      if (idle !== undefined && idle > OLD) texts.push(`A password that nobody has used for ${idle} days`);
    }
    for (const n of [1, 2]) {
      if (line[`access_key_${n}_active`] !== 'true') continue;
      const age = daysSince(line[`access_key_${n}_last_rotated`]);
      const idle = daysSince(line[`access_key_${n}_last_used_date`]) ?? age;
      if (idle !== undefined && idle > OLD) texts.push(`An access key that nobody has used for ${idle} days`);
      else if (age !== undefined && age > OLD) texts.push(`An access key that is ${age} days old`);
    }
    return texts.map((text) => ({ user, text }));
  });
}
