import type { CreateCodeRepositoryInput, UpdateCodeRepositoryInput } from '@aws-sdk/client-sagemaker';
import type { Scope } from '../../../authorization/operation.ts';
import type { Valid } from '../../../model/valid.ts';
import { change } from '../change.ts';
import { create, withoutTags } from '../create.ts';
import { invalid } from '../errors.ts';
import { find, nameOf } from '../family.ts';
import { familyOf } from '../family-of.ts';

type Input = Valid<CreateCodeRepositoryInput>;
type Identity = { readonly CodeRepositoryName: string };
export type CodeRepositorySettings = Omit<Input, 'Tags'>;

/** @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateCodeRepository.html */
export const codeRepository = familyOf<Identity, CodeRepositorySettings>({
  type: 'code-repository',
  noun: 'CodeRepository',
  missing: ({ arn }) => invalid(`Cannot find CodeRepository: "${arn}"`),
  // (unverified) sentence
  taken: ({ arn }) => invalid(`Cannot create already existing CodeRepository: "${arn}"`),
  list: { operation: 'ListCodeRepositories', result: 'CodeRepositorySummaryList', sort: 'Name', order: 'Ascending' },
});

/**
 * Registers a Git repository under a name, with the secret by which it is read.
 * @throws ValidationException  the name is taken
 */
export const createCodeRepository = create<Input, CodeRepositorySettings>(codeRepository, {
  name: (input) => input.CodeRepositoryName,
  draft: (input) => ({ settings: withoutTags(input) }),
});

/** Changes the secret; address and branch stay. @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateCodeRepository.html */
export const updateCodeRepository = change<Identity, CodeRepositorySettings, Valid<UpdateCodeRepositoryInput>>(
  codeRepository,
  (resource, { GitConfig }, call) => {
    const settings = { ...resource.settings, GitConfig: { ...resource.settings.GitConfig, ...GitConfig } };
    return { ...resource, changedAt: call.now, settings };
  },
  { answer: ({ arn }) => ({ CodeRepositoryArn: arn }) },
);

interface OfNotebook {
  readonly DefaultCodeRepository?: string | undefined;
  readonly AdditionalCodeRepositories?: readonly string[] | undefined;
}

/** Names of registered repositories among those of a notebook instance. The others are addresses. */
const namesIn = ({ DefaultCodeRepository, AdditionalCodeRepositories = [] }: OfNotebook): string[] =>
  [DefaultCodeRepository, ...AdditionalCodeRepositories].filter(
    (each): each is string => each !== undefined && !each.startsWith('https://'),
  );

/** @throws ValidationException  a name under which no repository is registered */
export async function requireRepositories(notebook: OfNotebook, scope: Scope): Promise<void> {
  for (const CodeRepositoryName of namesIn(notebook)) {
    if (!(await find(codeRepository, { CodeRepositoryName }, scope)))
      throw codeRepository.missing(nameOf(codeRepository, { CodeRepositoryName }, scope), 'describe');
  }
}

/** The secrets by which the repositories of a notebook instance are read. */
export async function secretsOf(notebook: OfNotebook, scope: Scope): Promise<string[]> {
  const secrets = new Set<string>();
  for (const CodeRepositoryName of namesIn(notebook)) {
    const secret = (await find(codeRepository, { CodeRepositoryName }, scope))?.settings.GitConfig.SecretArn;
    if (secret !== undefined) secrets.add(secret);
  }
  return [...secrets];
}
