import Link from '@cloudscape-design/components/link';
import { Fragment } from 'react';
import { lastOf } from '../aws/arn.ts';
import { pageAt } from '../router.tsx';

/** A role by its name, leading to its page. */
export function RoleLink({ arn }: { arn: string | undefined }) {
  if (arn === undefined) return <>–</>;
  const name = lastOf(arn);
  return <Link href={pageAt('iam', 'roles', name)}>{name}</Link>;
}

/** Several, each once. */
export const RoleLinks = ({ arns }: { arns: readonly string[] }) =>
  [...new Set(arns)].map((arn, i) => (
    <Fragment key={arn}>
      {i > 0 && ', '}
      <RoleLink arn={arn} />
    </Fragment>
  ));
