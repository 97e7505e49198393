import type { Page } from '../pages.tsx';
import { fetchedLater } from '../parts/fetched-later.ts';
import { pageAt } from '../router.tsx';
import { labelOf } from './family.ts';
import { furtherSections, sections } from './sections.ts';

const Overview = fetchedLater(() => import('./overview.tsx'));
const Domains = fetchedLater(() => import('./domains.tsx'));
const CreateDomain = fetchedLater(() => import('./create-domain.tsx'));
const Domain = fetchedLater(() => import('./domain.tsx'));
const CreateUserProfile = fetchedLater(() => import('./create-user-profile.tsx'));
const UserProfile = fetchedLater(() => import('./user-profile.tsx'));
const Space = fetchedLater(() => import('./space.tsx'));
const App = fetchedLater(() => import('./app.tsx'));
const ResourceList = fetchedLater(() => import('./resource-list.tsx'));
const ResourcePage = fetchedLater(() => import('./resource-page.tsx'));
const NotebookInstance = fetchedLater(() => import('./notebook-instance.tsx'));
const CreateNotebookInstance = fetchedLater(() => import('./create-notebook-instance.tsx'));
const EditNotebookInstance = fetchedLater(() => import('./edit-notebook-instance.tsx'));
const LifecycleConfig = fetchedLater(() => import('./lifecycle-config.tsx'));
const CreateLifecycleConfig = fetchedLater(() => import('./create-lifecycle-config.tsx'));
const CreateTrainingJob = fetchedLater(() => import('./create-training-job.tsx'));
const CreateModel = fetchedLater(() => import('./create-model.tsx'));
const CreateEndpointConfig = fetchedLater(() => import('./create-endpoint-config.tsx'));
const CreateEndpoint = fetchedLater(() => import('./create-endpoint.tsx'));
const Pipeline = fetchedLater(() => import('./pipeline.tsx'));
const EditDomain = fetchedLater(() => import('./edit-domain.tsx'));
const EditUserProfile = fetchedLater(() => import('./edit-user-profile.tsx'));
const EditSpace = fetchedLater(() => import('./edit-space.tsx'));
const UpdateEndpoint = fetchedLater(() => import('./update-endpoint.tsx'));
const ModelPackage = fetchedLater(() => import('./model-package.tsx'));
const ModelPackageGroup = fetchedLater(() => import('./model-package-group.tsx'));
const Endpoint = fetchedLater(() => import('./endpoint.tsx'));

const crumb = (text: string, ...path: string[]) => ({ text, href: pageAt('sagemaker', ...path) });
const SAGEMAKER = crumb('SageMaker');
const DOMAINS = crumb('Domains', 'domains');
const NOTEBOOKS = crumb('Notebook instances', 'notebook-instances');
const LIFECYCLE_CONFIGS = crumb('Lifecycle configurations', 'notebook-lifecycle-configs');

const MODEL_GROUPS = crumb('Model package groups', 'model-package-groups');
const ENDPOINTS = crumb('Endpoints', 'endpoints');

const domainCrumbs = (id: string) => [SAGEMAKER, DOMAINS, crumb(id, 'domains', id)];

/** Lists and pages made of the descriptions of their kinds. */
const described: readonly Page[] = [...sections, ...furtherSections].flatMap(([title, section]): Page[] =>
  section === 'domains'
    ? []
    : [
        {
          path: `sagemaker/${section}`,
          crumbs: () => [SAGEMAKER, crumb(title, section)],
          show: () => <ResourceList key={section} section={section} />,
        },
        {
          path: `sagemaker/${section}/*`,
          crumbs: (name) => [SAGEMAKER, crumb(title, section), crumb(labelOf(name), section, name)],
          show: (name) => <ResourcePage key={name} section={section} name={name} />,
        },
      ],
);

