import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';

export interface TlsFiles {
  /** PEM: the certificate and its chain. */
  readonly cert: string;
  readonly key: string;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

/**
 * Reads a certificate and its key, and sees that they belong together before anything listens.
 * @throws Error  with a sentence for the operator; it never repeats what is in the files
 */
export function readTlsFiles(certFile: string, keyFile: string): TlsFiles {
  const [cert, key] = [read(certFile), read(keyFile)];
  const certificate = parse(() => new X509Certificate(cert), `${certFile} holds no certificate in PEM.`);
  const privateKey = parse(() => createPrivateKey(key), `${keyFile} holds no private key in PEM, or one under a passphrase.`);
  if (!certificate.checkPrivateKey(privateKey)) throw new Error(`The key in ${keyFile} is not that of the certificate in ${certFile}.`);
  const isOpen = process.platform !== 'win32' && (statSync(keyFile).mode & 0o077) !== 0;
  const isOver = certificate.validToDate.getTime() <= Date.now();
  return {
    cert,
    key,
    warnings: [
      ...(isOpen ? [`${keyFile} can be read by others on this machine. Say chmod 600 ${keyFile}.`] : []),
      ...(isOver ? [`The certificate in ${certFile} has expired.`] : []),
    ],
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read.`, { cause: error });
  }
}

function parse<Value>(work: () => Value, sentence: string): Value {
  try {
    return work();
  } catch (error) {
    throw new Error(sentence, { cause: error });
  }
}
