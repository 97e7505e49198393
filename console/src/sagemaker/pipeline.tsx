import type { PipelineExecutionSummary } from '@aws-sdk/client-sagemaker';
import Button from '@cloudscape-design/components/button';
import { useCallback, useState } from 'react';
import { lastOf } from '../aws/arn.ts';
import { useNotices } from '../notices.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { type Pair, PairsField, pairsOf } from '../parts/fields.tsx';
import { useLoaded } from '../parts/loaded.ts';
import { useRefresh } from '../parts/refresh.ts';
import { ResourceTable } from '../parts/resource-table.tsx';
import { useSignedIn } from '../signed-in.tsx';
import { momentColumn, statusColumn } from './columns.tsx';
import ResourcePage from './resource-page.tsx';
import { isUnderWay } from './status.tsx';
import type { Wire } from './wire.ts';

/** One pipeline, with how it was run. */
export default function Pipeline({ name }: { name: string }) {
  return (
    <ResourcePage
      section="pipelines"
      name={name}
      tabs={() => [{ id: 'executions', label: 'Executions', content: <Executions pipeline={name} /> }]}
    />
  );
}

type Execution = Wire<PipelineExecutionSummary>;

/** An execution has no name but the last part of its ARN. */
const idOf = ({ PipelineExecutionArn: arn = '' }: Execution): string => lastOf(arn);

function Executions({ pipeline }: { pipeline: string }) {
  const { aws } = useSignedIn();
  const { say } = useNotices();
  const [open, setOpen] = useState<{ what: 'start' } | { what: 'stop'; execution: Execution } | undefined>();
  const [parameters, setParameters] = useState<readonly Pair[]>([]);
  const executions = useLoaded(
    useCallback(
      () =>
        aws.jsonList<Execution>('sagemaker', 'ListPipelineExecutions', 'PipelineExecutionSummaries', {
          PipelineName: pipeline,
          MaxResults: 100,
        }),
      [aws, pipeline],
    ),
  );
  useRefresh(executions, executions.value?.some((each) => isUnderWay(each.PipelineExecutionStatus)) ?? false);
  const close = () => {
    setOpen(undefined);
    executions.reload();
  };
  return (
    <>
      <ResourceTable
        title="Executions"
        noun={['execution', 'executions']}
        loaded={executions}
        idOf={idOf}
        narrow={{ label: 'Status', by: (each) => each.PipelineExecutionStatus ?? '' }}
        columns={[
          { id: 'id', header: 'Execution', text: idOf, cell: (each) => <code>{idOf(each)}</code> },
          statusColumn(({ PipelineExecutionStatus: status }: Execution) => status),
          {
            id: 'reason',
            header: 'Why it failed',
            text: (each) => each.PipelineExecutionFailureReason ?? '',
            cell: (each) => each.PipelineExecutionFailureReason ?? '–',
          },
          momentColumn('Started', ({ StartTime: at }: Execution) => at),
          {
            id: 'actions',
            header: 'Actions',
            cell: (each) =>
              each.PipelineExecutionStatus === 'Executing' && (
                <Button variant="inline-link" ariaLabel={`Stop ${idOf(each)}`} onClick={() => setOpen({ what: 'stop', execution: each })}>
                  Stop
                </Button>
              ),
          },
        ]}
        whenEmpty="It was never run."
        actions={() => <Button onClick={() => setOpen({ what: 'start' })}>Start execution</Button>}
      />
      {open?.what === 'start' && (
        <Dialog
          title={`Start pipeline ${pipeline}`}
          verb="Start"
          close={close}
          work={async () => {
            const PipelineParameters = pairsOf(parameters)?.map(({ Key, Value }) => ({ Name: Key, Value }));
            const ClientRequestToken = crypto.randomUUID();
            await aws.json('sagemaker', 'StartPipelineExecution', { PipelineName: pipeline, PipelineParameters, ClientRequestToken });
            say(`Pipeline ${pipeline} was started.`);
          }}
        >
          <PairsField noun="parameter" value={parameters} set={setParameters} max={200} />
        </Dialog>
      )}
      {open?.what === 'stop' && (
        <Dialog
          title="Stop the execution?"
          verb="Stop"
          close={close}
          work={() =>
            aws.json('sagemaker', 'StopPipelineExecution', {
              PipelineExecutionArn: open.execution.PipelineExecutionArn,
              ClientRequestToken: crypto.randomUUID(),
            })
          }
        >
          Steps that run are stopped with it.
        </Dialog>
      )}
    </>
  );
}
