import * as sdk from '@aws-sdk/client-sagemaker';
import { describe, expect, it } from 'vitest';
import { allow, refusal, send, trust, type World } from './world.ts';

/** What every family of resources goes through alike. Each tells its own words; what is its own alone has tests of its own. */
export interface FamilyStory {
  /** Its operations; without `remove` it cannot be deleted. */
  readonly operations: { readonly create: string; readonly describe: string; readonly remove?: string; readonly list: string };
  /** A request that creates one of the name. */
  readonly create: (name: string, world: World) => object;
  /** What the creation needs, once, before all tests. */
  readonly arrange?: (world: World) => Promise<unknown>;
  /** The request that names one. */
  readonly named: (name: string, created: Readonly<Record<string, unknown>>) => object;
  /** The ARN's resource: `image/a`. Absent where it is generated. */
  readonly resource?: (name: string) => string;
  /** Where its descriptions have name and ARN. */
  readonly nameMember?: string;
  readonly arnMember?: string;
  readonly list: {
    readonly result: string;
    readonly name?: string;
    readonly filter?: string;
    /** What its order by name is called, where not `Name`; `shouts`: its directions are in capitals. */
    readonly sortBy?: string;
    readonly shouts?: true;
    /** What its filters by time begin with, where not `CreationTime`. */
    readonly created?: string;
    readonly most?: 'latest' | 'oldest' | 'name';
  };
  readonly status?: { readonly member: string; readonly first: string; readonly settled: string; readonly after: number };
  /** Code and sentence of what is not there; the code alone where ids are generated. Absent where it cannot be asked for. */
  readonly missing: { readonly code: string; readonly says?: (world: World) => string };
  /** The resource of an ARN that is not there, for families that calls name by their ARN. */
  readonly missingArn?: string;
  readonly taken?: { readonly code: string; readonly says: (world: World) => string };
  /** Seconds until what is deleted is gone; at once when absent. */
  readonly gone?: { readonly status?: string; readonly after: number };
  /** Operations besides Describe and Delete that say the same of what is not there, and what they need. */
  readonly alsoMissing?: Readonly<Record<string, object>>;
  readonly role?: string;
  readonly untagged?: true;
}

type Paginator = (config: { client: sdk.SageMaker; pageSize: number }, input: object) => AsyncIterable<Record<string, unknown>>;

