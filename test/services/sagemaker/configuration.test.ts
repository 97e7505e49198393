import { describe, expect, it } from 'vitest';
import { minimal, refusal, sharedWorld } from './world.ts';

/* Configurations that nothing but a name and a listing belongs to, told from making to deleting. */

const world = sharedWorld();

describe('configurations', () => {
  it('of notebook instances are listed, changed and deleted', async () => {
    const { admin } = world();
    const named = { NotebookInstanceLifecycleConfigName: 'Scripts' };
    await admin.createNotebookInstanceLifecycleConfig({ ...named, OnStart: [{ Content: 'ZWNobw==' }] });
    const { NotebookInstanceLifecycleConfigs } = await admin.listNotebookInstanceLifecycleConfigs({ NameContains: 'cript' });
    expect(NotebookInstanceLifecycleConfigs).toMatchObject([named]);
    await admin.updateNotebookInstanceLifecycleConfig({ ...named, OnStart: [{ Content: 'bHM=' }] });
    expect((await admin.describeNotebookInstanceLifecycleConfig(named)).OnStart).toEqual([{ Content: 'bHM=' }]);
    await admin.deleteNotebookInstanceLifecycleConfig(named);
    expect((await admin.listNotebookInstanceLifecycleConfigs({})).NotebookInstanceLifecycleConfigs).toEqual([]);
    expect(await refusal(admin.describeNotebookInstanceLifecycleConfig(named))).toMatchObject({ name: 'ValidationException' });
  });

  it('of Studio are listed by app type', async () => {
    const { admin } = world();
    for (const type of ['JupyterLab', 'JupyterServer'] as const)
      await admin.createStudioLifecycleConfig({
        StudioLifecycleConfigName: `for-${type}`,
        StudioLifecycleConfigContent: 'ZWNobw==',
        StudioLifecycleConfigAppType: type,
      });
    const { StudioLifecycleConfigs } = await admin.listStudioLifecycleConfigs({ AppTypeEquals: 'JupyterLab' });
    expect(StudioLifecycleConfigs).toMatchObject([{ StudioLifecycleConfigName: 'for-JupyterLab' }]);
    await admin.deleteStudioLifecycleConfig({ StudioLifecycleConfigName: 'for-JupyterLab' });
    expect((await admin.listStudioLifecycleConfigs({})).StudioLifecycleConfigs).toHaveLength(1);
  });

  it('of human review are listed in pages', async () => {
    const { admin, role } = world();
    for (const name of ['one', 'two']) await admin.createFlowDefinition(minimal.flowDefinition(name, role));
    const first = await admin.listFlowDefinitions({ MaxResults: 1 });
    const second = await admin.listFlowDefinitions({ MaxResults: 1, NextToken: first.NextToken });
    const names = [first, second].flatMap((page) => page.FlowDefinitionSummaries ?? []).map(({ FlowDefinitionName }) => FlowDefinitionName);
    expect(names.sort()).toEqual(['one', 'two']);
    expect(second.NextToken).toBeUndefined();
  });
});
