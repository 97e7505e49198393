import Tabs, { type TabsProps } from '@cloudscape-design/components/tabs';

/** The parts of a resource's page, one shown at a time. @param of  `user` */
export function PartsTabs({ of, tabs }: { of: string; tabs: TabsProps.Tab[] }) {
  return (
    <Tabs
      ariaLabel={`Parts of the ${of}`}
      tabs={tabs}
      i18nStrings={{ scrollLeftAriaLabel: 'Show the parts before', scrollRightAriaLabel: 'Show the parts after' }}
    />
  );
}
