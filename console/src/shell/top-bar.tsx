import TopNavigation, { type TopNavigationProps } from '@cloudscape-design/components/top-navigation';
import { pageAt } from '../router.tsx';
import { nameOf } from '../session.ts';
import { useSignedIn } from '../signed-in.tsx';
import { useAppearance } from './appearance.ts';
import wordmark from './wordmark.svg';

/** Leaves by a form, as anything that changes a session does: the server takes no link for it. */
function post(action: string): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = action;
  document.body.append(form);
  form.submit();
}

/** Who is signed in, where, and the way out. */
export function TopBar() {
  const { session, aws, setRegion } = useSignedIn();
  const [isDark, toggle] = useAppearance();
  const { account, arn, switchedFrom, regions } = session;
  const isRoot = arn.endsWith(':root');
  const who: TopNavigationProps.MenuDropdownUtility = {
    type: 'menu-dropdown',
    text: nameOf(arn),
    title: nameOf(arn),
    description: `${account.alias ?? account.name} · ${account.id}`,
    iconName: 'user-profile',
    ariaLabel: `You are ${nameOf(arn)} in account ${account.id}`,
    items: [
      { id: 'arn', text: arn, disabled: true },
      { id: 'account', text: `Account ${account.id}${account.alias === undefined ? '' : ` (${account.alias})`}`, disabled: true },
      { id: 'credentials', text: 'Security credentials', href: pageAt('iam', 'security-credentials') },
      { id: 'sessions', text: 'Sessions', href: '/console/sessions' },
      ...(isRoot ? [] : [{ id: 'switch-role', text: 'Switch role', href: '/console/switch-role' }]),
      ...(switchedFrom ? [{ id: 'switch-back', text: `Switch back to ${nameOf(switchedFrom.arn)}` }] : []),
      { id: 'sign-out', text: 'Sign out' },
    ],
    onItemClick: ({ detail }) => {
      if (detail.id === 'sign-out') post('/console/sign-out');
      if (detail.id === 'switch-back') post('/console/switch-back');
    },
  };
  const region: TopNavigationProps.MenuDropdownUtility = {
    type: 'menu-dropdown',
    text: aws.region,
    title: 'Region',
    iconName: 'globe',
    ariaLabel: `Region ${aws.region}`,
    items: regions.map((name) => ({ id: name, text: name, itemType: 'checkbox' as const, checked: name === aws.region })),
    onItemClick: ({ detail }) => setRegion(detail.id),
  };
  return (
    <>
      <TopNavigation
        identity={{ href: pageAt(), logo: { src: wordmark, alt: 'Sagegate' } }}
        utilities={[
          {
            type: 'button',
            text: isDark ? 'Light' : 'Dark',
            title: isDark ? 'Show light colours' : 'Show dark colours',
            ariaLabel: isDark ? 'Show light colours' : 'Show dark colours',
            onClick: toggle,
          },
          region,
          who,
        ]}
        i18nStrings={{
          overflowMenuTriggerText: 'More',
          overflowMenuTitleText: 'All',
          overflowMenuBackIconAriaLabel: 'Back',
          overflowMenuDismissIconAriaLabel: 'Close',
        }}
      />
      {switchedFrom && (
        <div className={`acting ${switchedFrom.colour}`} role="note">
          You act as {nameOf(arn)} in account {account.id}
        </div>
      )}
    </>
  );
}
