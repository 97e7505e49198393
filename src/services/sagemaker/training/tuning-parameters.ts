import type { HyperParameterTrainingJobDefinition, ParameterRanges } from '@aws-sdk/client-sagemaker';
import type { Random } from '../../../core/id.ts';
import type { Valid } from '../../../model/valid.ts';
import { invalid } from '../errors.ts';

export type Ranges = Valid<ParameterRanges>;
export type TuningDefinition = Valid<HyperParameterTrainingJobDefinition>;

/** A number from 0 to 1, 1 left out: 48 random bits. */
const fraction = (random: Random): number => Buffer.from(random.bytes(6)).readUIntBE(0, 6) / 2 ** 48;

/** @throws ValidationException  (unverified sentence) a range whose ends are no numbers, or the wrong way round */
export function requireRanges({ IntegerParameterRanges = [], ContinuousParameterRanges = [] }: Ranges): void {
  for (const { Name, MinValue, MaxValue } of [...IntegerParameterRanges, ...ContinuousParameterRanges]) {
    const [least, most] = [Number(MinValue), Number(MaxValue)];
    if (!Number.isFinite(least) || !Number.isFinite(most) || least > most)
      throw invalid(`The range of parameter ${Name} is not valid: MinValue ${MinValue}, MaxValue ${MaxValue}.`);
  }
}

/** How many combinations a grid has. */
export const gridSize = ({ CategoricalParameterRanges = [] }: Ranges): number =>
  CategoricalParameterRanges.reduce((product, { Values }) => product * Values.length, 1);

/** The values of the `index`-th combination of a grid. */
function gridPoint({ CategoricalParameterRanges = [] }: Ranges, index: number): Record<string, string> {
  let rest = index;
  return Object.fromEntries(
    CategoricalParameterRanges.map(({ Name, Values }) => {
      const value = Values[rest % Values.length] ?? '';
      rest = Math.floor(rest / Values.length);
      return [Name, value];
    }),
  );
}

/** Values drawn from ranges, whatever the scaling. Nothing is learnt from jobs before, as nothing was measured. */
function drawn(ranges: Ranges, random: Random): Record<string, string> {
  const { IntegerParameterRanges = [], ContinuousParameterRanges = [], CategoricalParameterRanges = [], AutoParameters = [] } = ranges;
  return Object.fromEntries([
    ...IntegerParameterRanges.map(({ Name, MinValue, MaxValue }) => {
      const [least, most] = [Math.ceil(Number(MinValue)), Math.floor(Number(MaxValue))];
      return [Name, String(least + Math.floor(fraction(random) * (most - least + 1)))] as const;
    }),
    ...ContinuousParameterRanges.map(({ Name, MinValue, MaxValue }) => {
      const [least, most] = [Number(MinValue), Number(MaxValue)];
      return [Name, String(least + fraction(random) * (most - least))] as const;
    }),
    ...CategoricalParameterRanges.map(({ Name, Values }) => [Name, Values[Math.floor(fraction(random) * Values.length)] ?? ''] as const),
    ...AutoParameters.map(({ Name, ValueHint }) => [Name, ValueHint] as const),
  ]);
}

/** The parameters that the `index`-th training job of a tuning job tries. */
export const tunedParameters = (ranges: Ranges, strategy: string, index: number, random: Random): Readonly<Record<string, string>> =>
  strategy === 'Grid' ? gridPoint(ranges, index) : drawn(ranges, random);
