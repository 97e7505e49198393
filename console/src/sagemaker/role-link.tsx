import Link from '@cloudscape-design/components/link';
import { pageAt } from '../router.tsx';

/** A role by its name, leading to its page. */
export function RoleLink({ arn }: { arn: string | undefined }) {
  if (arn === undefined) return <>–</>;
  const name = arn.slice(arn.lastIndexOf('/') + 1);
  return <Link href={pageAt('iam', 'roles', name)}>{name}</Link>;
}
