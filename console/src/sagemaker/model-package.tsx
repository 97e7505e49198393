import { Approval } from './approval.tsx';
import { textAt } from './described.tsx';
import ResourcePage from './resource-page.tsx';

/** One model in the registry, by its ARN. A version of a group is approved or rejected; one by itself has no such state. */
export default function ModelPackage({ arn }: { arn: string }) {
  return (
    <ResourcePage
      section="model-packages"
      name={arn}
      actions={(described, again) =>
        textAt(described, 'ModelPackageGroupName') !== '' && (
          <Approval arn={textAt(described, 'ModelPackageArn')} now={textAt(described, 'ModelApprovalStatus')} changed={again} />
        )
      }
    />
  );
}
