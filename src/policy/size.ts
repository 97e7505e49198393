/**
 * The size that quotas count: every character but the whitespace between JSON tokens.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export function policySize(text: string): number {
  let size = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (inString) {
      size++;
      if (code === 92 && i + 1 < text.length) {
        size++;
        i++;
      } else if (code === 34) inString = false;
    } else if (code === 34) {
      inString = true;
      size++;
    } else if (code !== 32 && code !== 9 && code !== 10 && code !== 13) size++;
  }
  return size;
}
