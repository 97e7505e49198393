import { ServiceError } from '../../core/service-error.ts';
import { readBody } from '../json-body.ts';
import type { Route } from '../local-api.ts';
import { object, text } from '../shape.ts';
import type { DirectorySource } from './directory-source.ts';
import type { SamlSource } from './saml-source.ts';

/** One of them, or neither: then the identity store itself. */
const sourceShape = object(
  {},
  { directory: text({ max: 63 }), samlMetadata: text({ max: 500_000, what: 'the metadata of an identity provider' }) },
);
/** Metadata, as JSON writes it. */
const MAX_BYTES = 1024 * 1024;

/** What AWS has in its console alone: where the people of IAM Identity Center are. */
export function identitySourceRoutes(source: DirectorySource, saml: SamlSource): readonly Route[] {
  return [
    {
      method: 'POST',
      path: 'identity-stores/*/source',
      audience: 'operator',
      handle: async ({ request, part }) => {
        const { directory, samlMetadata } = readBody(request, sourceShape, MAX_BYTES);
        if (directory !== undefined && samlMetadata !== undefined)
          throw new ServiceError('ValidationException', 'Give a directory or samlMetadata, not both.', { status: 400 });
        const instance = samlMetadata === undefined ? await source.use(part, directory) : await saml.use(part, samlMetadata);
        const { metadata: _, ...told } = { metadata: '', ...instance.identitySource };
        return { identityStoreId: instance.identityStoreId, ...told };
      },
    },
  ];
}
