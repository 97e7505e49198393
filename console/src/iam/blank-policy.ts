/** What a new policy begins with. It names nothing, so that left as it is it allows nothing, and is not even valid. */
export const BLANK_POLICY = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Effect": "Allow",
      "Action": [],
      "Resource": []
    }
  ]
}`;

/** A document as people read it: a line an element, also when it was written on one. Anything that is no JSON stays as it is. */
export function laidOut(document: string): string {
  if (document.includes('\n')) return document;
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}
