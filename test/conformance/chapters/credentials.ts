import type { Credentials } from '../../harness.ts';
import { type Chapter, hire, keyFor, SIGNATURE_DIFFERS, UNKNOWN_KEY } from '../story.ts';

/** Onboarding 5: who the client is, and the ways of not being anybody. */
export const credentials: Chapter[] = [
  {
    title: 'The client is who the key says',
    async tell(story) {
      const { id } = story.account;
      await story.allow('Administrator', 'sts:GetCallerIdentity', {}, { Account: id, Arn: `arn:aws:iam::${id}:user/Administrator` });
    },
  },
  {
    title: 'A wrong secret, and an unknown key',
    async tell(story) {
      const { accessKeyId, secretAccessKey } = story.person('Administrator');
      const flipped = `${secretAccessKey.slice(0, -1)}${secretAccessKey.endsWith('a') ? 'b' : 'a'}`;
      await impostor(story, 'with a wrong secret', { accessKeyId, secretAccessKey: flipped }, 'SignatureDoesNotMatch', SIGNATURE_DIFFERS);
      const unknown = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey };
      await impostor(story, 'with an unknown key', unknown, 'InvalidClientTokenId', UNKNOWN_KEY);
      await impostor(
        story,
        'with the key that tutorials use',
        { accessKeyId: 'test', secretAccessKey: 'test' },
        'InvalidClientTokenId',
        UNKNOWN_KEY,
      );
    },
  },
  {
    title: 'A key that is switched off, on again, and deleted',
    async tell(story) {
      await hire(story, 'leaver');
      const { accessKeyId } = story.person('leaver');
      const key = { UserName: 'leaver', AccessKeyId: accessKeyId };
      await story.allow('leaver', 'sts:GetCallerIdentity', {});
      await story.allow('Administrator', 'iam:UpdateAccessKey', { ...key, Status: 'Inactive' });
      await impostor(story, 'leaver', story.person('leaver'), 'InvalidClientTokenId', UNKNOWN_KEY);
      await story.allow('Administrator', 'iam:UpdateAccessKey', { ...key, Status: 'Active' });
      await story.allow('leaver', 'sts:GetCallerIdentity', {});
      await keyFor(story, 'Administrator', 'leaver');
      await story.refuse('Administrator', 'iam:CreateAccessKey', { UserName: 'leaver' }, [
        409,
        'LimitExceeded',
        'Cannot exceed quota for AccessKeysPerUser: 2',
      ]);
      await story.allow('Administrator', 'iam:DeleteAccessKey', key);
      await impostor(story, 'leaver', story.person('leaver'), 'InvalidClientTokenId', UNKNOWN_KEY);
    },
  },
];

/** What SageMaker's protocol calls the same refusals, all of them with status 400. */
const IN_JSON: Readonly<Record<string, string>> = {
  SignatureDoesNotMatch: 'InvalidSignatureException',
  InvalidClientTokenId: 'UnrecognizedClientException',
};

/** Refused as nobody, by services of both protocols. */
async function impostor(
  story: Parameters<Chapter['tell']>[0],
  name: string,
  as: Credentials,
  code: string,
  message: string,
): Promise<void> {
  story.people.set(name, as);
  await story.refuse(name, 'sts:GetCallerIdentity', {}, [403, code, message]);
  await story.refuse(name, 'sagemaker:ListDomains', {}, [400, IN_JSON[code] ?? '', message]);
}
