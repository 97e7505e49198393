import FormField from '@cloudscape-design/components/form-field';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useCallback, useEffect } from 'react';
import { type Choice, ChoiceField, type Field, framed } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useSignedIn } from '../signed-in.tsx';
import { type Subnet, securityGroupsOf, subnetsOf, vpcsOf } from './network.ts';

/** Where in the account's networks something is put; empty: nowhere. */
export interface Network {
  readonly vpc: string;
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
}
export const NO_NETWORK: Network = { vpc: '', subnets: [], groups: [] };

export interface NetworkFieldsProps {
  readonly value: Network;
  readonly set: (network: Network) => void;
  /** Whether it must be in a network; the default one is chosen then. */
  readonly isNeeded?: boolean;
  /** A notebook instance is in one subnet, others are in several. */
  readonly subnets: 'one' | 'several';
}

/** Chooses a VPC, subnets of it and security groups of it. */
export function NetworkFields({ value, set, isNeeded = false, subnets: count }: NetworkFieldsProps) {
  const { aws } = useSignedIn();
  const { vpc } = value;
  const vpcs = useLoaded(useCallback(() => vpcsOf(aws), [aws]));
  const subnets = useLoaded(useCallback(async () => (vpc === '' || count !== 'one' ? [] : subnetsOf(aws, vpc)), [aws, vpc, count]));
  const standard = (vpcs.value ?? []).find(({ isDefault }) => isDefault === 'true') ?? vpcs.value?.[0];
  useEffect(() => {
    if (isNeeded && vpc === '' && standard) set({ ...NO_NETWORK, vpc: standard.vpcId });
  }, [isNeeded, vpc, standard, set]);
  return (
    <SpaceBetween size="m">
      <ChoiceField
        label="VPC"
        value={vpc}
        set={(next) => set({ ...NO_NETWORK, vpc: next })}
        choices={[
          ...(isNeeded ? [] : [{ value: '', label: 'None' }]),
          ...(vpcs.value ?? []).map(({ vpcId, cidrBlock, isDefault }) => ({
            value: vpcId,
            label: isDefault === 'true' ? `${vpcId} (default)` : vpcId,
            description: cidrBlock,
          })),
        ]}
        isLoading={vpcs.isLoading}
        placeholder="Choose a VPC"
        empty="This region has no VPC"
        failure={vpcs.failure}
      />
      {vpc !== '' && count === 'one' && (
        <ChoiceField
          label="Subnet"
          value={value.subnets[0] ?? ''}
          set={(next) => set({ ...value, subnets: next === '' ? [] : [next] })}
          choices={choicesOf(subnets.value)}
          isLoading={subnets.isLoading}
          placeholder="Choose a subnet"
          empty="This VPC has no subnet"
          failure={subnets.failure}
        />
      )}
      {vpc !== '' && count === 'several' && (
        <SubnetsField vpc={vpc} value={value.subnets} set={(next) => set({ ...value, subnets: next })} />
      )}
      {vpc !== '' && (
        <SecurityGroupsField label="Security groups" vpc={vpc} value={value.groups} set={(next) => set({ ...value, groups: next })} />
      )}
    </SpaceBetween>
  );
}

const choicesOf = (subnets: readonly Subnet[] = []): readonly Choice[] =>
  subnets.map(({ subnetId, availabilityZone, cidrBlock }) => ({
    value: subnetId,
    label: subnetId,
    description: `${availabilityZone} · ${cidrBlock}`,
  }));

export interface SubnetsFieldProps {
  readonly vpc: string;
  readonly value: readonly string[];
  readonly set: (subnets: readonly string[]) => void;
}

/** Chooses subnets of a VPC. */
export function SubnetsField({ vpc, ...field }: SubnetsFieldProps) {
  const { aws } = useSignedIn();
  const subnets = useLoaded(useCallback(() => subnetsOf(aws, vpc), [aws, vpc]));
  return (
    <SeveralField label="Subnets" {...field} choices={choicesOf(subnets.value)} isLoading={subnets.isLoading} failure={subnets.failure} />
  );
}

/** Chooses security groups of a VPC. */
export function SecurityGroupsField({ vpc, ...field }: Field<readonly string[]> & { readonly vpc: string }) {
  const { aws } = useSignedIn();
  const groups = useLoaded(useCallback(async () => (vpc === '' ? [] : securityGroupsOf(aws, vpc)), [aws, vpc]));
  return (
    <SeveralField
      {...field}
      choices={(groups.value ?? []).map(({ groupId, groupName, groupDescription }) => ({
        value: groupId,
        label: `${groupName} (${groupId})`,
        description: groupDescription,
      }))}
      isLoading={groups.isLoading}
      failure={groups.failure}
    />
  );
}

interface SeveralFieldProps extends Field<readonly string[]> {
  readonly choices: readonly Choice[];
  readonly isLoading: boolean;
}

function SeveralField({ value, set, choices, isLoading, ...frame }: SeveralFieldProps) {
  return (
    <FormField {...framed(frame)}>
      <Multiselect
        options={choices}
        selectedOptions={value.map((each) => choices.find((choice) => choice.value === each) ?? { value: each })}
        onChange={({ detail }) => set(detail.selectedOptions.map((each) => each.value ?? ''))}
        statusType={isLoading ? 'loading' : 'finished'}
        loadingText="Loading"
        placeholder={`Choose ${frame.label.toLowerCase()}`}
        empty="There are none in this VPC"
        deselectAriaLabel={(each) => `Remove ${each.value}`}
      />
    </FormField>
  );
}

/** As jobs and models take it; left out where there is none. */
export const vpcConfigOf = ({ subnets, groups }: Network) =>
  subnets.length === 0 && groups.length === 0 ? undefined : { Subnets: subnets, SecurityGroupIds: groups };
