import type { StartSessionRequest, StartSessionResponse } from '@aws-sdk/client-sagemaker';
import type { OperationContext } from '../../../authorization/operation.ts';
import { uuid } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';
import type { Kind } from '../family.ts';
import { type Found, named } from '../resources.ts';
import { tokenOf } from './presigned-url.ts';
import { type SpaceSettings, space } from './space.ts';
import { appOf } from './user-profile.ts';

type Input = Valid<StartSessionRequest>;

/** Seconds within which the stream must be opened, and those a session lasts (unverified). */
const OPEN_WITHIN = 60;
const SESSION_DURATION = 43_200;

const byArn: Kind<Input> = { ...space, path: (input) => input.ResourceIdentifier };

/** A space, by its ARN. */
export const connectedSpace = named(byArn);

/**
 * Starts a session by which an editor elsewhere works in a space. The token is for whoever serves the stream, who asks the creator's policies again.
 * @throws ResourceNotFound     no such space
 * @throws ValidationException  remote access is not enabled in it; no app runs in it
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartSession.html
 */
export async function startSession(input: Input, context: OperationContext<Found>): Promise<StartSessionResponse> {
  const found = context.target.stored?.resource;
  const arn = input.ResourceIdentifier;
  if (!found) throw space.missing({ arn, name: arn.slice(arn.lastIndexOf('/') + 1) }, 'describe');
  // The target is a space. (unverified) both sentences
  if ((found.settings as SpaceSettings).SpaceSettings?.RemoteAccess !== 'ENABLED')
    throw invalid(`Remote access is not enabled for ${arn}.`);
  if (!(await appOf(found, context, ['InService']))) throw invalid(`No app is InService in ${arn}.`);
  const SessionId = uuid(context.installation.random);
  return {
    SessionId,
    StreamUrl: `wss://ssmmessages.${context.region}.amazonaws.com/v1/data-channel/${SessionId}?role=publish_subscribe`,
    TokenValue: tokenOf(context, OPEN_WITHIN, { sessionDuration: SESSION_DURATION }),
  };
}