/** SageMaker's pages, in the order in which they are tried. */
export const sageMakerPages: readonly Page[] = [
  { path: 'sagemaker', crumbs: () => [SAGEMAKER], show: () => <Overview /> },
  // Where AWS's own console begins with SageMaker: links to it lead here.
  { path: 'sagemaker/home', crumbs: () => [SAGEMAKER], show: () => <Overview /> },
  { path: 'sagemaker/domains', crumbs: () => [SAGEMAKER, DOMAINS], show: () => <Domains /> },
  {
    path: 'sagemaker/create-domain',
    crumbs: () => [SAGEMAKER, DOMAINS, crumb('Set up domain', 'create-domain')],
    show: () => <CreateDomain />,
  },
  { path: 'sagemaker/domains/*', crumbs: domainCrumbs, show: (id) => <Domain id={id} /> },
  {
    path: 'sagemaker/domains/*/edit',
    crumbs: (id) => [...domainCrumbs(id), crumb('Edit', 'domains', id, 'edit')],
    show: (id) => <EditDomain id={id} />,
  },
  {
    path: 'sagemaker/domains/*/create-user-profile',
    crumbs: (id) => [...domainCrumbs(id), crumb('Add user profile', 'domains', id, 'create-user-profile')],
    show: (id) => <CreateUserProfile domainId={id} />,
  },
  {
    path: 'sagemaker/domains/*/user-profiles/*',
    crumbs: (id, name) => [...domainCrumbs(id), crumb(name, 'domains', id, 'user-profiles', name)],
    show: (id, name) => <UserProfile domainId={id} name={name} />,
  },
  {
    path: 'sagemaker/domains/*/spaces/*',
    crumbs: (id, name) => [...domainCrumbs(id), crumb(name, 'domains', id, 'spaces', name)],
    show: (id, name) => <Space domainId={id} name={name} />,
  },
  {
    path: 'sagemaker/domains/*/user-profiles/*/edit',
    crumbs: (id, name) => [
      ...domainCrumbs(id),
      crumb(name, 'domains', id, 'user-profiles', name),
      crumb('Edit', 'domains', id, 'user-profiles', name, 'edit'),
    ],
    show: (id, name) => <EditUserProfile domainId={id} name={name} />,
  },
  {
    path: 'sagemaker/domains/*/spaces/*/edit',
    crumbs: (id, name) => [
      ...domainCrumbs(id),
      crumb(name, 'domains', id, 'spaces', name),
      crumb('Edit', 'domains', id, 'spaces', name, 'edit'),
    ],
    show: (id, name) => <EditSpace domainId={id} name={name} />,
  },
  ...(['user-profiles', 'spaces'] as const).map(
    (kind): Page => ({
      path: `sagemaker/domains/*/${kind}/*/apps/*/*`,
      crumbs: (id, owner, type, name) => [
        ...domainCrumbs(id),
        crumb(owner, 'domains', id, kind, owner),
        crumb(`${type} ${name}`, 'domains', id, kind, owner, 'apps', type, name),
      ],
      show: (id, owner, type, name) => (
        <App owner={{ DomainId: id, ...(kind === 'spaces' ? { SpaceName: owner } : { UserProfileName: owner }) }} type={type} name={name} />
      ),
    }),
  ),
  {
    path: 'sagemaker/create-notebook-instance',
    crumbs: () => [SAGEMAKER, NOTEBOOKS, crumb('Create notebook instance', 'create-notebook-instance')],
    show: () => <CreateNotebookInstance />,
  },
  {
    path: 'sagemaker/notebook-instances/*',
    crumbs: (name) => [SAGEMAKER, NOTEBOOKS, crumb(name, 'notebook-instances', name)],
    show: (name) => <NotebookInstance name={name} />,
  },
  {
    path: 'sagemaker/notebook-instances/*/edit',
    crumbs: (name) => [
      SAGEMAKER,
      NOTEBOOKS,
      crumb(name, 'notebook-instances', name),
      crumb(`Edit ${name}`, 'notebook-instances', name, 'edit'),
    ],
    show: (name) => <EditNotebookInstance name={name} />,
  },
  {
    path: 'sagemaker/create-notebook-lifecycle-config',
    crumbs: () => [SAGEMAKER, LIFECYCLE_CONFIGS, crumb('Create lifecycle configuration', 'create-notebook-lifecycle-config')],
    show: () => <CreateLifecycleConfig />,
  },
  {
    path: 'sagemaker/notebook-lifecycle-configs/*',
    crumbs: (name) => [SAGEMAKER, LIFECYCLE_CONFIGS, crumb(name, 'notebook-lifecycle-configs', name)],
    show: (name) => <LifecycleConfig name={name} />,
  },
  {
    path: 'sagemaker/create-training-job',
    crumbs: () => [SAGEMAKER, crumb('Training jobs', 'training-jobs'), crumb('Create training job', 'create-training-job')],
    show: () => <CreateTrainingJob />,
  },
  {
    path: 'sagemaker/create-model',
    crumbs: () => [SAGEMAKER, crumb('Models', 'models'), crumb('Create model', 'create-model')],
    show: () => <CreateModel />,
  },
  {
    path: 'sagemaker/create-endpoint-config',
    crumbs: () => [
      SAGEMAKER,
      crumb('Endpoint configurations', 'endpoint-configs'),
      crumb('Create endpoint configuration', 'create-endpoint-config'),
    ],
    show: () => <CreateEndpointConfig />,
  },
  {
    path: 'sagemaker/create-endpoint',
    crumbs: () => [SAGEMAKER, ENDPOINTS, crumb('Create endpoint', 'create-endpoint')],
    show: () => <CreateEndpoint />,
  },
  {
    path: 'sagemaker/endpoints/*',
    crumbs: (name) => [SAGEMAKER, ENDPOINTS, crumb(name, 'endpoints', name)],
    show: (name) => <Endpoint name={name} />,
  },
  {
    path: 'sagemaker/endpoints/*/update',
    crumbs: (name) => [SAGEMAKER, ENDPOINTS, crumb(name, 'endpoints', name), crumb('Update', 'endpoints', name, 'update')],
    show: (name) => <UpdateEndpoint name={name} />,
  },
  {
    path: 'sagemaker/model-package-groups/*',
    crumbs: (name) => [SAGEMAKER, MODEL_GROUPS, crumb(name, 'model-package-groups', name)],
    show: (name) => <ModelPackageGroup name={name} />,
  },
  {
    path: 'sagemaker/model-packages/*',
    crumbs: (arn) => {
      // A version stands below its group.
      const group = /\/([^/]+)\/\d+$/.exec(arn)?.[1];
      const below =
        group === undefined ? [crumb('Model packages', 'model-packages')] : [MODEL_GROUPS, crumb(group, 'model-package-groups', group)];
      return [SAGEMAKER, ...below, crumb(labelOf(arn), 'model-packages', arn)];
    },
    show: (arn) => <ModelPackage key={arn} arn={arn} />,
  },
  {
    path: 'sagemaker/pipelines/*',
    crumbs: (name) => [SAGEMAKER, crumb('Pipelines', 'pipelines'), crumb(name, 'pipelines', name)],
    show: (name) => <Pipeline name={name} />,
  },
  ...described,
];
