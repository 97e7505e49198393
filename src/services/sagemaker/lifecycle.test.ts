import { describe, expect, it } from 'vitest';
import { GONE, isGone, modifiedAt, phaseAt, type SageMakerResource, sageMakerResources } from '../../store/tables/sagemaker.ts';
import { type Course, continued, phasesOf } from './lifecycle.ts';

const NOW = Date.UTC(2026, 0, 1);
const at = (pace: number) => ({ now: NOW, installation: { pace } });
const COURSE: Course = [{ status: 'Pending', seconds: 100 }, { status: 'InService' }];

const resource = (phases: SageMakerResource['phases']): SageMakerResource => ({
  accountId: '111122223333',
  region: 'us-east-1',
  type: 'app',
  id: 'd-1/a/b/c',
  name: 'c',
  arn: 'arn:aws:sagemaker:us-east-1:111122223333:app/d-1/a/b/c',
  parent: 'd-1',
  owner: '',
  createdAt: NOW,
  changedAt: NOW,
  settings: {},
  phases,
  tags: [],
});

describe('a course', () => {
  it.each([
    [1, 0, 'Pending'],
    [1, 99_999, 'Pending'],
    [1, 100_000, 'InService'],
    [1, 1e12, 'InService'],
    [0.01, 999, 'Pending'],
    [0.01, 1000, 'InService'],
    [0, 0, 'InService'],
  ])('at pace %d is after %d ms: %s', (pace, elapsed, status) => {
    expect(phaseAt({ phases: phasesOf(COURSE, at(pace)) }, NOW + elapsed)?.status).toBe(status);
  });

  it('is still at its first phase on a node whose clock is behind', () => {
    expect(phaseAt({ phases: phasesOf(COURSE, at(1)) }, NOW - 5000)?.status).toBe('Pending');
  });

  it('has no phase where a family has no states', () => {
    expect(phaseAt({ phases: [] }, NOW)).toBeUndefined();
    expect(isGone({ phases: [] }, NOW)).toBe(false);
  });

  it('keeps a promised time at any pace', () => {
    const phases = phasesOf(
      [{ status: 'Deleting', seconds: 10 }, { status: 'Deleted', seconds: 86_400, fixed: true }, { status: GONE }],
      at(0),
    );
    expect(phaseAt({ phases }, NOW)?.status).toBe('Deleted');
    expect(isGone({ phases }, NOW + 86_399_999)).toBe(false);
    expect(isGone({ phases }, NOW + 86_400_000)).toBe(true);
  });

  it('carries reason and detail', () => {
    expect(phasesOf([{ status: 'Failed', reason: 'why', detail: 'how' }], at(1))).toEqual([
      { from: NOW, status: 'Failed', reason: 'why', detail: 'how' },
    ]);
  });

  it('goes on after what has happened, and forgets what was still to come', () => {
    const phases = phasesOf([{ status: 'A', seconds: 10 }, { status: 'B', seconds: 10 }, { status: 'C' }], at(1));
    const later = NOW + 15_000;
    expect(continued(phases, [{ from: later, status: 'X' }], later).map((phase) => phase.status)).toEqual(['A', 'B', 'X']);
  });
});

describe('a stored resource', () => {
  it('is modified when its phase changes, not before', () => {
    const pending = resource(phasesOf(COURSE, at(1)));
    expect(modifiedAt(pending, NOW + 50_000)).toBe(NOW);
    expect(modifiedAt(pending, NOW + 150_000)).toBe(NOW + 100_000);
  });

  it('is found by when it will be gone, and last of all when it will not be', () => {
    const { gone_at: goneAt } = sageMakerResources.columns as Record<string, (row: SageMakerResource) => string>;
    const leaving = goneAt?.(resource(phasesOf([{ status: 'Deleting', seconds: 10 }, { status: GONE }], at(1)))) ?? '';
    expect(leaving).toBe(new Date(NOW + 10_000).toISOString());
    expect((goneAt?.(resource(phasesOf(COURSE, at(1)))) ?? '') > leaving).toBe(true);
  });
});
