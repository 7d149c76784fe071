import { Alert, Field, FieldSet, RadioButtonGroup } from '@grafana/ui';

import { selectors } from '../../selectors';
import { defaultMaxSeconds, readSettings } from '../../sources/settings';
import type { SourceKind } from '../../types';
import type { SectionProps } from './ConfigEditor';
import { timeoutFor } from './LiveSection';

const labels = selectors.configEditor;

const choices: { readonly value: SourceKind; readonly label: string; readonly description: string }[] = [
  { value: 'browser', label: 'This browser', description: 'Files that are dropped into a query' },
  { value: 'live', label: 'Live service', description: 'A running Go program with net/http/pprof' },
  { value: 'store', label: 'Store of files', description: 'A directory that a web server lists, WebDAV, or an S3 bucket' },
];

/** What the data source reads besides dropped files. */
export function SourceSection({ source, options, change }: SectionProps & { readonly source: SourceKind }) {
  return (
    <FieldSet label="Where captures come from">
      <Field label={labels.source}>
        <RadioButtonGroup
          aria-label={labels.source}
          options={[...choices]}
          value={source}
          onChange={(next) => {
            // Grafana would give up on a long profile before it is over.
            const needsTimeout = next === 'live' && options.timeout === undefined;
            change({ source: next, ...(needsTimeout ? { timeout: timeoutFor(defaultMaxSeconds) } : {}) });
          }}
        />
      </Field>
      <Alert severity="info" title={explanations[source].title} bottomSpacing={0} topSpacing={2}>
        {explanations[source].text(readSettings(options).reuseSeconds)}
      </Alert>
    </FieldSet>
  );
}

const explanations: Readonly<Record<SourceKind, { readonly title: string; readonly text: (reuseSeconds: number) => string }>> = {
  browser: {
    title: 'Captures stay in the browser they were dropped in',
    text: () =>
      'They are kept in its IndexedDB; nothing is sent to Grafana’s server or elsewhere. Dashboards name captures by hash: another viewer drops the same file once to see the same panels, or it is embedded in the query if it is small. Without a server part there is no alerting and there are no public dashboards; snapshots work.',
  },
  live: {
    title: 'Queries record the service when they run',
    text: (reuseSeconds) =>
      `All panels and tabs share one capture, and use it for ${reuseSeconds} s, whatever the refresh of the dashboard; captures of one service never overlap. Each is kept in the browser that asked. Decoding happens there too.`,
  },
  store: {
    title: 'Queries name captures by path, label and time',
    text: () =>
      'Viewers of a dashboard see the same captures without dropping files. They are read through Grafana’s server and decoded in the browser.',
  },
};
