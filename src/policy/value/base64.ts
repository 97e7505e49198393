const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The bytes of RFC 4648 base64 as a text of Latin-1 characters, for comparing; padding may be missing. Undefined for anything else. */
export function decodeBase64(text: string): string | undefined {
  const end = text.endsWith('==') ? text.length - 2 : text.endsWith('=') ? text.length - 1 : text.length;
  if (end % 4 === 1 || (end !== text.length && text.length % 4 !== 0)) return undefined;
  let bytes = '';
  let held = 0;
  let bits = 0;
  for (let i = 0; i < end; i++) {
    const value = ALPHABET.indexOf(text[i] ?? '');
    if (value === -1) return undefined;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes += String.fromCharCode((held >> bits) & 0xff);
    }
  }
  return bytes;
}
