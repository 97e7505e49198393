import { GONE, type Phase, type SageMakerResource } from '../../../store/tables/sagemaker.ts';

/** What a job has gone through until now. A job that is made by another begins later than its row. */
export const begunPhases = ({ phases }: Pick<SageMakerResource, 'phases'>, now: number): Phase[] =>
  phases.filter((phase) => phase.from <= now && phase.status !== GONE);

/**
 * `SecondaryStatusTransitions`: how long each secondary status lasted, oldest first.
 * @param ends  the statuses that a job ends in
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_SecondaryStatusTransition.html
 */
export const secondaryTransitions = (
  begun: readonly Phase[],
  ends: readonly string[],
  messages: Readonly<Record<string, string>>,
): object[] =>
  begun.map((phase, i) => {
    const Status = phase.detail ?? phase.status;
    const next = begun[i + 1];
    return {
      Status,
      StartTime: new Date(phase.from),
      ...(ends.includes(phase.status) ? { EndTime: new Date(phase.from) } : next && { EndTime: new Date(next.from) }),
      StatusMessage: messages[Status],
    };
  });
