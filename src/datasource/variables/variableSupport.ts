import { CustomVariableSupport, type DataQueryRequest, type DataQueryResponse } from '@grafana/data';
import { Observable } from 'rxjs';

import { VariableQueryEditor } from '../components/VariableQueryEditor';
import type { GclensDataSource } from '../datasource';
import { messageOf } from '../messageOf';
import type { GclensOptions, GclensQuery } from '../types';
import { migrateVariableQuery, type VariableQuery } from './variableQuery';

/** Dashboard variables of captures, services, endpoints, labels, map sites, GC cycles and sample types. */
export class GclensVariables extends CustomVariableSupport<GclensDataSource, VariableQuery, GclensQuery, GclensOptions> {
  override editor = VariableQueryEditor;

  constructor(private readonly datasource: GclensDataSource) {
    super();
  }

  /** Values with their texts, as Grafana takes them without asking for columns; leaving cancels the work. */
  override query({ targets, scopedVars, range }: DataQueryRequest<VariableQuery>): Observable<DataQueryResponse> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      this.datasource.variableValues(migrateVariableQuery(targets[0]), { scopedVars, range, signal: controller.signal }).then(
        (data) => {
          subscriber.next({ data });
          subscriber.complete();
        },
        (error: unknown) => {
          subscriber.error(new Error(messageOf(error)));
        },
      );
      return () => {
        controller.abort();
      };
    });
  }
}
