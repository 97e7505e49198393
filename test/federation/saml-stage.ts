import { type AssumeRoleWithSAMLCommandOutput, STS } from '@aws-sdk/client-sts';
import { beforeAll } from 'vitest';
import { clientConfig } from '../harness.ts';
import { type Identity, identity, privateKeyOf } from '../services/iam/certificate-maker.ts';
import { type Stage, stage } from '../services/iam/stage.ts';
import { type FederatedRoleSettings, federatedRoles } from './federated-role.ts';
import {
  assertionOf,
  encodeXml,
  metadataOf,
  responseOf,
  type Said,
  type SamlIdp,
  type SigningOptions,
  samlIdp,
  signXml,
} from './saml-idp.ts';

export interface SamlStage extends Stage {
  idp: SamlIdp;
  providerArn: string;
  /** Whose private half the provider has, for encrypted assertions. */
  recipient: Identity;
  anonymous: STS;
  /** A role that trusts the provider. */
  role(settings?: FederatedRoleSettings): Promise<string>;
  /** What the provider says, unsigned. */
  say(roleArn: string, more?: Partial<Said>): string;
  /** What it says, signed, as a text. */
  sign(roleArn: string, more?: Partial<Said>, options?: SigningOptions): string;
  assume(roleArn: string, xml: string, more?: object): Promise<AssumeRoleWithSAMLCommandOutput>;
}

export function samlStage(): SamlStage {
  const s = stage() as SamlStage;
  beforeAll(async () => {
    const idp = samlIdp();
    const recipient = identity('sp', 'rsa');
    const { SAMLProviderArn: providerArn = '' } = await s.iam.createSAMLProvider({
      Name: 'Example',
      SAMLMetadataDocument: metadataOf(idp, idp.certificate),
      AddPrivateKey: privateKeyOf(recipient),
    });
    const anonymous = new STS({ ...clientConfig(s.server, s.account.root), credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    const more: Partial<SamlStage> = {
      idp,
      recipient,
      providerArn,
      anonymous,
      role: federatedRoles(s, providerArn, 'sts:AssumeRoleWithSAML'),
      say: (roleArn, extra = {}) => {
        const said: Said = { now: s.server.clock.now(), ...extra };
        return responseOf(idp, said, assertionOf(idp, said, [`${roleArn},${providerArn}`]));
      },
      sign: (roleArn, extra = {}, options = {}) => signXml(idp, s.say(roleArn, extra), options),
      assume: (RoleArn, xml, extra = {}) =>
        anonymous.assumeRoleWithSAML({ RoleArn, PrincipalArn: providerArn, SAMLAssertion: encodeXml(xml), ...extra }),
    };
    Object.assign(s, more);
  });
  return s;
}
