import { expect } from 'vitest';
import { allowing, type Chapter, hire, notAllowed, type Refusal } from '../story.ts';
import { couldNotAssume } from './domain.ts';

const NAME = 'ExampleNotebookInstance';

/** Onboarding 9. */
export const notebook: Chapter[] = [
  {
    title: 'No notebook instance without the right to pass its role, or with one that cannot be taken up',
    async tell(story) {
      const request = (RoleArn: string) => ({ NotebookInstanceName: NAME, InstanceType: 'ml.t2.medium', RoleArn });
      const caller = `arn:aws:iam::${story.account.id}:user/passes-to-ec2`;
      const role = story.recall('role');
      const create = 'sagemaker:CreateNotebookInstance';
      await story.refuse('passes-to-ec2', create, request(role), notAllowed('sagemaker', caller, 'iam:PassRole', role));
      await story.refuse('builder', create, request(story.recall('role for EC2')), couldNotAssume(story.recall('role for EC2')));
      await story.allow('builder', 'sagemaker:ListNotebookInstances', { NameContains: NAME }, { NotebookInstances: [] });
    },
  },
  {
    title: 'A notebook instance, from Pending to deleted',
    async tell(story) {
      const named = { NotebookInstanceName: NAME };
      const arn = `arn:aws:sagemaker:${story.region}:${story.account.id}:notebook-instance/examplenotebookinstance`;
      const invalid = (message: string): Refusal => [400, 'ValidationException', message];
      const tooEarly = (status: string, allowed: string, to: string) =>
        invalid(`Status (${status}) not in ([${allowed}]). Unable to transition to (${to}) for Notebook Instance (${arn})`);
      const open = { ...named, SessionExpirationDurationInSeconds: 3600 };
      story.hold();
      await story.allow(
        'builder',
        'sagemaker:CreateNotebookInstance',
        { ...named, InstanceType: 'ml.t2.medium', RoleArn: story.recall('hardened role') },
        { NotebookInstanceArn: arn },
      );
      await story.allow('builder', 'sagemaker:DescribeNotebookInstance', named, { NotebookInstanceStatus: 'Pending' });
      await story.refuse(
        'builder',
        'sagemaker:CreatePresignedNotebookInstanceUrl',
        open,
        invalid(`Status (Pending) not in ([InService]). Unable to create presigned URL for Notebook Instance (${arn})`),
      );
      story.wait(4);
      await story.allow('builder', 'sagemaker:DescribeNotebookInstance', named, {
        NotebookInstanceName: NAME,
        NotebookInstanceStatus: 'InService',
        RoleArn: story.recall('hardened role'),
        Url: `examplenotebookinstance.notebook.${story.region}.sagemaker.aws`,
      });
      await story.allow('builder', 'sagemaker:CreatePresignedNotebookInstanceUrl', open, {
        AuthorizedUrl: expect.stringMatching(
          `^https://examplenotebookinstance\\.notebook\\.${story.region}\\.sagemaker\\.aws\\?authToken=`,
        ),
      });
      // Names are unique regardless of case, and so is what a policy says of them.
      await hire(story, 'opener', {
        inline: allowing('sagemaker:CreatePresignedNotebookInstanceUrl', arn.replace('examplenotebook', 'other')),
      });
      await story.refuse(
        'opener',
        'sagemaker:CreatePresignedNotebookInstanceUrl',
        open,
        notAllowed('sagemaker', `arn:aws:iam::${story.account.id}:user/opener`, 'sagemaker:CreatePresignedNotebookInstanceUrl', arn),
      );
      await story.refuse('builder', 'sagemaker:DeleteNotebookInstance', named, tooEarly('InService', 'Stopped, Failed', 'Deleting'));
      await story.allow('builder', 'sagemaker:StopNotebookInstance', named);
      story.wait(2);
      await story.refuse('builder', 'sagemaker:StopNotebookInstance', named, tooEarly('Stopped', 'InService', 'Stopping'));
      await story.allow('builder', 'sagemaker:DeleteNotebookInstance', named);
      story.wait(1);
      await story.refuse('builder', 'sagemaker:DescribeNotebookInstance', named, invalid('RecordNotFound'));
    },
  },
];
