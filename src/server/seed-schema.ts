import { parseMailbox } from '../core/mailbox.ts';
import { anyObject, boolean, exactly, integer, list, object, oneOf, type ShapeOf, text, textMap } from './shape.ts';

/*
 * What a seed file may say; docs/seed.md tells it to people. Names, paths, tags and documents are judged where API calls are judged: here is
 * only what must hold before anything can be called.
 */

const MANY = 5000;

const name = text({ max: 128 });
const path = text({ max: 512 });
const secretText = text({ max: 128 });
const tags = textMap(text({ max: 128 }), text({ min: 0, max: 256 }), 50);
/** An ARN, or the name of a policy of the same account. */
const policy = text({ max: 2048, what: 'the ARN of a policy, or the name of one of this account' });

const email = text({ max: 254, what: 'one plain e-mail address', matches: (value) => parseMailbox(value) !== undefined });

const accessKey = object(
  {
    id: text({
      max: 128,
      what: 'an access key id: AKIA and 12 or more capitals and digits',
      matches: (id) => /^AKIA[A-Z0-9]{12,}$/.test(id),
    }),
    secret: text({
      min: 16,
      max: 128,
      what: '16 to 128 printable characters without spaces',
      matches: (secret) => /^[!-~]+$/.test(secret),
    }),
  },
  { status: oneOf('Active', 'Inactive') },
);

const inlinePolicy = object({ name, document: anyObject });

const policies = { managedPolicies: list(policy, 20), inlinePolicies: list(inlinePolicy, 100) } as const;

const mfa = object({
  name: text({ max: 226, what: 'a device name of letters, digits and +=,.@_-', matches: (value) => /^[A-Za-z0-9+=,.@_-]+$/.test(value) }),
  seed: text({ min: 16, max: 128, what: 'a base32 seed of 16 to 128 characters', matches: (seed) => /^[A-Z2-7]+$/.test(seed) }),
});

const user = object(
  { name },
  {
    path,
    groups: list(name, 10),
    ...policies,
    permissionsBoundary: policy,
    tags,
    password: secretText,
    passwordResetRequired: boolean,
    accessKeys: list(accessKey, 2),
    mfa,
  },
);

const role = object(
  { name, trustPolicy: anyObject },
  {
    path,
    description: text({ min: 0, max: 1000 }),
    maxSessionDuration: integer(3600, 43_200),
    ...policies,
    permissionsBoundary: policy,
    tags,
  },
);

const passwordPolicy = object(
  {},
  {
    minimumLength: integer(6, 128),
    requireSymbols: boolean,
    requireNumbers: boolean,
    requireUppercase: boolean,
    requireLowercase: boolean,
    allowUsersToChange: boolean,
    maxAgeDays: integer(1, 1095),
    reusePrevention: integer(1, 24),
    hardExpiry: boolean,
  },
);

const account = object(
  {
    id: text({ max: 12, what: 'an account id of 12 digits, in quotes', matches: (id) => /^[0-9]{12}$/.test(id) }),
    name: text({ max: 50, what: '1 to 50 characters of plain ASCII', matches: (value) => /^[ -;=?-~]+$/.test(value) }),
    root: object({ email }, { password: secretText, accessKeys: list(accessKey, 2) }),
  },
  {
    alias: text({ max: 63 }),
    passwordPolicy,
    policies: list(object({ name, document: anyObject }, { path, description: text({ min: 0, max: 1000 }), tags }), MANY),
    groups: list(object({ name }, { path, ...policies }), MANY),
    users: list(user, MANY),
    roles: list(role, MANY),
    instanceProfiles: list(object({ name }, { path, role: name }), MANY),
  },
);

const accountId = text({ max: 12, what: 'an account id of 12 digits, in quotes', matches: (id) => /^[0-9]{12}$/.test(id) });

const organization = object({ management: accountId }, { members: list(accountId, 100) });

const identityCenter = object(
  { owner: accountId },
  {
    region: text({ max: 32 }),
    name: text({ max: 255 }),
    identityStoreId: text({ max: 12, what: 'd- and ten hexadecimal digits', matches: (id) => /^d-[0-9a-f]{10}$/.test(id) }),
    groups: list(object({ name: text({ max: 1024 }) }, { description: text({ max: 1024 }) }), MANY),
    users: list(
      object(
        { name },
        {
          displayName: text({ max: 1024 }),
          givenName: text({ max: 1024 }),
          familyName: text({ max: 1024 }),
          email,
          password: secretText,
          groups: list(text({ max: 1024 }), 100),
          /** Of the enterprise: `department`, `costCenter`. */
          attributes: textMap(text({ max: 128 }), text({ max: 256 }), 50),
        },
      ),
      MANY,
    ),
    permissionSets: list(
      object(
        { name: text({ max: 32 }) },
        {
          description: text({ max: 700 }),
          sessionDuration: text({ max: 100 }),
          relayState: text({ max: 240 }),
          managedPolicies: list(text({ max: 2048 }), 20),
          customerPolicies: list(object({ name }, { path }), 20),
          inlinePolicy: anyObject,
          tags,
        },
      ),
      MANY,
    ),
    assignments: list(object({ account: accountId, permissionSet: text({ max: 32 }) }, { user: name, group: text({ max: 1024 }) }), MANY),
    accessControlAttributes: textMap(text({ max: 128 }), text({ min: 0, max: 256 }), 50),
  },
);

export const seedShape = object({ version: exactly(1), accounts: list(account, 100) }, { organization, identityCenter });

export type Seed = ShapeOf<typeof seedShape>;
export type SeedAccount = Seed['accounts'][number];
export type SeedUser = NonNullable<SeedAccount['users']>[number];
export type SeedRole = NonNullable<SeedAccount['roles']>[number];
export type SeedAccessKey = ShapeOf<typeof accessKey>;
export type SeedOrganization = NonNullable<Seed['organization']>;
export type SeedIdentityCenter = NonNullable<Seed['identityCenter']>;
