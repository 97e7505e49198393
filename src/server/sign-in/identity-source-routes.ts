import { readBody } from '../json-body.ts';
import type { Route } from '../local-api.ts';
import { object, text } from '../shape.ts';
import type { DirectorySource } from './directory-source.ts';

const sourceShape = object({}, { directory: text({ max: 63 }) });

/** What AWS has in its console alone: where the people of IAM Identity Center are. */
export function identitySourceRoutes(source: DirectorySource): readonly Route[] {
  return [
    {
      method: 'POST',
      path: 'identity-stores/*/source',
      audience: 'operator',
      handle: async ({ request, part }) => {
        const { identityStoreId, identitySource } = await source.use(part, readBody(request, sourceShape).directory);
        return { identityStoreId, ...identitySource };
      },
    },
  ];
}
