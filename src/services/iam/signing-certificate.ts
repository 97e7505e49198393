import { createHash } from 'node:crypto';
import type {
  DeleteSigningCertificateRequest,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  SigningCertificate as SigningCertificateShape,
  UpdateSigningCertificateRequest,
  UploadSigningCertificateRequest,
  UploadSigningCertificateResponse,
} from '@aws-sdk/client-iam';
import type { OperationContext } from '../../authorization/operation.ts';
import { base32 } from '../../core/id.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Valid } from '../../model/valid.ts';
import type { Writer } from '../../store/store.ts';
import { type SigningCertificate, signingCertificates, type User } from '../../store/tables/iam.ts';
import { expiryOf, readCertificate } from './certificate.ts';
import { type CredentialOwner, ownerToChange, ownerToRead } from './credential-owner.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { takePage } from './page.ts';
import { refuseOverQuota } from './quota.ts';
import { walkRows } from './walk.ts';

/*
 * X.509 certificates with which users sign SOAP requests. Nothing here speaks SOAP: they are kept, listed and in the way of deletions.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html
 */

/** The id says which certificate it is: the first 160 bits of nothing else than its SHA-1. */
const certificateIdOf = (der: Uint8Array): string => base32(BigInt(`0x${createHash('sha1').update(der).digest('hex')}`), 32);

const shape = (certificate: SigningCertificate, owner: CredentialOwner, status = certificate.status): SigningCertificateShape => ({
  // Root has no name, which the model's required member does not foresee.
  UserName: owner.userName,
  CertificateId: certificate.certificateId,
  CertificateBody: certificate.body,
  Status: status,
  UploadDate: new Date(certificate.uploadedAt),
});

/** 400 */
const malformed = (message: string): ServiceError => new ServiceError('MalformedCertificateException', message);

/**
 * Gives a user a certificate. The same one again: success, and the answer says Active whatever its status is.
 * @throws NoSuchEntity          404
 * @throws MalformedCertificate  400  it is none, or it has expired
 * @throws DuplicateCertificate  409  another user of the account has it
 * @throws LimitExceeded         409  CertificatesPerUser; inactive ones count
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UploadSigningCertificate.html
 */
export async function uploadSigningCertificate(
  input: Valid<UploadSigningCertificateRequest>,
  context: OperationContext<User>,
): Promise<UploadSigningCertificateResponse> {
  const { CertificateBody: body } = input;
  const certificate = readCertificate(body);
  if (!certificate) throw malformed(`Certificate ${firstLine(body)} is malformed.`);
  // (unverified) what follows the body
  if (expiryOf(certificate) < context.now) throw malformed(`${body} has expired.`);
  const certificateId = certificateIdOf(certificate.raw);
  return context.installation.store.write(async (writer) => {
    const owner = await ownerToChange(writer, context, input.UserName);
    const known = await writer.get(signingCertificates, [context.account, certificateId]);
    if (known && known.ownerId !== owner.ownerId)
      throw new ServiceError('DuplicateCertificateException', 'Duplicate certificate uploaded.');
    if (known) return { Certificate: shape(known, owner, 'Active') };
    refuseOverQuota(context, 'CertificatesPerUser', await writer.count(signingCertificates, { index: 'owner', prefix: [owner.ownerId] }));
    const row: SigningCertificate = {
      accountId: context.account,
      certificateId,
      ownerId: owner.ownerId,
      body,
      status: 'Active',
      uploadedAt: context.now,
    };
    await writer.insert(signingCertificates, row);
    return { Certificate: shape(row, owner) };
  });
}

function firstLine(text: string): string {
  const [line = ''] = text.trimStart().slice(0, 200).split('\n');
  return line.trimEnd();
}

/**
 * @throws NoSuchEntity  404
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListSigningCertificates.html
 */
export async function listSigningCertificates(
  input: Valid<ListSigningCertificatesRequest>,
  context: OperationContext<User>,
): Promise<ListSigningCertificatesResponse> {
  const owner = ownerToRead(context, input.UserName);
  const { items, end } = await takePage(
    context,
    { operation: 'ListSigningCertificates', filters: [owner.ownerId] },
    input,
    (after) => walkRows(context.reader, signingCertificates, { index: 'owner', prefix: [owner.ownerId] }, after),
    (certificate) => [new Date(certificate.uploadedAt).toISOString(), certificate.accountId, certificate.certificateId],
  );
  return { Certificates: items.map((certificate) => shape(certificate, owner)), ...end };
}

/** The certificate, if it is this owner's. @throws NoSuchEntity  404 */
async function certificateOf(
  writer: Writer,
  context: OperationContext<User>,
  input: { UserName?: string | undefined; CertificateId: string },
) {
  const owner = await ownerToChange(writer, context, input.UserName);
  const certificate = await writer.get(signingCertificates, [context.account, input.CertificateId]);
  if (certificate?.ownerId !== owner.ownerId) throw noSuchEntity(`The Certificate with id ${input.CertificateId} cannot be found.`);
  return certificate;
}

/**
 * Switches a certificate on or off.
 * @throws NoSuchEntity  404  the user; the certificate, or it is somebody else's
 * @throws InvalidInput  400  Expired, which only AWS sets
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateSigningCertificate.html
 */
export async function updateSigningCertificate(
  input: Valid<UpdateSigningCertificateRequest>,
  context: OperationContext<User>,
): Promise<object> {
  const { Status: status } = input;
  await context.installation.store.write(async (writer) => {
    const certificate = await certificateOf(writer, context, input);
    if (status === 'Expired') throw invalidInput('Operation does not support status Expired');
    await writer.update(signingCertificates, { ...certificate, status });
  });
  return {};
}

/**
 * @throws NoSuchEntity  404  the user; the certificate, or it is somebody else's
 * @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteSigningCertificate.html
 */
export async function deleteSigningCertificate(
  input: Valid<DeleteSigningCertificateRequest>,
  context: OperationContext<User>,
): Promise<object> {
  await context.installation.store.write(async (writer) => {
    const { accountId, certificateId } = await certificateOf(writer, context, input);
    await writer.delete(signingCertificates, [accountId, certificateId]);
  });
  return {};
}
