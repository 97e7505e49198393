import { visibilityParts } from './search/visibility.ts';

/*
 * Requests that hold several values of a condition key which has one: each definition of a tuning job, each file system of a training job,
 * each variant of an endpoint. A policy that asks for the one value would be met by any of them for all; so each is decided on as if it had
 * been asked for alone, and one that is not allowed refuses the call (unverified: AWS does not say what its conditions see).
 */

type Part = Readonly<Record<string, unknown>>;

/** One part for each element of these members, lists or not, that holds no other element of them. */
function eachOf(input: Part, members: readonly string[]): readonly Part[] {
  const elements = members.flatMap((member) => {
    const value = input[member];
    return Array.isArray(value) ? value.map((each) => [member, [each]] as const) : value === undefined ? [] : [[member, value] as const];
  });
  if (elements.length < 2) return [input];
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !members.includes(name)));
  return elements.map(([member, value]) => ({ ...rest, [member]: value }));
}

interface Channel {
  readonly DataSource?: { readonly FileSystemDataSource?: unknown };
}

/** One part for each channel on a file system, with the channels that are on none. */
function eachFileSystem(input: Part): readonly Part[] {
  const channels = (input.InputDataConfig ?? []) as readonly Channel[];
  const isMounted = ({ DataSource }: Channel): boolean => DataSource?.FileSystemDataSource !== undefined;
  const mounted = channels.filter(isMounted);
  if (mounted.length < 2) return [input];
  const others = channels.filter((channel) => !isMounted(channel));
  return mounted.map((channel) => ({ ...input, InputDataConfig: [...others, channel] }));
}

const DEFINITION = 'TrainingJobDefinition';
const DEFINITIONS = 'TrainingJobDefinitions';

const eachTrainingJob = (definition: Part): readonly Part[] =>
  eachOf(definition, ['ResourceConfig', 'HyperParameterTuningResourceConfig']).flatMap(eachFileSystem);

/** One part for each of the training jobs that are defined. */
const eachDefinition = (input: Part): readonly Part[] =>
  eachOf(input, [DEFINITION, DEFINITIONS]).flatMap((part) => {
    const [member, definition] = part[DEFINITION]
      ? [DEFINITION, part[DEFINITION]]
      : [DEFINITIONS, ((part[DEFINITIONS] ?? []) as readonly unknown[])[0]];
    if (definition === undefined) return [part];
    const jobs = eachTrainingJob(definition as Part);
    return jobs.map((job) => ({ ...part, [member]: member === DEFINITION ? job : [job] }));
  });

const eachVisibility = (input: Part): readonly Part[] =>
  visibilityParts(input.VisibilityConditions as Parameters<typeof visibilityParts>[0]).map((VisibilityConditions) => ({
    ...input,
    VisibilityConditions,
  }));

const PARTS: Readonly<Record<string, (input: Part) => readonly Part[]>> = {
  // One key by its present name and by its former one.
  CreateDomain: (input) => eachOf(input, ['KmsKeyId', 'HomeEfsFileSystemKmsKeyId']),
  CreateEndpointConfig: (input) => eachOf(input, ['ProductionVariants', 'ShadowProductionVariants']),
  CreateHyperParameterTuningJob: eachDefinition,
  CreateInferenceComponent: (input) => eachOf(input, ['Specification', 'Specifications']),
  CreateTrainingJob: eachFileSystem,
  Search: eachVisibility,
};

/** What of a request is decided on by itself; undefined where it is the whole. */
export const partsOf = (operation: string): ((input: object) => readonly object[]) | undefined =>
  // A structure that the model has read, or a step of a pipeline: an object either way.
  (Object.hasOwn(PARTS, operation) ? PARTS[operation] : undefined) as ((input: object) => readonly object[]) | undefined;
