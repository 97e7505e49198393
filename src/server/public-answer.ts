import type { HttpRequest, HttpResponse } from '../core/http.ts';

/** Something that is the same for everybody, signed in or not, and holds nothing of any account. */
export interface PublicContent {
  readonly type: string;
  /** How long browsers may keep it: `no-cache` when they must ask whether it is still so. */
  readonly caching: string;
  /** Names the content in the encoding in which it is sent; no quotes. */
  readonly tag: string;
  /** `gzip`; undefined when it goes as it is. */
  readonly encoding: string | undefined;
  readonly read: () => Promise<string | Uint8Array>;
}

/** The answer with it, or that the browser has it already. */
export async function publicAnswer(asked: HttpRequest['headers'], content: PublicContent): Promise<HttpResponse> {
  const headers = {
    'Content-Type': content.type,
    'Cache-Control': content.caching,
    ETag: `"${content.tag}"`,
    Vary: 'Accept-Encoding',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  };
  if (asked['if-none-match'] === headers.ETag) return { status: 304, headers, body: '' };
  const encoded = content.encoding !== undefined && { 'Content-Encoding': content.encoding };
  return { status: 200, headers: { ...headers, ...encoded }, body: await content.read() };
}

/** Whether an Accept-Encoding header names an encoding, other than to refuse it. */
export const takes = (header: string | undefined, encoding: string): boolean =>
  (header ?? '').split(',').some((each) => {
    const [name = '', ...parameters] = each.split(';').map((part) => part.trim().toLowerCase());
    return name === encoding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });
