import type {
  CreatePresignedDomainUrlRequest,
  CreatePresignedDomainUrlResponse,
  CreatePresignedNotebookInstanceUrlInput,
  CreatePresignedNotebookInstanceUrlOutput,
} from '@aws-sdk/client-sagemaker';
import type { OperationContext, Scope } from '../../../authorization/operation.ts';
import { foldCase } from '../../../core/name.ts';
import type { Valid } from '../../../model/valid.ts';
import { phaseAt } from '../../../store/tables/sagemaker.ts';
import { invalid } from '../errors.ts';
import { need } from '../family.ts';
import { notebookInstance } from '../notebook/notebook-instance.ts';
import type { Found } from '../resources.ts';
import { domain } from './domain.ts';
import { space } from './space.ts';
import { userProfile } from './user-profile.ts';

/** Seconds within which a notebook's URL must be opened, and those a Studio URL has by default. */
const OPEN_WITHIN = 300;
/** Seconds that a session lasts by default, once opened: twelve hours. */
const SESSION_DURATION = 43_200;

/** What a presigned URL carries, sealed: who may open what, and by when. Whoever serves the URL asks the creator's policies again. */
export interface PresignedSession {
  /** ARN that was authorised: of the notebook instance, or of the user profile. */
  readonly resourceArn: string;
  readonly spaceName?: string;
  readonly landingUri?: string;
  /** The identity that made the URL. */
  readonly principalArn: string;
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly openBefore: number;
  /** Seconds. */
  readonly sessionDuration: number;
}

/** Where sealed sessions of an ARN belong; the one who opens it names the same. */
export const presignedPlace = (account: string, resourceArn: string) => ({ account, entity: resourceArn, column: 'presigned_url.session' });

/** The session that a URL carries, sealed for the resource that was authorised. */
export function tokenOf(
  context: OperationContext<Found>,
  openWithin: number,
  more: Pick<PresignedSession, 'sessionDuration' | 'spaceName' | 'landingUri'>,
): string {
  const { account, caller, installation, now, target } = context;
  const session: PresignedSession = {
    resourceArn: target.arn,
    principalArn: caller.principal.arn,
    userId: caller.userId,
    openBefore: now + openWithin * 1000,
    ...more,
  };
  return installation.secrets.seal(JSON.stringify(session), presignedPlace(account, target.arn));
}

/**
 * The URL by which a notebook instance is opened, once and within five minutes.
 * @throws ValidationException  no such instance, or it is not in service
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedNotebookInstanceUrl.html
 */
export async function createPresignedNotebookInstanceUrl(
  input: Valid<CreatePresignedNotebookInstanceUrlInput>,
  context: OperationContext<Found>,
): Promise<CreatePresignedNotebookInstanceUrlOutput> {
  const { arn, name, phases } = await need(notebookInstance, input, context);
  const status = phaseAt({ phases }, context.now)?.status;
  // (unverified) sentence
  if (status !== 'InService')
    throw invalid(`Status (${status}) not in ([InService]). Unable to create presigned URL for Notebook Instance (${arn})`);
  const token = tokenOf(context, OPEN_WITHIN, { sessionDuration: input.SessionExpirationDurationInSeconds ?? SESSION_DURATION });
  return { AuthorizedUrl: `https://${foldCase(name)}.notebook.${context.region}.sagemaker.aws?authToken=${token}` };
}

/** @throws ResourceNotFound  no such space; (unverified) it is another profile's alone, of which nothing is told here */
async function requireOpenSpace(identity: { DomainId: string; SpaceName: string }, profile: string, context: Scope): Promise<void> {
  const { arn, name, settings } = await need(space, identity, context);
  const isPrivate = settings.SpaceSharingSettings?.SharingType === 'Private';
  if (isPrivate && settings.OwnershipSettings?.OwnerUserProfileName !== profile) throw space.missing({ arn, name }, 'describe');
}

/**
 * The URL by which Studio is opened as a user profile.
 * @throws ResourceNotFound     no such domain, profile or space
 * @throws ValidationException  a domain whose users sign in by Identity Center
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreatePresignedDomainUrl.html
 */
export async function createPresignedDomainUrl(
  input: Valid<CreatePresignedDomainUrlRequest>,
  context: OperationContext<Found>,
): Promise<CreatePresignedDomainUrlResponse> {
  const { DomainId, SpaceName } = input;
  const { settings } = await need(domain, input, context);
  await need(userProfile, input, context);
  if (SpaceName !== undefined) await requireOpenSpace({ DomainId, SpaceName }, input.UserProfileName, context);
  // (unverified) sentence
  if (settings.AuthMode !== 'IAM') throw invalid(`Presigned URLs are only for Domains with AuthMode IAM.`);
  const token = tokenOf(context, input.ExpiresInSeconds ?? OPEN_WITHIN, {
    sessionDuration: input.SessionExpirationDurationInSeconds ?? SESSION_DURATION,
    ...(SpaceName !== undefined && { spaceName: SpaceName }),
    ...(input.LandingUri !== undefined && { landingUri: input.LandingUri }),
  });
  return { AuthorizedUrl: `https://${DomainId}.studio.${context.region}.sagemaker.aws/auth?token=${token}` };
}
