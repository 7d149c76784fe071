import type { DataSourcePluginOptionsEditorProps } from '@grafana/data';
import { DataSourcePicker } from '@grafana/runtime';
import { Alert, Field, Stack, Text } from '@grafana/ui';

import { selectors } from '../selectors';
import type { GclensOptions } from '../types';

type Props = DataSourcePluginOptionsEditorProps<GclensOptions>;

/** There is no server to configure: says so, and takes the tracing data source that links point to. */
export function ConfigEditor({ options, onOptionsChange }: Props) {
  const setTracingDatasource = (tracingDatasourceUid: string | undefined) => {
    onOptionsChange({ ...options, jsonData: { ...options.jsonData, tracingDatasourceUid } });
  };
  return (
    <Stack direction="column" gap={2}>
      <Alert severity="info" title="Captures stay in this browser">
        Profiles and execution traces are read where they are dropped, in a query or in Explore, and kept in this browser&apos;s IndexedDB.
        Nothing is sent to Grafana&apos;s server or elsewhere. Dashboards name captures by hash: another viewer drops the same file once to
        see the same panels. Without a server part there is no alerting and there are no public dashboards; snapshots work.
      </Alert>
      <Field
        label={selectors.configEditor.tracingDataSource}
        description="Tempo or Jaeger with the application's own traces. Requests then link to their trace there."
        noMargin
      >
        <DataSourcePicker
          inputId="gclens-tracing-datasource"
          tracing
          noDefault
          filter={({ type }) => type !== options.type}
          current={options.jsonData.tracingDatasourceUid ?? null}
          onChange={({ uid }) => {
            setTracingDatasource(uid);
          }}
          onClear={() => {
            setTracingDatasource(undefined);
          }}
        />
      </Field>
      <Text variant="bodySmall" color="secondary">
        Save &amp; test tells what works in this browser: the decode worker and the storage.
      </Text>
    </Stack>
  );
}
