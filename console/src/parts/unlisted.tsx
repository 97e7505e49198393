import type { AwsFailure } from '../aws/failure.ts';
import { WhyDenied } from './why-denied.tsx';

/** Why a field has nothing to choose from: nothing that was typed is wrong. */
export function Unlisted({ failure }: { failure: AwsFailure }) {
  if (!failure.isDenial) return failure.sentence;
  return (
    <>
      You are not allowed to see what there is{failure.action !== undefined && ` (${failure.action})`}. <WhyDenied failure={failure} />
    </>
  );
}

/** The same, as a part of what a FormField is given. */
export const unlisted = (failure: AwsFailure | undefined) => failure && { warningText: <Unlisted failure={failure} /> };
