import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import { useCallback } from 'react';
import { lastOf } from '../aws/arn.ts';
import { useLoaded } from '../parts/loaded.ts';
import { unlisted } from '../parts/unlisted.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Policy } from './types.ts';

export interface PolicyChoiceProps {
  readonly chosen: readonly string[];
  readonly choose: (arns: readonly string[]) => void;
}

/** Chooses among the managed policies, AWS's and the account's own, by ARN. */
export function PolicyChoice({ chosen, choose }: PolicyChoiceProps) {
  const { aws } = useSignedIn();
  const { value, isLoading, failure, reload } = useLoaded(
    useCallback(() => aws.iamList<Policy>('ListPolicies', 'Policies', { MaxItems: 1000 }), [aws]),
  );
  const option = ({ PolicyName, Arn, Description }: Policy) => ({
    value: Arn,
    label: PolicyName,
    ...(Description !== undefined && { description: Description }),
  });
  const own = (value ?? []).filter(({ Arn }) => !Arn.includes(':iam::aws:'));
  const managed = (value ?? []).filter(({ Arn }) => Arn.includes(':iam::aws:'));
  return (
    <FormField label="Policies" description="Of AWS and of this account. What no policy allows is denied." {...unlisted(failure)}>
      <Multiselect
        options={[
          ...(own.length > 0 ? [{ label: 'Of this account', options: own.map(option) }] : []),
          { label: 'Of AWS', options: managed.map(option) },
        ]}
        selectedOptions={chosen.map((arn) => ({ value: arn, label: lastOf(arn) }))}
        onChange={({ detail }) => choose(detail.selectedOptions.map((each) => each.value ?? ''))}
        filteringType="auto"
        filteringAriaLabel="Find policies"
        filteringPlaceholder="Find policies"
        statusType={failure ? 'error' : isLoading ? 'loading' : 'finished'}
        loadingText="Loading policies"
        recoveryText="Try again"
        onLoadItems={() => failure && reload()}
        placeholder="Choose policies"
        empty="No policies"
        deselectAriaLabel={(each) => `Remove ${each.label}`}
        virtualScroll
        expandToViewport
      />
    </FormField>
  );
}
