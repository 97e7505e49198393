/** Multivalued condition keys, by the SAML attribute that fills them. */
const LISTS: Readonly<Record<string, string>> = {
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.1': 'edupersonaffiliation',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.2': 'edupersonnickname',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.4': 'edupersonorgunitdn',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.7': 'edupersonentitlement',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.9': 'edupersonscopedaffiliation',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.10': 'edupersontargetedid',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.11': 'edupersonassurance',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.2': 'eduorghomepageuri',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.3': 'eduorgidentityauthnpolicyuri',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.4': 'eduorglegalname',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.5': 'eduorgsuperioruri',
  'urn:oid:1.3.6.1.4.1.5923.1.2.1.6': 'eduorgwhitepagesuri',
  'urn:oid:2.5.4.3': 'cn',
};

/** Keys of one value, likewise. `urn:oid:2.5.4.3` fills two keys: `saml:cn` as a list, and `saml:commonName`. */
const TEXTS: Readonly<Record<string, string>> = {
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.3': 'edupersonorgdn',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.5': 'edupersonprimaryaffiliation',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.6': 'edupersonprincipalname',
  'urn:oid:1.3.6.1.4.1.5923.1.1.1.8': 'edupersonprimaryorgunitdn',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name': 'name',
  'http://schemas.xmlsoap.org/claims/CommonName': 'commonName',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/givenname': 'givenName',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/surname': 'surname',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress': 'mail',
  'http://schemas.microsoft.com/ws/2008/06/identity/claims/primarygroupsid': 'primaryGroupSID',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/uid': 'uid',
  'urn:oid:2.5.4.3': 'commonName',
  'urn:oid:2.5.4.4': 'surname',
  'urn:oid:2.5.4.42': 'givenName',
  'urn:oid:2.5.4.45': 'x500UniqueIdentifier',
  'urn:oid:0.9.2342.19200300100.1.1': 'uid',
  'urn:oid:0.9.2342.19200300100.1.3': 'mail',
  'urn:oid:0.9.2342.19200300100.1.45': 'organizationStatus',
};

/** The keys of SAML federation, as the Service Authorization Reference lists them. */
export const SAML_KEYS: readonly string[] = [
  ...new Set(['aud', 'doc', 'iss', 'namequalifier', 'sub', 'sub_type', ...Object.values(LISTS), ...Object.values(TEXTS)]),
]
  .sort()
  .map((name) => `saml:${name}`);

/**
 * The condition keys that attributes fill; every other attribute is ignored. A key of one value that comes with several is left out: what a policy
 * would see of it would be chance.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml-attribute-mapping
 */
export function attributeKeys(attributes: ReadonlyMap<string, readonly string[]>): Record<string, string | readonly string[]> {
  const keys: Record<string, string | readonly string[]> = {};
  for (const [name, values] of attributes) {
    const [list, text] = [own(LISTS, name), own(TEXTS, name)];
    const [first, ...others] = values;
    if (list !== undefined) keys[`saml:${list}`] = values;
    if (text !== undefined && first !== undefined && others.length === 0) keys[`saml:${text}`] = first;
  }
  return keys;
}

const own = (table: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(table, name) ? table[name] : undefined;
