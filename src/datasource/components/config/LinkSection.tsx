import { DataSourcePicker } from '@grafana/runtime';
import { Field, FieldSet } from '@grafana/ui';

import { selectors } from '../../selectors';
import type { SectionProps } from './ConfigEditor';

const labels = selectors.configEditor;
/** As wide as the other fields of settings. */
const pickerWidth = 60;

interface Props extends SectionProps {
  readonly ownType: string;
  readonly isReadOnly: boolean;
}

/** The data sources that frames link to. */
export function LinkSection({ options, change, ownType, isReadOnly }: Props) {
  return (
    <FieldSet label="Links">
      <Field
        label={labels.tracingDataSource}
        description="Tempo or Jaeger with the application’s own traces. Requests, cycles and spans then link to their trace there."
      >
        <DataSourcePicker
          inputId="gclens-tracing-datasource"
          tracing
          noDefault
          width={pickerWidth}
          disabled={isReadOnly}
          filter={({ type }) => type !== ownType}
          current={options.tracingDatasourceUid ?? null}
          onChange={({ uid }) => {
            change({ tracingDatasourceUid: uid });
          }}
          onClear={() => {
            change({ tracingDatasourceUid: undefined });
          }}
        />
      </Field>
      <Field
        label={labels.profileDataSource}
        description="Pyroscope with the application’s continuous profiles. Requests and cycles then link to the profile of their time."
        noMargin
      >
        <DataSourcePicker
          inputId="gclens-profile-datasource"
          noDefault
          width={pickerWidth}
          disabled={isReadOnly}
          filter={({ type, meta }) => type !== ownType && (meta.category === 'profiling' || /pyroscope|parca/i.test(type))}
          current={options.profileDatasourceUid ?? null}
          onChange={({ uid }) => {
            change({ profileDatasourceUid: uid });
          }}
          onClear={() => {
            change({ profileDatasourceUid: undefined });
          }}
        />
      </Field>
    </FieldSet>
  );
}
