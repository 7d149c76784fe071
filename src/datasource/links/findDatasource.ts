import { getDataSourceSrv } from '@grafana/runtime';

import type { LinkedDatasource } from '../../frames';

/** A data source that the settings name, with its name and kind; undefined where there is none, or it was deleted. */
export function findDatasource(uid: string | undefined): LinkedDatasource | undefined {
  if (uid === undefined || uid === '') {
    return undefined;
  }
  const settings = getDataSourceSrv().getInstanceSettings(uid);
  return settings === undefined ? undefined : { uid: settings.uid, name: settings.name, type: settings.type };
}
