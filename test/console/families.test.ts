import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { families } from '../../console/src/sagemaker/families.ts';
import type { Family } from '../../console/src/sagemaker/family.ts';
import { furtherSections, sections } from '../../console/src/sagemaker/sections.ts';
import { loadServiceModel } from '../../src/model/load-model.ts';
import { memberShape, referredShape } from '../../src/model/project.ts';
import { packageData } from '../../src/server/package-data.ts';
import { sagemakerOperations } from '../../src/services/sagemaker/operations.ts';

const model = loadServiceModel(join(packageData(), 'models'), 'sagemaker');

const membersOf = (shapeName: string | undefined): readonly string[] => {
  const shape = model.shapes[shapeName ?? ''];
  return shape?.type === 'structure' ? Object.keys(shape.members) : [];
};

/** Whether something stands at a path of a shape. */
function reaches(shapeName: string | undefined, path: string): boolean {
  let name = shapeName;
  for (const step of path.split('.')) {
    const member = step.replace('[]', '');
    if (!membersOf(name).includes(member)) return false;
    name = memberShape(model, name, member);
    const shape = model.shapes[name];
    if (step.endsWith('[]') !== (shape?.type === 'list')) return false;
    if (shape?.type === 'list') name = referredShape(shape.member);
  }
  return true;
}

const all = Object.entries(families) as [string, Family][];

describe('the kinds of resources that the console knows', () => {
  it('are those that have pages', () => {
    const paths = [...sections, ...furtherSections].map(([, at]) => at).filter((at) => at !== 'domains');
    expect(Object.keys(families).sort()).toEqual(paths.sort());
  });

  it.each(all)('%s are named as SageMaker names them', (_, family) => {
    const { list, listed = {}, describe: description, name, arn, status, created, changed, identity = name, columns = [] } = family;
    const [operation, result] = list;
    const listing = model.operations[operation];
    const described = model.operations[description]?.output;
    const entries = model.shapes[memberShape(model, listing?.output, result)];
    const entry = entries?.type === 'list' ? referredShape(entries.member) : undefined;
    const wanted = [name, status, created, changed].filter((each) => each !== undefined);
    expect(membersOf(entry)).toEqual(expect.arrayContaining(wanted));
    expect(membersOf(described)).toEqual(expect.arrayContaining([arn, status, created].filter((each) => each !== undefined)));
    expect(membersOf(listing?.input)).toEqual(expect.arrayContaining(['MaxResults', 'NextToken', ...Object.keys(listed)]));
    expect(columns.filter(([, path]) => !reaches(entry, path))).toEqual([]);
    expect(family.facts.filter(([, path]) => !reaches(described, path))).toEqual([]);
    const about = [description, family.stop?.operation, family.remove?.operation].filter((each) => each !== undefined);
    for (const each of about) expect([each, ...membersOf(model.operations[each]?.input)]).toContain(identity);
    const required = (each: string | undefined) => {
      const input = model.shapes[model.operations[each ?? '']?.input ?? ''];
      return input?.type === 'structure' ? (input.required ?? []) : [];
    };
    const sent = [identity, ...(family.remove?.isTokened ? ['ClientRequestToken'] : [])];
    expect(about.flatMap(required).filter((each) => !sent.includes(each))).toEqual([]);
    const statuses = status === undefined ? undefined : model.shapes[memberShape(model, described, status)];
    const known = statuses?.type === 'string' ? (statuses.enum ?? []) : [];
    expect(known).toEqual(expect.arrayContaining([...(family.stop?.while ?? []), ...(family.remove?.while ?? [])]));
  });

  it.each(all)('%s can be asked for, and not only be refused', (_, family) => {
    const operations = [family.list[0], family.describe, family.creation?.operation, family.stop?.operation, family.remove?.operation];
    for (const operation of operations) {
      if (operation === undefined) continue;
      expect([operation, typeof sagemakerOperations[operation]?.handler]).toEqual([operation, 'function']);
    }
  });
});