export function tellFamily(world: () => World, story: FamilyStory): void {
  const { list, operations, gone = { after: 0 } } = story;
  const noun = operations.create.slice('Create'.length);
  const nameMember = story.nameMember ?? `${noun}Name`;
  const arnMember = story.arnMember ?? `${noun}Arn`;
  // The SDK's own, which has one for each listing.
  const paginate = (sdk as unknown as Readonly<Record<string, Paginator>>)[`paginate${operations.list}`] as Paginator;
  const create = (name: string, more: object = {}) => send(world().admin, operations.create, { ...story.create(name, world()), ...more });
  const describeIt = (identity: object) => send(world().admin, operations.describe, identity);
  const entries = async (input: object = {}) =>
    (await send(world().admin, operations.list, input))[list.result] as Record<string, unknown>[];
  const listed = async (input: object = {}) => (await entries(input)).map((each) => each[list.name ?? nameMember]);

  describe(noun, () => {
    let arranged: Promise<unknown> | undefined;
    const ready = () => (arranged ??= story.arrange?.(world()) ?? Promise.resolve());

    it('is created, described, listed, tagged, and deleted', async () => {
      await ready();
      const created = await create('Story1', story.untagged ? {} : { Tags: [{ Key: 'team', Value: 'red' }] });
      const identity = story.named('Story1', created);
      const described = await describeIt(identity);
      expect(described).toMatchObject({ [nameMember]: 'Story1' });
      const arn = described[arnMember] as string;
      if (story.resource) expect(arn).toBe(world().arn(story.resource('Story1')));
      if (story.status) {
        const { member, first, settled, after } = story.status;
        expect(described[member]).toBe(first);
        world().elapse(after + 1);
        expect((await describeIt(identity))[member]).toBe(settled);
      }
      if (!story.untagged) {
        expect((await world().admin.listTags({ ResourceArn: arn })).Tags).toEqual([{ Key: 'team', Value: 'red' }]);
        await world().admin.addTags({ ResourceArn: arn, Tags: [{ Key: 'stage', Value: 'test' }] });
        await world().admin.deleteTags({ ResourceArn: arn, TagKeys: ['team'] });
        expect((await world().admin.listTags({ ResourceArn: arn })).Tags).toEqual([{ Key: 'stage', Value: 'test' }]);
      }
      world().elapse(1);
      const second = await create('Story2');
      world().elapse((story.status?.after ?? 0) + 1);
      const latestFirst = ['Story2', 'Story1'];
      expect((await listed()).filter((name) => latestFirst.includes(String(name)))).toEqual(
        (list.most ?? 'latest') === 'latest' ? latestFirst : latestFirst.toReversed(),
      );
      if (list.filter !== undefined) expect(await listed({ [list.filter]: 'tory1' })).toEqual(['Story1']);
      const byName = { SortBy: list.sortBy ?? 'Name' };
      for (const [order, expected] of [
        ['Ascending', latestFirst.toReversed()],
        ['Descending', latestFirst],
      ] as const) {
        const SortOrder = list.shouts ? order.toUpperCase() : order;
        expect((await listed({ ...byName, SortOrder, MaxResults: 100 })).filter((name) => latestFirst.includes(String(name)))).toEqual(
          expected,
        );
      }
      const { created: times = 'CreationTime' } = list;
      const createdAt = described.CreationTime as Date;
      expect(await listed({ [`${times}After`]: createdAt, MaxResults: 100 })).not.toContain('Story1');
      expect(await listed({ [`${times}Before`]: new Date(createdAt.getTime() + 1), MaxResults: 100 })).not.toContain('Story2');
      expect(await listed({ [`${times}After`]: new Date(createdAt.getTime() - 1), MaxResults: 100 })).toContain('Story1');
      const pages: unknown[] = [];
      for await (const page of paginate({ client: world().admin, pageSize: 1 }, {}))
        pages.push(...(page[list.result] as Record<string, unknown>[]).map((each) => each[list.name ?? nameMember]));
      expect(pages).toEqual(await listed({ MaxResults: 100 }));
      expect(await refusal(send(world().admin, operations.list, { NextToken: 'of-nothing' }))).toMatchObject({
        name: 'ValidationException',
      });

      if (!operations.remove) return;
      for (const [name, answer] of [
        ['Story1', created],
        ['Story2', second],
      ] as const)
        await send(world().admin, operations.remove ?? '', story.named(name, answer));
      if (gone.status !== undefined) expect(await describeIt(identity)).toMatchObject({ [story.status?.member ?? '']: gone.status });
      world().elapse(gone.after + 1);
      expect(await refusal(describeIt(identity))).toMatchObject({ name: story.missing.code });
      expect(await listed()).not.toContain('Story1');
      // The name is free again.
      const again = await create('Story1');
      world().elapse((story.status?.after ?? 0) + 1);
      await send(world().admin, operations.remove ?? '', story.named('Story1', again));
      world().elapse(gone.after + 1);
    });

    it('is missed in its own words', async () => {
      await ready();
      const identity = story.named('none', { [arnMember]: world().arn(story.missingArn ?? '') });
      const asked: [string, object][] = [
        [operations.describe, {}],
        ...(operations.remove ? [[operations.remove ?? '', {}] as [string, object]] : []),
        ...Object.entries(story.alsoMissing ?? {}),
      ];
      for (const [operation, more] of asked) {
        const refused = await refusal(send(world().admin, operation, { ...identity, ...more }));
        expect({ operation, ...refused }).toMatchObject({ operation, name: story.missing.code, status: 400 });
        if (story.missing.says) expect(refused?.message).toBe(story.missing.says(world()));
      }
    });

    if (story.taken)
      it('is created once', async () => {
        await ready();
        const created = await create('Twice');
        expect(await refusal(create('Twice'))).toMatchObject({ name: story.taken?.code, status: 400, message: story.taken?.says(world()) });
        world().elapse((story.status?.after ?? 0) + 1);
        if (operations.remove) {
          await send(world().admin, operations.remove ?? '', story.named('Twice', created));
          world().elapse(gone.after + 1);
        }
      });

    if (story.role !== undefined)
      it('needs its role to be passed, to SageMaker', async () => {
        await ready();
        const passed = (service: string) => allow('iam:PassRole', world().role, { StringEquals: { 'iam:PassedToService': service } });
        const input = story.create('Unpassed', world());
        const denied = { name: 'AccessDeniedException', message: expect.stringContaining(`iam:PassRole on resource: ${world().role} `) };
        for (const statements of [[], [passed('lambda.amazonaws.com')], [allow('iam:PassRole', `${world().role}-other`)]]) {
          const { sagemaker } = await world().user(allow('sagemaker:*'), ...statements);
          expect(await refusal(send(sagemaker, operations.create, input))).toMatchObject(denied);
        }
        const { sagemaker } = await world().user(allow('sagemaker:*'), passed('sagemaker.amazonaws.com'));
        const created = await send(sagemaker, operations.create, input);
        if (!operations.remove) return;
        world().elapse((story.status?.after ?? 0) + 1);
        await send(world().admin, operations.remove, story.named('Unpassed', created));
        world().elapse(gone.after + 1);
      });

    if (story.role !== undefined)
      it('M02 takes no role that does not trust SageMaker', async () => {
        await ready();
        const role = await world().newRole(`Distrust-${noun}`, trust('lambda.amazonaws.com'));
        const input = JSON.parse(
          JSON.stringify(story.create('Distrusted', world())).replaceAll(JSON.stringify(world().role), JSON.stringify(role)),
        );
        expect(await refusal(send(world().admin, operations.create, input))).toMatchObject({
          name: 'ValidationException',
          message: `Could not assume role ${role}. Please ensure that the role exists and allows principal 'sagemaker.amazonaws.com' to assume the role.`,
        });
      });
  });
}
