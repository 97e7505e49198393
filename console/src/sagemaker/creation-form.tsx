import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useNotices } from '../notices.tsx';
import { FailureAlert } from '../parts/failure-alert.tsx';
import { type Pair, PairsField } from '../parts/fields.tsx';
import { FormPage } from '../parts/form-page.tsx';
import { useAction } from '../parts/loaded.ts';
import { useRouter } from '../router.tsx';
import { useSignedIn } from '../signed-in.tsx';
import type { Held } from './condition-values.ts';
import type { Described } from './family.ts';
import { PolicyView } from './policy-view.tsx';

export interface CreationFormProps {
  readonly title: string;
  readonly description?: string;
  /** What the button says; the title when absent. */
  readonly verb?: string;
  /** Where one came from. */
  readonly back: string;
  /** The call that is made. */
  readonly operation: string;
  readonly input: object;
  /** What the call is about, where it is there already. */
  readonly held?: Held | undefined;
  readonly isReady: boolean;
  /** What is said when it went well: `Model trees was created.` */
  readonly said: string;
  /** The page where one comes to then. */
  readonly next: (answer: Described) => string;
  readonly children: ReactNode;
}

/** A form that ends in one call; how it fails is told in AWS's words, and what policies see of it before it is made. */
export function CreationForm(props: CreationFormProps) {
  const { title, description, verb = title, back, operation, input, held, isReady, said, next, children } = props;
  const { aws } = useSignedIn();
  const { go } = useRouter();
  const { say } = useNotices();
  const create = useAction(async () => {
    const answer = await aws.json<Described>('sagemaker', operation, input);
    say(said);
    go(next(answer));
  });
  return (
    <FormPage title={title} {...(description !== undefined && { description })} verb={verb} back={back} isReady={isReady} action={create}>
      {children}
      <ExpandableSection variant="container" headerText="What policies see of this call">
        <SpaceBetween size="s">
          <Box>
            Policies allow or deny <code>sagemaker:{operation}</code> by these condition keys, as filled in so far.
          </Box>
          <PolicyView operation={operation} input={input} held={held} />
        </SpaceBetween>
      </ExpandableSection>
      <FailureAlert failure={create.failure} />
    </FormPage>
  );
}

export interface PartProps {
  readonly title: string;
  readonly description?: string;
  readonly children: ReactNode;
}

/** Fields of a form that belong together. */
export function Part({ title, description, children }: PartProps) {
  return (
    <Container
      header={
        <Header variant="h2" {...(description !== undefined && { description })}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="m">{children}</SpaceBetween>
    </Container>
  );
}

export interface TagsPartProps {
  readonly value: readonly Pair[];
  readonly set: (tags: readonly Pair[]) => void;
  readonly description?: string;
}

/** The tags that something is created with. */
export const TagsPart = ({ value, set, ...part }: TagsPartProps) => (
  <Part title="Tags" {...part}>
    <PairsField noun="tag" value={value} set={set} />
  </Part>
);
