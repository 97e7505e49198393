const utf8 = new TextEncoder();

/** A script as SageMaker keeps it: Base64 of its UTF-8. */
export const encodeScript = (script: string): string => btoa(String.fromCharCode(...utf8.encode(script)));

/** The script that was kept. What is no Base64, or no UTF-8, is shown as it is. */
export function decodeScript(content: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(atob(content), (character) => character.charCodeAt(0)));
  } catch {
    return content;
  }
}
