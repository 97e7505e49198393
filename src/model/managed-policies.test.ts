import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openManagedPolicies } from './managed-policies.ts';

const DIRECTORY = join(import.meta.dirname, '../../data/managed-policies');
const policies = openManagedPolicies(DIRECTORY);
const FULL_ACCESS = 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess';

describe('the managed policies of AWS', () => {
  it('number more than 1,500, each with its own id', () => {
    const all = policies.list();
    expect(all.length).toBeGreaterThan(1500);
    expect(new Set(all.map((policy) => policy.policyId)).size).toBe(all.length);
    for (const { policyId, arn } of all) {
      expect(policyId).toMatch(/^ANPA[A-P][A-Z2-7]{16}$/);
      expect(policies.get(arn)?.arn).toBe(arn);
    }
  });

  it('have versions, newest first, that never grow younger', () => {
    for (const { arn, versions, defaultVersionId, createdAt, updatedAt } of policies.list()) {
      expect(versions[0]).toEqual({ versionId: defaultVersionId, createdAt: updatedAt });
      expect(
        versions.map((version) => version.createdAt),
        arn,
      ).toEqual(versions.map((version) => version.createdAt).sort((a, b) => b - a));
      expect(createdAt).toBeLessThanOrEqual(updatedAt);
    }
  });

  it('are found with their path', () => {
    expect(policies.get('arn:aws:iam::aws:policy/service-role/AmazonSageMakerNotebooksServiceRolePolicy')).toBeUndefined();
    expect(policies.get('arn:aws:iam::aws:policy/aws-service-role/AmazonSageMakerNotebooksServiceRolePolicy')?.path).toBe(
      '/aws-service-role/',
    );
    expect(policies.get('arn:aws:iam::aws:policy/AdministratorAccess')).toMatchObject({ policyName: 'AdministratorAccess', path: '/' });
  });

  it.each(['constructor', '__proto__', 'arn:aws:iam::aws:policy/Nothing', ''])('has none called %s', (arn) => {
    expect(policies.get(arn)).toBeUndefined();
    expect(policies.document(arn)).toBeUndefined();
  });

  it('give the same texts in whatever order they are asked for', () => {
    const many = ['arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::aws:policy/SecurityAudit'].map((arn) => ({
      arn,
      versions: policies.get(arn)?.versions ?? [],
    }));
    const other = openManagedPolicies(DIRECTORY);
    const wanted = new Map(
      many.flatMap(({ arn, versions }) => versions.map(({ versionId }) => [`${arn} ${versionId}`, other.document(arn, versionId)])),
    );
    expect(wanted.size).toBeGreaterThan(100);
    const longest = Math.max(...many.map(({ versions }) => versions.length));
    for (let at = longest - 1; at >= 0; at--)
      for (const { arn, versions } of many) {
        const versionId = versions[at]?.versionId;
        if (versionId !== undefined) expect(policies.document(arn, versionId)).toBe(wanted.get(`${arn} ${versionId}`));
      }
  });

  it('give the text of every version of a policy', () => {
    expect(JSON.parse(policies.document('arn:aws:iam::aws:policy/AdministratorAccess') ?? '')).toEqual({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
    });
    const versions = policies.get(FULL_ACCESS)?.versions ?? [];
    const texts = versions.map(({ versionId }) => policies.document(FULL_ACCESS, versionId));
    // AWS went back to an earlier text twice.
    expect(new Set(texts).size).toBe(versions.length - 2);
    for (const text of texts) expect(JSON.parse(text ?? '')).toHaveProperty('Statement');
    expect(texts[0]).toBe(policies.document(FULL_ACCESS));
    // The second version, of January 2018, still let every S3 bucket with "SageMaker" in its name be read.
    expect(policies.document(FULL_ACCESS, 'v2')).toContain('arn:aws:s3:::*SageMaker*');
    expect(policies.document(FULL_ACCESS, 'v999')).toBeUndefined();
  });

  it('all parse', () => {
    for (const { arn } of policies.list()) expect(JSON.parse(policies.document(arn) ?? '')).toHaveProperty('Statement');
  });
});
