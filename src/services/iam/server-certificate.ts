import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type {
  DeleteServerCertificateRequest,
  GetServerCertificateRequest,
  GetServerCertificateResponse,
  ListServerCertificatesRequest,
  ListServerCertificatesResponse,
  ServerCertificateMetadata,
  UpdateServerCertificateRequest,
  UploadServerCertificateRequest,
  UploadServerCertificateResponse,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { iamArn } from '../../core/arn.ts';
import { uniqueId } from '../../core/id.ts';
import { foldCase } from '../../core/name.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Reader, Writer } from '../../store/store.ts';
import { type ServerCertificate, serverCertificates } from '../../store/tables/iam.ts';
import { certificateBlocks, certificateText, expiryOf, readCertificate } from './certificate.ts';
import { concurrentModification, entityAlreadyExists, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { hasPathPrefix, ROOT_PATH } from './path.ts';
import { refuseOverQuota } from './quota.ts';
import { newTags } from './tag-rules.ts';
import { keep, walkRows } from './walk.ts';

/*
 * TLS certificates for load balancers and CloudFront. There are none of those here, so nothing is ever in use.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_server-certs.html
 */

export const serverCertificateArn = (certificate: Pick<ServerCertificate, 'accountId' | 'path' | 'name'>): string =>
  iamArn(certificate.accountId, `server-certificate${certificate.path}${certificate.name}`);

/** 404 */
export const noSuchServerCertificate = (name: string): ServiceError =>
  noSuchEntity(`The Server Certificate with name ${name} cannot be found.`);

export const findServerCertificate = (reader: Reader, account: string, name: string): Promise<ServerCertificate | undefined> =>
  reader.get(serverCertificates, [account, foldCase(name)]);

/**
 * The certificate that was authorised, as it stands in a transaction.
 * @throws NoSuchEntity            404
 * @throws ConcurrentModification  409
 */
export async function authorisedServerCertificate(
  writer: Reader,
  context: OperationContext<ServerCertificate>,
  name: string,
): Promise<ServerCertificate> {
  const certificate = await findServerCertificate(writer, context.account, name);
  if (!certificate) throw noSuchServerCertificate(name);
  const authorised = context.target.stored;
  if (certificate.certificateId !== authorised?.certificateId || serverCertificateArn(certificate) !== serverCertificateArn(authorised))
    throw concurrentModification();
  return certificate;
}

const metadata = (certificate: ServerCertificate): ServerCertificateMetadata => ({
  Path: certificate.path,
  ServerCertificateName: certificate.name,
  ServerCertificateId: certificate.certificateId,
  Arn: serverCertificateArn(certificate),
  UploadDate: new Date(certificate.uploadedAt),
  Expiration: new Date(certificate.expiresAt),
});

/** 400 */
const malformed = (message: string): ServiceError => new ServiceError('MalformedCertificateException', message);

/** Certificates in a chain at most: checking one costs a signature. Ours (unverified). */
const LONGEST_CHAIN = 16;

/** The private key of an upload. Encrypted ones are not taken. @throws MalformedCertificate  400; (unverified) wording */
function readPrivateKey(pem: string): KeyObject {
  try {
    return createPrivateKey({ key: pem.trim(), format: 'pem' });
  } catch {
    // What OpenSSL says might tell about the key.
    throw malformed('Unable to parse private key. Please ensure the private key is in PEM format and is not encrypted.');
  }
}

/**
 * The chain of a certificate, from its issuer upwards, each signed by the next.
 * @throws MalformedCertificate  400
 */
function readChain(certificate: X509Certificate, text: string): string {
  const chain = certificateBlocks(text, LONGEST_CHAIN)?.map(readCertificate);
  if (!chain || chain.length === 0) throw malformed('Unknown');
  let signed = certificate;
  const texts: string[] = [];
  for (const [index, issuer] of chain.entries()) {
    if (!issuer) throw malformed('Unknown');
    if (!signed.checkIssued(issuer) || !signed.verify(issuer.publicKey))
      throw malformed(
        `Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, followed by any intermediaries in order. The index within the chain of the invalid certificate is: ${index - 1}`,
      );
    texts.push(certificateText(issuer));
    signed = issuer;
  }
  return texts.join('\n');
}

/**
 * Keeps a certificate, once its private key is seen to fit. The key itself is kept nowhere.
 * @throws MalformedCertificate  400  certificate, key or chain do not parse; it is no longer valid; the chain is another's
 * @throws KeyPairMismatch       400
 * @throws InvalidInput          400  tags
 * @throws EntityAlreadyExists   409
 * @throws LimitExceeded         409  ServerCertificatesPerAccount
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadServerCertificate.html
 */
export async function uploadServerCertificate(
  input: Valid<UploadServerCertificateRequest>,
  context: OperationContext,
): Promise<UploadServerCertificateResponse> {
  const tags = newTags(context, input.Tags, 'keeps-case');
  const certificate = readCertificate(input.CertificateBody);
  if (!certificate) throw malformed('Unable to parse certificate. Please ensure the certificate is in PEM format.');
  if (!certificate.checkPrivateKey(readPrivateKey(input.PrivateKey)))
    throw new ServiceError(
      'KeyPairMismatchException',
      'The private key did not match the public key provided. Please verify the key material and try again.',
    );
  const expiresAt = expiryOf(certificate);
  if (expiresAt < context.now)
    throw malformed("Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.");
  const row: ServerCertificate = {
    accountId: context.account,
    name: input.ServerCertificateName,
    certificateId: uniqueId('ASCA', context.account, context.installation.random),
    path: input.Path ?? ROOT_PATH,
    body: certificateText(certificate),
    ...(input.CertificateChain === undefined ? {} : { chain: readChain(certificate, input.CertificateChain) }),
    uploadedAt: context.now,
    expiresAt,
    tags,
  };
  await context.installation.store.write(async (writer) => {
    await refuseTakenName(writer, row);
    refuseOverQuota(context, 'ServerCertificatesPerAccount', await writer.count(serverCertificates, { prefix: [context.account] }));
    await writer.insert(serverCertificates, row);
  });
  return { ServerCertificateMetadata: metadata(row), ...(tags.length === 0 ? {} : { Tags: [...tags] }) };
}

async function refuseTakenName(writer: Writer, { accountId, name }: Pick<ServerCertificate, 'accountId' | 'name'>): Promise<void> {
  if (await findServerCertificate(writer, accountId, name))
    throw entityAlreadyExists(`The Server Certificate with name ${name} already exists.`);
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServerCertificate.html
 */
export async function getServerCertificate(
  input: Valid<GetServerCertificateRequest>,
  context: OperationContext<ServerCertificate>,
): Promise<GetServerCertificateResponse> {
  const certificate = context.target.stored;
  if (!certificate) throw noSuchServerCertificate(input.ServerCertificateName);
  return {
    ServerCertificate: {
      ServerCertificateMetadata: metadata(certificate),
      CertificateBody: certificate.body,
      ...(certificate.chain === undefined ? {} : { CertificateChain: certificate.chain }),
      Tags: [...certificate.tags],
    },
  };
}

/** Without bodies and tags. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListServerCertificates.html */
export async function listServerCertificates(
  input: Valid<ListServerCertificatesRequest>,
  context: OperationContext,
): Promise<ListServerCertificatesResponse> {
  const { items, end } = await takePage(
    context,
    { operation: 'ListServerCertificates', filters: [input.PathPrefix] },
    input,
    (after) =>
      keep(walkRows(context.reader, serverCertificates, { prefix: [context.account] }, after), (certificate) =>
        hasPathPrefix(certificate.path, input.PathPrefix),
      ),
    (certificate) => [foldCase(certificate.name)],
  );
  return { ServerCertificateMetadataList: items.map(metadata), ...end };
}

/**
 * Renames a certificate or moves it to another path. Neither given: success, nothing changes.
 * @throws NoSuchEntity         404
 * @throws EntityAlreadyExists  409
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateServerCertificate.html
 */
export async function updateServerCertificate(
  input: Valid<UpdateServerCertificateRequest>,
  context: OperationContext<ServerCertificate>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const certificate = await authorisedServerCertificate(writer, context, input.ServerCertificateName);
    const renamed: ServerCertificate = {
      ...certificate,
      name: input.NewServerCertificateName ?? certificate.name,
      path: input.NewPath ?? certificate.path,
    };
    if (foldCase(renamed.name) === foldCase(certificate.name)) return writer.update(serverCertificates, renamed);
    await refuseTakenName(writer, renamed);
    await writer.delete(serverCertificates, [certificate.accountId, foldCase(certificate.name)]);
    return writer.insert(serverCertificates, renamed);
  });
  return {};
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteServerCertificate.html
 */
export async function deleteServerCertificate(
  input: Valid<DeleteServerCertificateRequest>,
  context: OperationContext<ServerCertificate>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const certificate = await authorisedServerCertificate(writer, context, input.ServerCertificateName);
    await writer.delete(serverCertificates, [certificate.accountId, foldCase(certificate.name)]);
  });
  return {};
}
