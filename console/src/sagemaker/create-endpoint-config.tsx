import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useDraft } from '../parts/draft.ts';
import { ChoiceField, NumberField, numberOf, type Pair, pairsOf, SuggestField, TextField, textOf } from '../parts/fields.tsx';
import { pageAt } from '../router.tsx';
import { CreationForm, Part, TagsPart } from './creation-form.tsx';
import { HOSTING_INSTANCES, instanceChoices } from './instance-types.ts';
import { NameField } from './name-field.tsx';

/** A variant as somebody fills it in. */
interface Variant {
  readonly name: string;
  readonly model: string;
  readonly on: 'instances' | 'serverless';
  readonly type: string;
  readonly count: string;
  readonly weight: string;
  readonly memory: string;
  readonly concurrency: string;
}

const variant = (n: number): Variant => ({
  name: n === 1 ? 'AllTraffic' : `variant-${n}`,
  model: '',
  on: 'instances',
  type: 'ml.m5.large',
  count: '1',
  weight: '1',
  memory: '2048',
  concurrency: '5',
});

const inputOf = ({ name, model, on, type, count, weight, memory, concurrency }: Variant) => ({
  VariantName: name,
  ModelName: model,
  InitialVariantWeight: numberOf(weight),
  ...(on === 'instances'
    ? { InstanceType: type, InitialInstanceCount: numberOf(count) }
    : { ServerlessConfig: { MemorySizeInMB: numberOf(memory), MaxConcurrency: numberOf(concurrency) } }),
});

const MEMORIES = ['1024', '2048', '3072', '4096', '5120', '6144'].map((value) => ({ value, label: `${value} MB` }));

/** Variants that a configuration may have. */
const MAX_VARIANTS = 10;

/** Creates an endpoint configuration. */
export default function CreateEndpointConfig() {
  const [draft, set] = useDraft({ name: '', variants: [variant(1)] as readonly Variant[], key: '', tags: [] as readonly Pair[] });
  const change = (at: number, part: Partial<Variant>) =>
    set('variants')(draft.variants.map((each, i) => (i === at ? { ...each, ...part } : each)));
  const input = {
    EndpointConfigName: draft.name,
    ProductionVariants: draft.variants.map(inputOf),
    KmsKeyId: textOf(draft.key),
    Tags: pairsOf(draft.tags),
  };
  return (
    <CreationForm
      title="Create endpoint configuration"
      back={pageAt('sagemaker', 'endpoint-configs')}
      operation="CreateEndpointConfig"
      input={input}
      isReady={draft.name !== '' && draft.variants.every(({ name, model }) => name !== '' && model !== '')}
      said={`Endpoint configuration ${draft.name} was created.`}
      next={() => pageAt('sagemaker', 'endpoint-configs', draft.name)}
    >
      <Part title="Name and storage">
        <TextField
          label="Configuration name"
          description="Letters, digits and hyphens, 63 at most."
          value={draft.name}
          set={set('name')}
          isFirst
        />
        <TextField
          label="Encryption key"
          description="KMS key of the instances' volumes; left empty, a key of AWS."
          value={draft.key}
          set={set('key')}
        />
      </Part>
      {draft.variants.map((each, i) => (
        <Container
          // biome-ignore lint/suspicious/noArrayIndexKey: a variant is its place in the list; its name may change
          key={i}
          header={
            <Header
              variant="h2"
              actions={
                draft.variants.length > 1 && (
                  <Button
                    formAction="none"
                    ariaLabel={`Remove variant ${each.name}`}
                    onClick={() => set('variants')(draft.variants.filter((_, at) => at !== i))}
                  >
                    Remove
                  </Button>
                )
              }
            >
              {`Variant ${i + 1}`}
            </Header>
          }
        >
          <SpaceBetween size="m">
            <TextField label="Variant name" value={each.name} set={(name) => change(i, { name })} />
            <NameField section="models" label="Model" value={each.model} set={(model) => change(i, { model })} />
            <ChoiceField
              label="Runs on"
              value={each.on}
              set={(on) => change(i, { on: on as Variant['on'] })}
              choices={[
                { value: 'instances', label: 'Instances' },
                { value: 'serverless', label: 'Serverless' },
              ]}
            />
            {each.on === 'instances' && (
              <SuggestField
                label="Instance type"
                value={each.type}
                set={(type) => change(i, { type })}
                choices={instanceChoices(HOSTING_INSTANCES)}
              />
            )}
            {each.on === 'instances' && <NumberField label="Instances" value={each.count} set={(count) => change(i, { count })} />}
            {each.on === 'serverless' && (
              <ChoiceField label="Memory" value={each.memory} set={(memory) => change(i, { memory })} choices={MEMORIES} />
            )}
            {each.on === 'serverless' && (
              <NumberField
                label="Calls at once"
                description="What comes beyond is refused."
                value={each.concurrency}
                set={(concurrency) => change(i, { concurrency })}
              />
            )}
            <NumberField
              label="Weight"
              description="Its share of the calls, against those of the others."
              mode="decimal"
              value={each.weight}
              set={(weight) => change(i, { weight })}
            />
          </SpaceBetween>
        </Container>
      ))}
      <Button
        iconName="add-plus"
        formAction="none"
        disabled={draft.variants.length >= MAX_VARIANTS}
        onClick={() => set('variants')([...draft.variants, variant(draft.variants.length + 1)])}
      >
        Add variant
      </Button>
      <TagsPart value={draft.tags} set={set('tags')} />
    </CreationForm>
  );
}
