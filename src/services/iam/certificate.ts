import { X509Certificate } from 'node:crypto';

/*
 * X.509 certificates in PEM, as IAM takes them: text around the blocks, other than white space, is not looked past.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
 */

const BEGIN = '-----BEGIN CERTIFICATE-----';
const END = '-----END CERTIFICATE-----';

/** The PEM blocks of a text, in order; undefined when there is anything else in it, or more of them than `most`. */
export function certificateBlocks(text: string, most: number): string[] | undefined {
  const blocks: string[] = [];
  for (let rest = text.trim(); rest !== ''; ) {
    if (blocks.length === most || !rest.startsWith(BEGIN)) return undefined;
    const end = rest.indexOf(END);
    if (end === -1) return undefined;
    blocks.push(rest.slice(0, end + END.length));
    rest = rest.slice(end + END.length).trimStart();
  }
  return blocks;
}

/** One certificate; undefined when the text is not exactly that. */
export function readCertificate(pem: string): X509Certificate | undefined {
  const [block] = certificateBlocks(pem, 1) ?? [];
  if (block === undefined) return undefined;
  try {
    return new X509Certificate(block);
  } catch {
    // OpenSSL throws at what is not a certificate; why, nobody is told.
    return undefined;
  }
}

/** As IAM writes a certificate: PEM in lines of 64, without a line feed at the end. */
export const certificateText = (certificate: X509Certificate): string => certificate.toString().trimEnd();

/** Milliseconds since the epoch. */
export const expiryOf = (certificate: X509Certificate): number => certificate.validToDate.getTime();
