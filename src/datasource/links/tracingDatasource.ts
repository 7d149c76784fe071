import { getDataSourceSrv } from '@grafana/runtime';

import type { TracingDatasource } from '../../frames';

/** The tracing data source that the settings name, with its name and kind; undefined where there is none, or it was deleted. */
export function findTracingDatasource(uid: string | undefined): TracingDatasource | undefined {
  if (uid === undefined || uid === '') {
    return undefined;
  }
  const settings = getDataSourceSrv().getInstanceSettings(uid);
  return settings === undefined ? undefined : { uid: settings.uid, name: settings.name, type: settings.type };
}
