import { applyMode, Mode } from '@cloudscape-design/global-styles';
import { useEffect, useState } from 'react';

const KEY = 'sagegate.appearance';

/** Light or dark: as the system has it until somebody chooses. */
export function useAppearance(): readonly [isDark: boolean, toggle: () => void] {
  const [isDark, setDark] = useState(
    () => (localStorage.getItem(KEY) ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark',
  );
  useEffect(() => applyMode(isDark ? Mode.Dark : Mode.Light), [isDark]);
  const toggle = () => {
    localStorage.setItem(KEY, isDark ? 'light' : 'dark');
    setDark(!isDark);
  };
  return [isDark, toggle];
}
