import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openServiceAuthorization } from './service-authorization.ts';

const published = openServiceAuthorization(join(import.meta.dirname, '../../data/service-authorization'));

describe('the published actions', () => {
  it.each([
    ['iam:PassRole', 'Write'],
    ['IAM:passrole', 'Write'],
    ['iam:AttachRolePolicy', 'Permissions management'],
    ['iam:ListRoles', 'List'],
    ['iam:TagRole', 'Tagging'],
    ['sagemaker:CreateNotebookInstance', 'Write'],
    ['s3:GetObject', 'Read'],
    ['s3:NoSuchAction', undefined],
    ['constructor:x', undefined],
    ['PassRole', undefined],
    ['', undefined],
  ])('%s: %s', (action, level) => expect(published.accessLevel(action)).toBe(level));

  it('are named for every service', () => {
    expect(published.prefixes().length).toBeGreaterThan(400);
    expect(published.prefixes().reduce((sum, prefix) => sum + (published.actions(prefix)?.length ?? 0), 0)).toBeGreaterThan(20_000);
    expect(published.actions('sts')).toContain('AssumeRole');
    expect(published.actions('nosuchservice')).toBeUndefined();
  });
});

describe('a service that is kept whole', () => {
  it('tells resources, condition keys and dependent actions', () => {
    const iam = published.service('iam');
    expect(iam?.serviceName).toBe('AWS Identity and Access Management (IAM)');
    expect(iam?.actions.PassRole).toEqual({
      access: 'Write',
      resources: [{ type: 'role', required: true }],
      conditionKeys: ['iam:AssociatedResourceArn', 'iam:PassedToService'],
    });
    expect(iam?.resourceTypes.role?.arn).toBe('arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}');
    expect(iam?.conditionKeys['aws:TagKeys']).toBe('ArrayOfString');
    expect(published.service('sagemaker')?.actions.CreateDomain?.dependentActions).toEqual(
      expect.arrayContaining(['iam:CreateServiceLinkedRole', 'iam:PassRole']),
    );
  });

  it.each(['iam', 'sts', 'sagemaker', 'ec2', 'organizations', 'cloudtrail', 'access-analyzer', 'servicecatalog', 'sso', 'identitystore'])(
    '%s names only resource types and condition keys that it has',
    (prefix) => {
      const service = published.service(prefix);
      expect(service?.prefix).toBe(prefix);
      for (const [name, action] of Object.entries(service?.actions ?? {})) {
        for (const resource of action.resources ?? []) expect(service?.resourceTypes, name).toHaveProperty([resource.type]);
      }
    },
  );

  it.each(['s3', 'constructor', '__proto__', '../models/iam', ''])('%s is not one', (prefix) =>
    expect(published.service(prefix)).toBeUndefined(),
  );
});
