/** A telephone number in international form. */
export interface PhoneNumber {
  /** E.164: `+` and 7 to 15 digits. */
  readonly number: string;
  /** The block of ten thousand numbers it belongs to: those who make money from calls own blocks, not numbers (threat C04). */
  readonly block: string;
}

/** Reads an international number; spaces, hyphens, dots and parentheses between the digits do not count. Undefined for anything else. */
export function parsePhoneNumber(text: string): PhoneNumber | undefined {
  if (text.length > 40 || !/^\+[0-9 ().-]+$/.test(text)) return undefined;
  const number = text.replace(/[^+0-9]/g, '');
  if (!/^\+[1-9][0-9]{6,14}$/.test(number)) return undefined;
  return { number, block: number.slice(0, -4) };
}

/** `+1•••••0123` */
export const maskPhoneNumber = (number: string): string => `${number.slice(0, 2)}•••••${number.slice(-4)}`;
