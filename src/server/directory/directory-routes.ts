import type { HttpRequest } from '../../core/http.ts';
import { ServiceError } from '../../core/service-error.ts';
import type { Directory } from '../../store/tables/directory.ts';
import { json, readBody } from '../json-body.ts';
import type { Route } from '../local-api.ts';
import { object, text } from '../shape.ts';
import type { Directories, OpenSignIn } from './directories.ts';
import { directoryShape } from './directory-shape.ts';

/** Room for certificates and a thousand roles. */
const MAX_SETTINGS_BYTES = 1024 * 1024;

const loginShape = object({ login: text({ max: 256 }), password: text({ max: 256 }) }, { roleArn: text({ max: 2048 }) });
const renewalShape = object({ renewal: text({ max: 64 }) });
const lookShape = object({ login: text({ max: 256 }) });

/** What an operator and `sagegate login` ask of directories. */
export function directoryRoutes(directories: Directories): readonly Route[] {
  return [
    {
      method: 'POST',
      path: 'directories',
      audience: 'operator',
      handle: async ({ request }) => json(201, told(await directories.create(readBody(request, directoryShape, MAX_SETTINGS_BYTES)))),
    },
    {
      method: 'GET',
      path: 'directories',
      audience: 'operator',
      handle: async () => ({ directories: (await directories.list()).map(told) }),
    },
    { method: 'GET', path: 'directories/*', audience: 'operator', handle: async ({ part }) => told(await directories.named(part)) },
    {
      method: 'POST',
      path: 'directories/*/delete',
      audience: 'operator',
      handle: async ({ part }) => {
        await directories.remove(part);
        return { name: part };
      },
    },
    {
      method: 'POST',
      path: 'directories/*/look',
      audience: 'operator',
      handle: async ({ request, part }) => {
        const person = await directories.look(part, readBody(request, lookShape).login);
        if (!person)
          throw new ServiceError('ResourceNotFoundException', 'The directory has nobody of that name, or several.', { status: 404 });
        const { attributes, memberships, ...rest } = person;
        return { ...rest, attributes: Object.fromEntries(attributes), memberships: [...memberships] };
      },
    },
    {
      method: 'POST',
      path: 'directories/*/login',
      audience: 'everybody',
      handle: async ({ request, part, source }) => {
        const { login, password, roleArn } = readBody(request, loginShape);
        const signedIn = await directories.signIn(part, login, password, source);
        const { roles } = signedIn.person;
        const chosen = roleArn ?? (roles.length === 1 ? roles[0] : undefined);
        if (chosen === undefined) return { roles };
        return credentialsOf(await directories.begin(signedIn, chosen, { renewable: true }));
      },
    },
    {
      method: 'POST',
      path: 'directory-sign-ins/renew',
      audience: 'everybody',
      handle: async ({ request }) => credentialsOf(await directories.renew(renewalOf(request))),
    },
    {
      method: 'POST',
      path: 'directory-sign-ins/end',
      audience: 'everybody',
      handle: async ({ request }) => {
        await directories.end(renewalOf(request));
        return {};
      },
    },
  ];
}

const renewalOf = (request: HttpRequest): string => readBody(request, renewalShape).renewal;

/** A directory without its secret. */
function told({ sealedBindPassword: _secret, createdAt, ...rest }: Directory): object {
  return { ...rest, createdAt: new Date(createdAt).toISOString(), signInPath: `/signin/directory/${rest.name}` };
}

const credentialsOf = ({ credentials, arn, accountId, renewal, expiresAt }: OpenSignIn): object => ({
  accountId,
  arn,
  credentials: { ...credentials, expiresAt: new Date(credentials.expiresAt).toISOString() },
  renewal,
  signedInUntil: new Date(expiresAt).toISOString(),
});
