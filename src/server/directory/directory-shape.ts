import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { parseArn } from '../../core/arn.ts';
import type { Directory } from '../../store/tables/directory.ts';
import { boolean, integer, list, object, oneOf, type ShapeOf, text } from '../shape.ts';
import { normaliseDn } from './distinguished-name.ts';
import { isFilterTemplate } from './ldap-filter.ts';

const dn = text({ max: 1024, what: 'a distinguished name: cn=…,dc=…', matches: (value) => normaliseDn(value) !== undefined });
const attribute = text({ max: 64, what: 'the name of an attribute', matches: (value) => /^[A-Za-z][A-Za-z0-9-]*$/.test(value) });

const isServer = (value: string): boolean => {
  const url = URL.parse(value);
  return (
    url !== null &&
    (url.protocol === 'ldap:' || url.protocol === 'ldaps:') &&
    url.hostname !== '' &&
    /^(ldaps?):\/\/[^/?#@]+\/?$/.test(value)
  );
};

const isCertificate = (value: string): boolean => {
  const blocks = value.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.length > 0 && blocks.every((block) => new X509Certificate(block) !== undefined);
  } catch {
    // OpenSSL throws at what is not a certificate.
    return false;
  }
};

const roleArn = text({
  max: 2048,
  what: 'the ARN of a role',
  matches: (value) => parseArn(value)?.service === 'iam' && parseArn(value)?.resource.startsWith('role/') === true,
});

/** A connection to a directory as an operator writes it down. */
export const directoryShape = object(
  {
    name: text({
      max: 63,
      what: 'a name of lower-case letters, digits and inner dashes',
      matches: (value) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(value),
    }),
    accountId: text({ max: 12, what: 'an account id of 12 digits, in quotes', matches: (value) => /^[0-9]{12}$/.test(value) }),
    kind: oneOf('active-directory', 'ldap'),
    servers: list(text({ max: 255, what: 'ldaps://host or ldap://host, with or without a port', matches: isServer }), 8),
    bindDn: text({ max: 1024 }),
    bindPassword: text({ max: 256 }),
    userBase: dn,
    roles: list(object({ member: dn, roleArn }), 1000),
  },
  {
    startTls: boolean,
    caCertificates: text({ max: 65_536, what: 'certificates in PEM', matches: isCertificate }),
    userFilter: text({ max: 1024, what: 'one filter in parentheses that holds {login}', matches: isFilterTemplate }),
    nameAttribute: attribute,
    groupBase: dn,
    nestedGroups: boolean,
    sessionTags: list(object({ attribute, key: text({ max: 128 }) }), 50),
    sourceIdentity: attribute,
    sessionDuration: integer(900, 43_200),
    recheckInterval: integer(10, 3600),
  },
);

export type DirectorySettings = ShapeOf<typeof directoryShape>;

/** What is wrong with settings whose members are each right; undefined when nothing is. */
export function contradictionIn({ servers, startTls }: DirectorySettings): string | undefined {
  if (servers.length === 0) return 'servers: expected at least one';
  for (const server of servers) {
    const { protocol, hostname } = new URL(server);
    const host = hostname.replace(/^\[|\]$/g, '');
    const isHere = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
    if (protocol === 'ldap:' && startTls !== true && !isHere)
      return `servers: ${server} would send passwords in the clear. Use ldaps://, or startTls: true`;
  }
  return undefined;
}

const STANDARD_FILTERS = {
  'active-directory': '(&(objectCategory=person)(objectClass=user)(|(sAMAccountName={login})(userPrincipalName={login})))',
  ldap: '(&(objectClass=inetOrgPerson)(uid={login}))',
} as const;

/** Settings with what they leave out. */
export function withDefaults(settings: DirectorySettings): Omit<Directory, 'directoryId' | 'sealedBindPassword' | 'createdAt'> {
  const { bindPassword: _secret, ...rest } = settings;
  return {
    ...rest,
    startTls: settings.startTls ?? false,
    userFilter: settings.userFilter ?? STANDARD_FILTERS[settings.kind],
    nameAttribute: settings.nameAttribute ?? (settings.kind === 'ldap' ? 'uid' : 'sAMAccountName'),
    nestedGroups: settings.nestedGroups ?? true,
    groupBase: settings.groupBase ?? settings.userBase,
    sessionTags: settings.sessionTags ?? [],
    sessionDuration: settings.sessionDuration ?? 3600,
    recheckInterval: settings.recheckInterval ?? 300,
  };
}
