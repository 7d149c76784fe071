import type { FrameContext } from './context';
import type { CaptureRef } from './query';
import type { View } from './views';

/** Links in the form of Grafana's DataLink; `${…}` is filled in by Grafana from the row. */

/** A member that another column of the row holds. */
type FieldOfRow = `\${__data.fields.${string}}`;

/** To another view of the same captures; none when the data source is not known. */
export function viewLink(
  { datasource }: FrameContext,
  title: string,
  query: { readonly view: View | FieldOfRow; readonly captures: readonly CaptureRef[] } & Readonly<Record<string, unknown>>,
): object[] {
  return datasource === undefined
    ? []
    : [
        {
          title,
          url: '',
          internal: { datasourceUid: datasource.uid, datasourceName: datasource.name, query: { refId: 'A', version: 1, ...query } },
        },
      ];
}

/** To the application's own trace in its backend. The query works in Tempo and in Jaeger, which ignores its type. */
export function tracingLink({ tracingDatasourceUid }: FrameContext, traceId: string): object[] {
  return tracingDatasourceUid === undefined || tracingDatasourceUid === ''
    ? []
    : [
        {
          title: 'Trace of the application',
          url: '',
          internal: {
            datasourceUid: tracingDatasourceUid,
            datasourceName: 'traces',
            query: { refId: 'A', queryType: 'traceql', query: traceId },
          },
        },
      ];
}
