import Box from '@cloudscape-design/components/box';
import { useMemo } from 'react';
import { useSignedIn } from '../signed-in.tsx';
import { conditionValues, type Held } from './condition-values.ts';

export interface PolicyViewProps {
  /** The operation whose condition keys are shown: `CreateModel`. */
  readonly operation: string;
  readonly input: object;
  /** What the call is about, where it is there already. */
  readonly held?: Held | undefined;
}

/** What the conditions of policies see of a call. */
export function PolicyView({ operation, input, held }: PolicyViewProps) {
  const { aws, session } = useSignedIn();
  const found = useMemo(
    () => conditionValues(operation, JSON.parse(JSON.stringify(input)), { account: session.account.id, region: aws.region }, held),
    [operation, input, held, aws.region, session.account.id],
  );
  if (found.length === 0) return <Box color="text-body-secondary">This call has no condition keys of its own.</Box>;
  return (
    <section className="matrix" aria-label={`Condition keys of ${operation}`}>
      <table>
        <thead>
          <tr>
            <th scope="col">Condition key</th>
            <th scope="col">What a policy sees</th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ key, values, isPartByPart }) => (
            <tr key={key}>
              <th scope="row">
                <code>{key}</code>
              </th>
              <td>
                {values.length === 0 ? <Box color="text-body-secondary">absent</Box> : <code>{values.join(', ')}</code>}
                {isPartByPart && (
                  <Box color="text-body-secondary" fontSize="body-s">
                    Not together: the call is decided on once for each, and each must be allowed.
                  </Box>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
