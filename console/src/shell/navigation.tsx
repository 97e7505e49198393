import SideNavigation from '@cloudscape-design/components/side-navigation';
import { pageAt, useRouter } from '../router.tsx';

const IAM = [
  ['Users', 'users', 'create-user'],
  ['Groups', 'groups'],
  ['Roles', 'roles', 'create-role'],
  ['Policies', 'policies', 'create-policy'],
] as const;

/** The pages that there are. */
export function Navigation() {
  const { path } = useRouter();
  const [, kind = ''] = path.split('/');
  const active = IAM.find(([, ...kinds]) => kinds.some((each) => each === kind));
  return (
    <SideNavigation
      activeHref={active ? pageAt('iam', active[1]) : pageAt(...path.split('/'))}
      items={[
        { type: 'link', text: 'Dashboard', href: pageAt() },
        {
          type: 'section',
          text: 'Identity and access',
          items: IAM.map(([text, kindOfPage]) => ({ type: 'link' as const, text, href: pageAt('iam', kindOfPage) })),
        },
      ]}
    />
  );
}
