import Link from '@cloudscape-design/components/link';
import { lastOf } from '../aws/arn.ts';
import { EachOnce } from '../parts/each-once.tsx';
import { pageAt } from '../router.tsx';

/** A role by its name, leading to its page. */
export function RoleLink({ arn }: { arn: string | undefined }) {
  if (arn === undefined) return <>–</>;
  const name = lastOf(arn);
  return <Link href={pageAt('iam', 'roles', name)}>{name}</Link>;
}

/** Several, each once. */
export const RoleLinks = ({ arns }: { arns: readonly string[] }) => <EachOnce of={arns} show={(arn) => <RoleLink arn={arn} />} />;
