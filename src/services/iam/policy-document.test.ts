import { describe, expect, it } from 'vitest';
import { documentSize, encodeDocument, refuseMalformedDocument } from './policy-document.ts';

describe('policy documents', () => {
  it('are percent-encoded by RFC 3986, and decode to the same text', () => {
    const text = '{"a":"!\'()*~-._ é%+/="}\n\t';
    expect(encodeDocument(text)).toBe('%7B%22a%22%3A%22%21%27%28%29%2A~-._%20%C3%A9%25%2B%2F%3D%22%7D%0A%09');
    expect(decodeURIComponent(encodeDocument(text))).toBe(text);
  });

  it('are measured without white space outside of strings', () => expect(documentSize('{ "a" : "b c" }')).toBe('{"a":"b c"}'.length));

  it('are refused as IAM refuses them', () => {
    const refusal = (message: string) => expect.objectContaining({ code: 'MalformedPolicyDocumentException', message });
    expect(() => refuseMalformedDocument('{', 'identity')).toThrow(refusal('Syntax errors in policy.'));
    expect(() => refuseMalformedDocument('{', 'trust')).toThrow(refusal('This policy contains invalid Json'));
    expect(() => refuseMalformedDocument('{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', 'managed')).toThrow(
      refusal('Policy document must be version 2012-10-17 or greater.'),
    );
    expect(() => refuseMalformedDocument('{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', 'identity')).not.toThrow();
  });
});
