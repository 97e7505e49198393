/**
 * What answers the invocations of an endpoint, as it was when the endpoint was deployed: models may be deleted and made anew under a name
 * without what is deployed changing. Written by SageMaker, read by its runtime.
 */
export interface Serving {
  /** `Serial`: each container takes what the one before it answers. `Direct`: the caller names one. */
  readonly mode: 'Serial' | 'Direct';
  readonly containers: readonly ServingContainer[];
}

export interface ServingContainer {
  /** As error sentences and callers name it. */
  readonly hostname: string;
  /** Where it is, as its model says; absent where no server is behind it. */
  readonly url?: string;
}

/** What a model, a package or a component says of a container. */
interface Definition {
  readonly ContainerHostname?: string | undefined;
  readonly Environment?: Readonly<Record<string, string>> | undefined;
}

/** What of a model decides where its invocations lead. */
export interface ServedModel {
  readonly PrimaryContainer?: Definition | undefined;
  readonly Containers?: readonly Definition[] | undefined;
  readonly InferenceExecutionConfig?: { readonly Mode?: string | undefined } | undefined;
}

/** The variable in a container's environment that names the server to be asked in its place: `http://127.0.0.1:8080`. */
const CONTAINER_URL = 'SAGEGATE_CONTAINER_URL';

export function servingOf({ PrimaryContainer, Containers = [], InferenceExecutionConfig }: ServedModel): Serving {
  const definitions = PrimaryContainer ? [PrimaryContainer] : Containers;
  return {
    mode: InferenceExecutionConfig?.Mode === 'Direct' ? 'Direct' : 'Serial',
    containers: definitions.map(({ ContainerHostname, Environment }, i) => {
      const url = Environment?.[CONTAINER_URL];
      // Names that AWS gives where the model gives none (those after the first unverified).
      const hostname = ContainerHostname ?? (PrimaryContainer ? 'primary' : `container-${i + 1}`);
      return { hostname, ...(url !== undefined && { url }) };
    }),
  };
}
