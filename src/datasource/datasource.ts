import {
  type AdHocVariableFilter,
  type DataQueryRequest,
  type DataQueryResponse,
  DataSourceApi,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  LoadingState,
  type MetricFindValue,
  type ScopedVars,
  type TestDataSourceResponse,
} from '@grafana/data';
import { type TemplateSrv, getTemplateSrv } from '@grafana/runtime';
import { Observable, Subject, defer, map, merge, of } from 'rxjs';

import type { WorkOptions } from '../base';
import type { CaptureInfo } from '../capture';
import { type Frame, type FrameContext, type ViewQuery, migrateQuery } from '../frames';
import type { Decoder, ViewOptions } from '../worker';
import { CaptureFiles, nothing } from './captureFiles';
import { describeQuery } from './describeQuery';
import { interpolateQuery, withAdHocFilters } from './interpolate';
import { type Labels, labelsOf } from './labels';
import { findTracingDatasource } from './links/tracingDatasource';
import { describeStorage } from './storage';
import { messageOf } from './messageOf';
import { sharedDecoder } from './sharedDecoder';
import { CaptureStore } from './store';
import { toDataFrame } from './toDataFrame';
import type { GclensOptions, GclensQuery } from './types';

/** How far the query of a panel's row is. */
export interface QueryProgress {
  readonly refId: string;
  readonly stage: string;
  /** 0 to 1. */
  readonly fraction: number;
}

/** A file that was read and is on its way into this browser's store. */
export interface AddedFile {
  readonly info: CaptureInfo;
  readonly stored: Promise<void>;
}

/** What may stand in for the page's own in tests and in other hosts than Grafana. */
export interface Surroundings {
  readonly store: CaptureStore;
  readonly decoder: Decoder;
  readonly templateSrv: TemplateSrv;
  readonly findTracingDatasource: typeof findTracingDatasource;
}

/** The first picture needs no file. */
const defaultQuery = { version: 1, view: 'auto', captures: [{ by: 'sample' }] } satisfies ViewQuery;

/** Answers queries from captures that lie in this browser. There is no server: files come from IndexedDB, decoding happens in the one worker. */
export class GclensDataSource extends DataSourceApi<GclensQuery, GclensOptions> {
  readonly store: CaptureStore;
  /** Progress of running queries, for editors. */
  readonly progress = new Subject<QueryProgress>();
  private readonly files: CaptureFiles;
  private readonly decoder: Decoder;
  private readonly templateSrv: TemplateSrv;
  private readonly tracingDatasourceUid: string | undefined;
  private readonly findTracingDatasource: typeof findTracingDatasource;

  constructor(instanceSettings: DataSourceInstanceSettings<GclensOptions>, surroundings: Partial<Surroundings> = {}) {
    super(instanceSettings);
    this.store = surroundings.store ?? new CaptureStore();
    this.decoder = surroundings.decoder ?? sharedDecoder();
    this.templateSrv = surroundings.templateSrv ?? getTemplateSrv();
    this.files = new CaptureFiles(this.store, instanceSettings.meta.baseUrl);
    this.findTracingDatasource = surroundings.findTracingDatasource ?? findTracingDatasource;
    this.tracingDatasourceUid = instanceSettings.jsonData.tracingDatasourceUid;
  }

  /** One packet a target, keyed by its refId, before which others may show what is read of it so far; unsubscribing cancels what the worker does for it. */
  override query(request: DataQueryRequest<GclensQuery>): Observable<DataQueryResponse> {
    const targets = request.targets.filter((target) => target.hide !== true && this.filterQuery(target));
    if (targets.length === 0) {
      return of({ data: [], state: LoadingState.Done });
    }
    return defer(() => {
      let running = targets.length;
      return merge(...targets.map((target) => this.queryTarget(target, request))).pipe(
        map((packet) => (isPartial(packet) ? packet : { ...packet, state: --running === 0 ? LoadingState.Done : LoadingState.Loading })),
        map((packet) => (packet.errors === undefined ? packet : { ...packet, state: LoadingState.Error })),
      );
    });
  }

  /** Captures are named or there is nothing to ask. */
  override filterQuery(query: GclensQuery): boolean {
    const { view, captures } = this.migrate(query);
    return view === 'captures' || captures.length > 0;
  }

  override getDefaultQuery(): Partial<GclensQuery> {
    return defaultQuery;
  }

  override getQueryDisplayText(query: GclensQuery): string {
    return describeQuery(this.migrate(query));
  }

  override interpolateVariablesInQueries(queries: GclensQuery[], scopedVars: ScopedVars, filters?: AdHocVariableFilter[]): GclensQuery[] {
    return queries.map((query) => this.resolve(query, scopedVars, filters));
  }

  /** Says what works in this browser: the worker and the storage. */
  override async testDatasource(): Promise<TestDataSourceResponse> {
    try {
      const { files } = await this.files.find(defaultQuery.captures);
      await Promise.all(files.map(({ file, name }) => this.decoder.identify(file, name, {})));
      return {
        status: 'success',
        message: `The decode worker and the storage work in this browser: ${await describeStorage(this.store)}.`,
      };
    } catch (error) {
      return { status: 'error', message: messageOf(error) };
    }
  }

