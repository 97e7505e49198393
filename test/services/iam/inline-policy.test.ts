import { describe, expect, it } from 'vitest';
import { allow, malformedPolicy, noSuchEntity, pages, stage, trust } from './stage.ts';

const s = stage();

/** The four operations for one kind of entity. */
const kinds = [
  {
    type: 'user',
    create: (name: string) => s.iam.createUser({ UserName: name }),
    put: (name: string, PolicyName: string, PolicyDocument: string) => s.iam.putUserPolicy({ UserName: name, PolicyName, PolicyDocument }),
    get: (name: string, PolicyName: string) => s.iam.getUserPolicy({ UserName: name, PolicyName }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listUserPolicies({ UserName: name, MaxItems, Marker }),
    remove: (name: string, PolicyName: string) => s.iam.deleteUserPolicy({ UserName: name, PolicyName }),
  },
  {
    type: 'group',
    create: (name: string) => s.iam.createGroup({ GroupName: name }),
    put: (name: string, PolicyName: string, PolicyDocument: string) =>
      s.iam.putGroupPolicy({ GroupName: name, PolicyName, PolicyDocument }),
    get: (name: string, PolicyName: string) => s.iam.getGroupPolicy({ GroupName: name, PolicyName }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listGroupPolicies({ GroupName: name, MaxItems, Marker }),
    remove: (name: string, PolicyName: string) => s.iam.deleteGroupPolicy({ GroupName: name, PolicyName }),
  },
  {
    type: 'role',
    create: (name: string) => s.iam.createRole({ RoleName: name, AssumeRolePolicyDocument: trust() }),
    put: (name: string, PolicyName: string, PolicyDocument: string) => s.iam.putRolePolicy({ RoleName: name, PolicyName, PolicyDocument }),
    get: (name: string, PolicyName: string) => s.iam.getRolePolicy({ RoleName: name, PolicyName }),
    list: (name: string, MaxItems?: number, Marker?: string) => s.iam.listRolePolicies({ RoleName: name, MaxItems, Marker }),
    remove: (name: string, PolicyName: string) => s.iam.deleteRolePolicy({ RoleName: name, PolicyName }),
  },
];

describe.each(kinds)('inline policies of a $type', ({ type, create, put, get, list, remove }) => {
  const text = `{ "Statement" : {"Effect":"Allow",\n"Action":"s3:*","Resource":"*"} }`;

  it('are stored as submitted; names ignore case, and the first spelling stays', async () => {
    await create('entity');
    await put('entity', 'MyPolicy', text);
    const shown = await get('ENTITY', 'mypolicy');
    expect(shown).toMatchObject({ PolicyName: 'mypolicy' });
    expect(Object.values(shown)).toContain('ENTITY');
    expect(decodeURIComponent(shown.PolicyDocument ?? '')).toBe(text);
    await put('entity', 'MYPOLICY', allow('ec2:*'));
    expect((await list('entity')).PolicyNames).toEqual(['MyPolicy']);
    expect(decodeURIComponent((await get('entity', 'MyPolicy')).PolicyDocument ?? '')).toBe(allow('ec2:*'));
  });

  it('are listed by page', async () => {
    await put('entity', 'b', text);
    await put('entity', 'A', text);
    const { items, pages: count } = await pages(
      (Marker) => list('entity', 2, Marker),
      (page) => page.PolicyNames,
    );
    expect(items).toEqual(['A', 'b', 'MyPolicy']);
    expect(count).toBe(2);
  });

  it('are deleted once', async () => {
    await remove('entity', 'B');
    const message = `The ${type} policy with name b cannot be found.`;
    await noSuchEntity(remove('entity', 'b'), message);
    await noSuchEntity(get('entity', 'b'), message);
  });

  it('are refused, entity first, then document', async () => {
    const message = `The ${type} with name Absent cannot be found.`;
    await noSuchEntity(put('Absent', 'p', 'nonsense'), message);
    await noSuchEntity(get('Absent', 'p'), message);
    await noSuchEntity(list('Absent'), message);
    await noSuchEntity(remove('Absent', 'p'), message);
    await malformedPolicy(put('entity', 'p', 'nonsense'), 'Syntax errors in policy.');
  });
});
