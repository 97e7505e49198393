import type { SageMakerResource } from '../../../store/tables/sagemaker.ts';
import { invalid } from '../errors.ts';
import type { Family } from '../family.ts';
import { familyOf } from '../family-of.ts';
import { endedFirst, JOB_STATES, jobTimes } from '../job.ts';

/** What the jobs that measure models and advise on them have in common. */
export const aiJob = <Identity extends object, Settings extends object>(
  type: string,
  noun: 'AIBenchmarkJob' | 'AIRecommendationJob',
  what: string,
  more: (resource: SageMakerResource<Settings>) => object = () => ({}),
): Family<Identity, Settings> =>
  familyOf<Identity, Settings>({
    type,
    noun,
    names: 'unique regardless of case',
    status: `${noun}Status`,
    describe: (resource, now) => {
      const { started, ended } = jobTimes(resource, now);
      return { ...resource.settings, Tags: resource.tags, StartTime: started, EndTime: ended };
    },
    list: { operation: `List${noun}s`, result: `${noun}s`, sort: 'CreationTime', order: 'Descending', more },
    deletion: { refuse: endedFirst(what, JOB_STATES, invalid) },
  });
