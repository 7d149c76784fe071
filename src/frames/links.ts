import type { FrameContext } from './context';
import type { CaptureRef } from './query';
import type { View } from './views';

/** Links in the form of Grafana's DataLink; `${…}` is filled in by Grafana from the row. */

/** A member that another column of the row holds. */
type FieldOfRow = `\${__data.fields.${string}}`;

/**
 * To another view of the same captures; none when the data source is not known. Titles and members are gclens' own words and columns of ids: never text of a
 * capture, in which Grafana would fill in variables.
 */
export function viewLink(
  { datasource, linkCaptures }: FrameContext,
  title: string,
  query: { readonly view: View | 'auto' | FieldOfRow; readonly captures: readonly CaptureRef[] } & Readonly<Record<string, unknown>>,
): object[] {
  const captures = linkCaptures ?? query.captures;
  return datasource === undefined || linkCaptures?.length === 0
    ? []
    : [
        {
          title,
          url: '',
          internal: {
            datasourceUid: datasource.uid,
            datasourceName: datasource.name,
            query: { refId: 'A', version: 1, ...query, captures },
          },
        },
      ];
}

/** To a trace in its backend, in the query model of the backend's data source: Tempo's, or that of Jaeger and Zipkin, which take the id alone. */
export function tracingLink({ tracingDatasource }: FrameContext, traceId: string, title = 'Trace of the application'): object[] {
  if (tracingDatasource === undefined) {
    return [];
  }
  const { uid, name, type } = tracingDatasource;
  const query = { refId: 'A', ...(type === 'tempo' ? { queryType: 'traceql' } : {}), query: traceId };
  return [{ title, url: '', internal: { datasourceUid: uid, datasourceName: name, query } }];
}

/** To the continuous profile of a span, where it is kept by Pyroscope, whose query model is the one that is known. */
export function profileLink({ profileDatasource }: FrameContext, spanId: string): object[] {
  if (profileDatasource?.type !== 'grafana-pyroscope-datasource') {
    return [];
  }
  const query = {
    refId: 'A',
    queryType: 'profile',
    profileTypeId: 'process_cpu:cpu:nanoseconds:cpu:nanoseconds',
    labelSelector: '{}',
    spanSelector: [spanId],
    groupBy: [],
  };
  return [
    {
      title: 'Continuous profile of this span',
      url: '',
      internal: { datasourceUid: profileDatasource.uid, datasourceName: profileDatasource.name, query },
    },
  ];
}