  override async getTagKeys(options?: DataSourceGetTagKeysOptions<GclensQuery>): Promise<MetricFindValue[]> {
    const labels = await this.labelsOfAll(options?.queries);
    return labels.map(({ key }) => ({ text: key }));
  }

  override async getTagValues(options: DataSourceGetTagValuesOptions<GclensQuery>): Promise<MetricFindValue[]> {
    const labels = await this.labelsOfAll(options.queries);
    return (labels.find(({ key }) => key === options.key)?.values ?? []).map(({ value }) => ({ text: value }));
  }

  /** Any version of a query as the current one. */
  migrate(query: GclensQuery): GclensQuery {
    const { refId, hide, key, queryType, datasource } = query;
    const own = Object.entries({ hide, key, queryType, datasource }).filter(([, value]) => value !== undefined);
    return { refId, ...Object.fromEntries(own), ...migrateQuery({ ...defaultQuery, ...query }) };
  }

  /**
   * Keeps a dropped file under its sha-256. It can be asked for as soon as this resolves; `stored` does when it will also be there after the page was
   * closed. Rejects with a GclensError that says what the file seems to be; `stored` with one that says that there is no room.
   */
  async addFile(file: File, { droppedAtMs, ...options }: WorkOptions & { readonly droppedAtMs: number }): Promise<AddedFile> {
    const info = await this.decoder.identify(file, file.name, options);
    options.signal?.throwIfAborted();
    return { info, stored: this.store.put(info, file, droppedAtMs) };
  }

  /** Label keys and values of a query's captures. */
  async labels(query: GclensQuery): Promise<Labels> {
    const { captures, refId } = this.resolve(query);
    return labelsOf(await this.view({ version: 1, view: 'labels', captures }, { refId }, {}));
  }

  private async labelsOfAll(queries: readonly GclensQuery[] | undefined): Promise<Labels> {
    const [query = { refId: 'A', ...defaultQuery }] = queries ?? [];
    return this.labels(query);
  }

  private resolve(query: GclensQuery, scopedVars?: ScopedVars, filters?: readonly AdHocVariableFilter[]): GclensQuery {
    const replaced = this.migrate(interpolateQuery(query, (...args) => this.templateSrv.replace(...args), scopedVars));
    const selector = withAdHocFilters(replaced.selector, filters);
    return selector === undefined ? replaced : { ...replaced, selector };
  }

  private queryTarget(target: GclensQuery, request: DataQueryRequest<GclensQuery>): Observable<DataQueryResponse> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      const { refId } = target;
      const answer = async (): Promise<DataQueryResponse> => {
        try {
          const query = this.resolve(target, request.scopedVars, request.filters);
          const context = { refId, panelPluginId: request.panelPluginId, range: rangeOf(request) };
          const frames = await this.view(query, context, {
            signal: controller.signal,
            onProgress: (stage, fraction) => {
              this.progress.next({ refId, stage, fraction });
            },
            onPartial: (partial) => {
              subscriber.next({ key: refId, data: partial.map(toDataFrame), state: LoadingState.Loading });
            },
          });
          return { key: refId, data: frames.map(toDataFrame) };
        } catch (error) {
          return { key: refId, data: [], errors: [{ refId, message: messageOf(error) }] };
        }
      };
      void answer().then((packet) => {
        subscriber.next(packet);
        subscriber.complete();
      });
      return () => {
        controller.abort();
      };
    });
  }

  private async view(query: ViewQuery, context: FrameContext, options: ViewOptions): Promise<Frame[]> {
    const isStoreView = query.view === 'captures';
    const { captures, baseline = [] } = query;
    const finding = { ...options, range: context.range };
    const found = isStoreView ? nothing : await this.files.find(captures, finding);
    const compared = isStoreView || baseline.length === 0 ? nothing : await this.files.find(baseline, finding);
    const notices = [...(context.notices ?? []), ...found.notices, ...compared.notices];
    const stored = isStoreView ? await this.store.list() : undefined;
    options.signal?.throwIfAborted();
    const { uid, name } = this;
    const tracingDatasource = this.findTracingDatasource(this.tracingDatasourceUid);
    return this.decoder.view(
      {
        files: found.files,
        baseline: compared.files,
        query,
        context: { ...context, stored, notices, datasource: { uid, name }, tracingDatasource },
      },
      options,
    );
  }
}

/** Answers get their state when they are known to be the last or not; what comes before an answer has it from the start. */
function isPartial({ state }: DataQueryResponse): boolean {
  return state === LoadingState.Loading;
}

function rangeOf({ range }: Partial<DataQueryRequest<GclensQuery>>): FrameContext['range'] {
  return range === undefined ? undefined : { fromMs: range.from.valueOf(), toMs: range.to.valueOf() };
}
