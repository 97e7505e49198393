import { HAND_PATTERNS } from './hand-patterns.ts';
import { translateJavaPattern } from './java-pattern.ts';

/** The JavaScript source that stands for a pattern of AWS's models. */
export const javaScriptPattern = (java: string): string => HAND_PATTERNS[java] ?? translateJavaPattern(java);

/** The two fields of a string shape; the second only where the languages spell it differently. Throws when JavaScript cannot compile it. */
export function patternFields(java: string): { pattern: string; test?: string } {
  const test = javaScriptPattern(java);
  void new RegExp(`^(?:${test})$`, 'u');
  return test === java ? { pattern: java } : { pattern: java, test };
}
