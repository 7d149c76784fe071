import { migrateQuery } from '../../frames';
import type { GclensQuery } from '../types';

/** What a new annotation marks. */
export const annotationDefaults: Omit<GclensQuery, 'refId'> = {
  version: 1,
  view: 'regions',
  captures: [{ by: 'sample' }],
  regions: ['cycles', 'stops'],
};

/** Any stored query of an annotation as the current one; keeps what Grafana itself adds. */
export function annotationQuery(target: GclensQuery | undefined): GclensQuery {
  const { refId = 'Anno', datasource } = target ?? {};
  return {
    refId,
    ...(datasource === undefined ? {} : { datasource }),
    ...migrateQuery({ ...annotationDefaults, ...target }),
    view: 'regions',
  };
}
