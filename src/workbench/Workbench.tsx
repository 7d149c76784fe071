import { ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';

import type { GclensDataSource } from '../datasource';
import { Page } from './Page';
import { useTheme } from './useTheme';

/** The page in the theme that its user wants. */
export function Workbench({ datasource }: { readonly datasource: GclensDataSource }) {
  const { theme, toggle } = useTheme();
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <Page datasource={datasource} onToggleTheme={toggle} />
      <PortalContainer />
    </ThemeContext.Provider>
  );
}
