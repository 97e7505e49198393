import { describe, expect, it } from 'vitest';
import { families } from './families.ts';
import { arnOf, idOf, idOfArn, nameOf } from './family.ts';
import { notebookInstance } from './notebook/notebook-instance.ts';
import { app } from './studio/app.ts';
import { space } from './studio/space.ts';
import { userProfile } from './studio/user-profile.ts';

const here = { account: '111122223333', region: 'us-east-2' };
const S = 'arn:aws:sagemaker:us-east-2:111122223333:';

describe('the ARN of', () => {
  it.each([
    [
      'a notebook instance, lower-cased',
      arnOf(notebookInstance, { NotebookInstanceName: 'MyNotebook' }, here),
      'notebook-instance/mynotebook',
    ],
    ['a profile, as typed', arnOf(userProfile, { DomainId: 'd-1', UserProfileName: 'Alice' }, here), 'user-profile/d-1/Alice'],
    ['a space, as typed', arnOf(space, { DomainId: 'd-1', SpaceName: 'Ours' }, here), 'space/d-1/Ours'],
    [
      'an app of a profile, its type lower-cased',
      arnOf(app, { DomainId: 'd-1', UserProfileName: 'Alice', AppType: 'KernelGateway', AppName: 'Mine' }, here),
      'app/d-1/Alice/kernelgateway/Mine',
    ],
    [
      'an app of a space, the space in the place of the profile',
      arnOf(app, { DomainId: 'd-1', SpaceName: 'Ours', AppType: 'JupyterLab', AppName: 'default' }, here),
      'app/d-1/Ours/jupyterlab/default',
    ],
  ])('%s', (_, arn, resource) => {
    expect(arn).toBe(S + resource);
  });

  it('and the name in sentences', () => {
    expect(nameOf(userProfile, { DomainId: 'd-1', UserProfileName: 'Alice' }, here)).toEqual({
      arn: `${S}user-profile/d-1/Alice`,
      name: 'Alice',
    });
  });
});

describe('the id under which a resource is stored', () => {
  it('folds case where two names may not differ by case only', () => {
    expect(idOf(notebookInstance, 'A')).toBe('a');
    expect(idOf(userProfile, 'd-1/A')).toBe('d-1/a');
    expect(idOf(space, 'd-1/A')).toBe('d-1/A');
  });

  it('is read from an ARN alike', () => {
    expect(idOfArn(userProfile, `${S}user-profile/d-1/Alice`)).toBe('d-1/alice');
    expect(idOfArn(app, `${S}app/d-1/Alice/kernelgateway/Mine`)).toBe('d-1/Alice/kernelgateway/Mine');
  });
});

it('tells every family by its type', () => {
  expect(new Set(families.map((family) => family.type)).size).toBe(families.length);
});
