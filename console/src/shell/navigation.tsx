import SideNavigation from '@cloudscape-design/components/side-navigation';
import { pageAt, useRouter } from '../router.tsx';
import { furtherSections, sections } from '../sagemaker/sections.ts';

const IAM = [
  ['Users', 'users', 'create-user'],
  ['Groups', 'groups'],
  ['Roles', 'roles', 'create-role'],
  ['Policies', 'policies', 'create-policy'],
  ['Identity providers', 'providers', 'create-provider'],
  ['Credential report', 'credential-report'],
  ['Account settings', 'settings'],
] as const;

/** The pages that there are. */
export function Navigation() {
  const { path } = useRouter();
  const [service = '', kind = ''] = path.split('/');
  const active = IAM.find(([, ...kinds]) => kinds.some((each) => each === kind));
  const section = service === 'sagemaker' && [...sections, ...furtherSections].find(([, ...kinds]) => kinds.some((each) => each === kind));
  return (
    <SideNavigation
      activeHref={active ? pageAt('iam', active[1]) : section ? pageAt(service, section[1]) : pageAt(service)}
      items={[
        { type: 'link', text: 'Dashboard', href: pageAt() },
        {
          type: 'section',
          text: 'Identity and access',
          items: IAM.map(([text, kindOfPage]) => ({ type: 'link' as const, text, href: pageAt('iam', kindOfPage) })),
        },
        {
          type: 'section',
          text: 'SageMaker',
          items: [
            { type: 'link', text: 'Overview', href: pageAt('sagemaker') },
            ...sections.map(([text, at]) => ({ type: 'link' as const, text, href: pageAt('sagemaker', at) })),
          ],
        },
        {
          type: 'section',
          text: 'More of SageMaker',
          defaultExpanded: furtherSections.some((each) => each === section),
          items: furtherSections.map(([text, at]) => ({ type: 'link' as const, text, href: pageAt('sagemaker', at) })),
        },
        {
          type: 'section',
          text: 'Understand',
          items: [
            { type: 'link', text: 'Policy simulator', href: pageAt('simulator') },
            { type: 'link', text: 'Why was I denied?', href: pageAt('denials') },
            { type: 'link', text: 'Permissions reference', href: pageAt('reference') },
            { type: 'link', text: 'Audit', href: pageAt('audit') },
          ],
        },
      ]}
    />
  );
}
