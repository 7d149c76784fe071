import { ThemeContext, createTheme } from '@grafana/data';
import { FlameGraph } from '@grafana/flamegraph';
import { Alert, GlobalStyles, Icon, InteractiveTable, PortalContainer, TimeSeries } from '@grafana/ui';
console.log(FlameGraph, TimeSeries, InteractiveTable);
export function Workbench() {
  return (
    <ThemeContext.Provider value={createTheme({ colors: { mode: 'dark' } })}>
      <GlobalStyles />
      <Alert title="hello" severity="info"><Icon name="plus" /></Alert>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}
