import { beforeAll, describe, expect, it } from 'vitest';
import { atOnce } from '../../harness.ts';
import { refusal, send, sharedWorld } from './world.ts';

const world = sharedWorld({ pace: 1 });

describe('model cards', () => {
  it('have a version for each change, and go with what they have', async () => {
    const { admin, arn, elapse } = world();
    const Content = JSON.stringify({ model_overview: { model_name: 'churn' } });
    expect(await admin.createModelCard({ ModelCardName: 'Card', Content, ModelCardStatus: 'Draft' })).toMatchObject({
      ModelCardArn: arn('model-card/Card'),
    });
    elapse(10);
    await admin.updateModelCard({ ModelCardName: 'Card', Content: '{}' });
    elapse(10);
    await admin.updateModelCard({ ModelCardName: arn('model-card/Card'), ModelCardStatus: 'Approved' });
    expect(await admin.describeModelCard({ ModelCardName: 'Card' })).toMatchObject({
      ModelCardVersion: 3,
      Content: '{}',
      ModelCardStatus: 'Approved',
    });
    expect(await admin.describeModelCard({ ModelCardName: 'Card', ModelCardVersion: 1 })).toMatchObject({
      Content,
      ModelCardStatus: 'Draft',
    });
    expect((await admin.describeModelCard({ ModelCardName: 'Card', IncludedData: 'MetadataOnly' })).Content).toBe('');
    expect(await refusal(admin.describeModelCard({ ModelCardName: 'Card', ModelCardVersion: 4 }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    const { ModelCardVersionSummaryList } = await admin.listModelCardVersions({ ModelCardName: 'Card' });
    expect(ModelCardVersionSummaryList?.map((each) => each.ModelCardVersion)).toEqual([3, 2, 1]);
    expect((await admin.listModelCards({ ModelCardStatus: 'Approved' })).ModelCardSummaries).toMatchObject([{ ModelCardName: 'Card' }]);
    expect((await admin.listModelCards({ ModelCardStatus: 'Archived' })).ModelCardSummaries).toEqual([]);

    const job = { ModelCardName: 'Card', ModelCardExportJobName: 'export', OutputConfig: { S3OutputPath: 's3://bucket/cards' } };
    const { ModelCardExportJobArn = '' } = await admin.createModelCardExportJob({ ...job, ModelCardVersion: 1 });
    expect(ModelCardExportJobArn).toBe(arn('model-card/Card/export-job/export'));
    expect(await refusal(admin.createModelCardExportJob(job))).toMatchObject({ name: 'ConflictException' });
    expect(await refusal(admin.createModelCardExportJob({ ...job, ModelCardVersion: 9, ModelCardExportJobName: 'x' }))).toMatchObject({
      name: 'ResourceNotFound',
    });
    expect(await admin.describeModelCardExportJob({ ModelCardExportJobArn })).toMatchObject({ Status: 'InProgress', ModelCardVersion: 1 });
    elapse(31);
    expect(await admin.describeModelCardExportJob({ ModelCardExportJobArn })).toMatchObject({
      Status: 'Completed',
      ExportArtifacts: { S3ExportArtifacts: expect.stringMatching(/^s3:\/\/bucket\/cards\//) },
    });
    expect(
      (await admin.listModelCardExportJobs({ ModelCardName: 'Card', StatusEquals: 'Completed' })).ModelCardExportJobSummaries,
    ).toHaveLength(1);
    expect((await admin.listModelCardExportJobs({ ModelCardName: 'Card', ModelCardVersion: 2 })).ModelCardExportJobSummaries).toEqual([]);

    await admin.deleteModelCard({ ModelCardName: 'Card' });
    for (const call of atOnce([
      admin.describeModelCard({ ModelCardName: 'Card' }),
      admin.deleteModelCard({ ModelCardName: 'Card' }),
      admin.updateModelCard({ ModelCardName: 'Card', Content: '{}' }),
    ]))
      expect(await refusal(call)).toMatchObject({ name: 'ValidationException', message: 'Model card is being deleted' });
    elapse(20);
    expect(await refusal(admin.describeModelCard({ ModelCardName: 'Card' }))).toMatchObject({
      name: 'ResourceNotFound',
      message: 'Modelcard Card does not exist',
    });
    expect(await refusal(admin.describeModelCardExportJob({ ModelCardExportJobArn }))).toMatchObject({ name: 'ResourceNotFound' });
    await admin.createModelCard({ ModelCardName: 'Card', Content, ModelCardStatus: 'Draft' });
    expect((await admin.listModelCardVersions({ ModelCardName: 'Card' })).ModelCardVersionSummaryList).toHaveLength(1);
  });

  describe('that are refused', () => {
    beforeAll(() => world().root('CreateModelCard', { ModelCardName: 'kept', Content: '{}', ModelCardStatus: 'Draft' }));

    it.each([
      [
        'content that is no JSON',
        'CreateModelCard',
        { ModelCardName: 'x', Content: 'no', ModelCardStatus: 'Draft' },
        'ValidationException',
      ],
      ['a name that is taken', 'CreateModelCard', { ModelCardName: 'kept', Content: '{}', ModelCardStatus: 'Draft' }, 'ConflictException'],
      [
        'content and status at once',
        'UpdateModelCard',
        { ModelCardName: 'kept', Content: '{}', ModelCardStatus: 'Draft' },
        'ValidationException',
      ],
      ['nothing to change', 'UpdateModelCard', { ModelCardName: 'kept' }, 'ValidationException'],
      ['a missing card', 'UpdateModelCard', { ModelCardName: 'none', Content: '{}' }, 'ResourceNotFound'],
      ['versions of a missing card', 'ListModelCardVersions', { ModelCardName: 'none' }, 'ResourceNotFound'],
      [
        'an export of a missing card',
        'CreateModelCardExportJob',
        { ModelCardName: 'none', ModelCardExportJobName: 'x', OutputConfig: { S3OutputPath: 's3://b' } },
        'ResourceNotFound',
      ],
    ])('refuse %s', async (_, operation, input, name) => {
      const { admin } = world();
      expect(await refusal(send(admin, operation, input))).toMatchObject({ name });
    });
  });
});
