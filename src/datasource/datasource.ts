import {
  type AbstractQuery,
  type AdHocVariableFilter,
  CoreApp,
  type DataFrame,
  type DataQueryRequest,
  type DataQueryResponse,
  type DataSourceApi,
  type DataSourceGetTagKeysOptions,
  type DataSourceGetTagValuesOptions,
  type DataSourceInstanceSettings,
  type DataSourceWithQueryExportSupport,
  type DataSourceWithQueryImportSupport,
  type DataSourceWithQueryModificationSupport,
  type DataSourceWithToggleableQueryFiltersSupport,
  LoadingState,
  type MetricFindValue,
  type QueryFilterOptions,
  type QueryFixAction,
  type ScopedVars,
  type TestDataSourceResponse,
  type TimeRange,
  type ToggleFilterAction,
  type VariableSupportBase,
} from '@grafana/data';
import { DataSourceWithBackend, type TemplateSrv, getTemplateSrv } from '@grafana/runtime';
import { Observable, Subject, defer, map, merge, of } from 'rxjs';

import type { WorkOptions } from '../base';
import type { Ask, CaptureInfo } from '../capture';
import {
  type CaptureRef,
  type Frame,
  type FrameContext,
  type FrameNotice,
  type StoreRef,
  type ViewQuery,
  describeView,
  migrateQuery,
} from '../frames';
import type { Decoder, ViewOptions } from '../worker';
import { annotationSupport } from './annotations/annotationSupport';
import { CaptureFiles, type FindOptions } from './captureFiles';
import { describeQuery } from './describeQuery';
import { comparesNumbers, withAdHocFilters } from './filters/adHocFilters';
import { hasMatcher, withMatcher, withToggledMatcher } from './filters/toggleMatcher';
import { selectorOfAbstract, toAbstractQuery } from './foreign/abstractQueries';
import { answerPyroscope } from './foreign/answerPyroscope';
import { knownMatchers } from './foreign/knownMatchers';
import { takePathLabels } from './foreign/pathLabels';
import { fromPyroscope, pyroscopeAnswer, readPyroscopeQuery } from './foreign/pyroscope';
import { nothingFound } from './foundFiles';
import { interpolateQuery } from './interpolate';
import { type Labels, labelsOf, mergeLabels, valuesOfColumns } from './labels';
import { linkCaptures } from './links/linkCaptures';
import { rangeUrl } from './links/rangeUrl';
import { findDatasource } from './links/findDatasource';
import { mergeNotices } from './mergeNotices';
import { messageOf } from './messageOf';
import { type FoundRequest, searchRequests } from './requestSearch';
import { sharedDecoder } from './sharedDecoder';
import type { ListedMoments } from './sources/storeCaptures';
import { CaptureStore } from './store';
import { toDataFrame } from './toDataFrame';
import type { GclensOptions, GclensQuery } from './types';
import type { VariableQuery } from './variables/variableQuery';
import { GclensVariables } from './variables/variableSupport';
import { type VariableValue, variableValues } from './variables/variableValues';
import { viewTakes } from './views';

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
  readonly findDatasource: typeof findDatasource;
  /** How the data source's URL is asked; without it through Grafana's proxy. */
  readonly ask: Ask;
}

/** The first picture needs no file. */
const defaultQuery = { version: 1, view: 'auto', captures: [{ by: 'sample' }] } satisfies ViewQuery;

/** What a click on a log line or a table cell asks for. */
const modifications: readonly string[] = ['ADD_FILTER', 'ADD_FILTER_OUT'];

interface Supports
  extends
    DataSourceWithQueryImportSupport<GclensQuery>,
    DataSourceWithQueryExportSupport<GclensQuery>,
    DataSourceWithQueryModificationSupport<GclensQuery>,
    DataSourceWithToggleableQueryFiltersSupport<GclensQuery> {}

/**
 * Answers queries from captures that lie in this browser. There is no server: files come from IndexedDB, decoding happens in the one worker. It is a
 * `DataSourceWithBackend` in name only, because Tempo embeds flame graphs of no other kind of data source in the details of a span; every method that would call a
 * server part is overridden.
 */
export class GclensDataSource extends DataSourceWithBackend<GclensQuery, GclensOptions> implements Supports {
  readonly store: CaptureStore;
  /** Progress of running queries, for editors. */
  readonly progress = new Subject<QueryProgress>();
  override annotations = annotationSupport;
  override variables: VariableSupportBase<DataSourceApi<GclensQuery, GclensOptions>, GclensQuery, GclensOptions> = new GclensVariables(
    this,
  );
  /** Where captures come from: this browser, and what lies behind the URL. */
  readonly files: CaptureFiles;
  private readonly decoder: Decoder;
  private readonly templateSrv: TemplateSrv;
  private readonly options: GclensOptions;
  private readonly findDatasource: typeof findDatasource;

  constructor(instanceSettings: DataSourceInstanceSettings<GclensOptions>, surroundings: Partial<Surroundings> = {}) {
    super(instanceSettings);
    this.store = surroundings.store ?? new CaptureStore();
    this.decoder = surroundings.decoder ?? sharedDecoder();
    this.templateSrv = surroundings.templateSrv ?? getTemplateSrv();
    this.files = new CaptureFiles(instanceSettings, { store: this.store, decoder: this.decoder, ask: surroundings.ask });
    this.findDatasource = surroundings.findDatasource ?? findDatasource;
    this.options = instanceSettings.jsonData;
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

  override applyTemplateVariables(query: GclensQuery, scopedVars: ScopedVars, filters?: AdHocVariableFilter[]): GclensQuery {
    return this.resolve(query, scopedVars, filters);
  }

  /** Says what works in this browser, and what the URL leads to. */
  override async testDatasource(): Promise<TestDataSourceResponse> {
    const { isGood, text } = await this.files.diagnose();
    return { status: isGood ? 'success' : 'error', message: text };
  }

  override async getTagKeys(options?: DataSourceGetTagKeysOptions<GclensQuery>): Promise<MetricFindValue[]> {
    const labels = await this.labelsOfAll(options?.queries, options?.timeRange);
    return labels.map(({ key }) => ({ text: key }));
  }

  override async getTagValues(options: DataSourceGetTagValuesOptions<GclensQuery>): Promise<MetricFindValue[]> {
    const labels = await this.labelsOfAll(options.queries, options.timeRange);
    return (labels.find(({ key }) => key === options.key)?.values ?? []).map(({ value }) => ({ text: value }));
  }

  override modifyQuery(query: GclensQuery, { type, options: { key = '', value = '' } = {} }: QueryFixAction): GclensQuery {
    if (!modifications.includes(type) || key === '') {
      return query;
    }
    return { ...query, selector: withMatcher(query.selector, { key, value }, type === 'ADD_FILTER_OUT') };
  }

  getSupportedQueryModifications(): string[] {
    return [...modifications];
  }

  toggleQueryFilter(query: GclensQuery, { type, options: { key = '', value = '' } }: ToggleFilterAction): GclensQuery {
    return key === '' ? query : { ...query, selector: withToggledMatcher(query.selector, { key, value }, type === 'FILTER_OUT') };
  }

  queryHasFilter({ selector }: GclensQuery, { key = '', value = '' }: QueryFilterOptions): boolean {
    return hasMatcher(selector, { key, value });
  }

  /**
   * Takes label matchers of Loki, Prometheus and Pyroscope queries over: to pick captures where the paths of a store have the label, else to select in them as far as they
   * know it. Of captures that cannot be read, or are not there yet, it is not known what they know: nothing is dropped then.
   */
  async importFromAbstractQueries(queries: AbstractQuery[]): Promise<GclensQuery[]> {
    const ofForeign = this.capturesOfForeign();
    const labels = await this.labels({ refId: 'labels', version: 1, view: 'labels', captures: ofForeign }).catch(() => undefined);
    return queries.map((query) => {
      const taken = takePathLabels(ofForeign, selectorOfAbstract(query), this.files.settings.glob);
      const selector = labels === undefined ? taken.selector : knownMatchers(taken.selector, labels).selector;
      return { refId: query.refId, version: 1, view: 'auto', captures: taken.captures, ...(selector === '{}' ? {} : { selector }) };
    });
  }

  exportToAbstractQueries(queries: GclensQuery[]): Promise<AbstractQuery[]> {
    return Promise.resolve(queries.map((query) => toAbstractQuery(this.resolve(query))));
  }

  /** Any version of a query as the current one; also those of Grafana's Pyroscope data source. */
  migrate(query: GclensQuery): GclensQuery {
    const { refId, hide, key, queryType, datasource } = query;
    const foreign = readPyroscopeQuery(query);
    const own = Object.entries({ hide, key, datasource, ...(foreign === undefined ? { queryType } : {}) }).filter(
      ([, value]) => value !== undefined,
    );
    const read: object = foreign === undefined ? query : { ...fromPyroscope(foreign), captures: this.capturesOfForeign() };
    return { refId, ...Object.fromEntries(own), ...migrateQuery({ ...defaultQuery, ...read }) };
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
  async labels(query: GclensQuery, range?: FrameContext['range'], options: WorkOptions = {}): Promise<Labels> {
    const { captures, refId } = this.resolve(query);
    return labelsOf(await this.view({ version: 1, view: 'labels', captures }, { refId, range }, options));
  }

  /**
   * What a selector of the query can name, with values: labels of its captures, or what its view knows of its own. Records nothing.
   * @param range in which captures of a store are sought
   */
  async selectorLabels(query: GclensQuery, range?: TimeRange): Promise<Labels> {
    const { view } = query;
    const { own = [], withLabels = true } = view === 'auto' ? {} : (describeView(view).selectorNames ?? {});
    const ask = (part: Pick<ViewQuery, 'view' | 'limit'>) => this.lookUp(query, part, range);
    const [ofView, ofCaptures] = await Promise.all([
      own.length === 0 || view === 'auto' ? [] : ask({ view, limit: 1000 }).then((frames) => valuesOfColumns(frames, own)),
      withLabels ? ask({ view: 'labels' }).then(labelsOf) : [],
    ]);
    return mergeLabels([ofView, ofCaptures]);
  }

  /** Requests of a query's captures by a part of their name or any of their ids; those that paid most to the GC for an empty text. Records nothing. */
  async findRequests(query: GclensQuery, text: string, range?: TimeRange): Promise<FoundRequest[]> {
    return searchRequests((part) => this.lookUp(query, { view: 'requests', ...part }, range), text);
  }

  private lookUp(query: GclensQuery, part: Omit<ViewQuery, 'version' | 'captures'>, range: TimeRange | undefined): Promise<Frame[]> {
    const { captures, refId } = this.resolve(query);
    return this.view({ version: 1, captures, ...part }, { refId }, { isLookup: true, range: rangeOf({ range }) });
  }

  /** Template variables of the dashboard, as a query writes them. */
  variableNames(): string[] {
    return this.templateSrv.getVariables().map(({ name }) => `$${name}`);
  }

  /** What a dashboard variable can be. */
  async variableValues(
    query: VariableQuery,
    { scopedVars, range, signal }: { readonly scopedVars?: ScopedVars; readonly range?: TimeRange; readonly signal?: AbortSignal } = {},
  ): Promise<VariableValue[]> {
    const { captures } = this.resolve({ refId: query.refId, version: 1, view: 'auto', captures: query.captures }, scopedVars);
    const context = { refId: query.refId, range: rangeOf({ range }) };
    return variableValues(query, {
      store: this.store,
      listed: () => this.files.listInRange(captures, { ...(signal === undefined ? {} : { signal }), range: context.range }),
      view: (asked) => this.view({ ...asked, version: 1, captures }, context, signal === undefined ? {} : { signal }),
    });
  }

  /** Labels of all queries of a dashboard; of those whose captures can be read. */
  private async labelsOfAll(queries: readonly GclensQuery[] | undefined, range: TimeRange | undefined): Promise<Labels> {
    const asked = queries === undefined || queries.length === 0 ? [{ refId: 'A', ...defaultQuery }] : queries;
    const different = new Map(asked.map((query) => [JSON.stringify(this.resolve(query).captures), query]));
    const settled = await Promise.allSettled([...different.values()].map((query) => this.labels(query, rangeOf({ range }))));
    const found = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const failed = settled.find((result) => result.status === 'rejected');
    if (found.length === 0 && failed !== undefined) {
      throw failed.reason;
    }
    return mergeLabels(found);
  }

  private capturesOfForeign(): readonly CaptureRef[] {
    return this.options.defaultCaptures ?? [this.files.settings.source === 'store' ? { by: 'store', pick: 'range' } : { by: 'latest' }];
  }

  /** What the store behind the URL has, newest first; variables of the reference are replaced. @throws GclensError */
  async listStore(ref: StoreRef, options: WorkOptions = {}): Promise<ListedMoments> {
    const { captures } = this.resolve({ refId: 'A', version: 1, view: 'captures', captures: [ref] });
    return this.files.list(captures.find((one): one is StoreRef => one.by === 'store') ?? ref, options);
  }

  private resolve(query: GclensQuery, scopedVars?: ScopedVars, filters?: readonly AdHocVariableFilter[], labels?: Labels): GclensQuery {
    const replaced = this.migrate(interpolateQuery(query, (...args) => this.templateSrv.replace(...args), scopedVars));
    const selector = withAdHocFilters(replaced.selector, filters, labels);
    return selector === undefined ? replaced : { ...replaced, selector };
  }

  private queryTarget(target: GclensQuery, request: DataQueryRequest<GclensQuery>): Observable<DataQueryResponse> {
    return new Observable((subscriber) => {
      const controller = new AbortController();
      const { refId } = target;
      const toFrames = (frames: readonly Frame[]): DataFrame[] => {
        const made = frames.map((frame) => toDataFrame(frame, (range) => rangeUrl(window.location.href, range)));
        return request.panelPluginId === undefined ? made : mergeNotices(made);
      };
      const options: ViewOptions = {
        signal: controller.signal,
        onProgress: (stage, fraction) => {
          this.progress.next({ refId, stage, fraction });
        },
        onPartial: (partial) => {
          subscriber.next({ key: refId, data: toFrames(partial), state: LoadingState.Loading });
        },
      };
      const answer = async (): Promise<DataQueryResponse> => {
        try {
          return { key: refId, data: toFrames(await this.answer(target, request, options)) };
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

  private async answer(target: GclensQuery, request: DataQueryRequest<GclensQuery>, options: ViewOptions): Promise<Frame[]> {
    const { scopedVars, filters, panelPluginId } = request;
    const range = rangeOf(request);
    const labels = comparesNumbers(filters) ? await this.labels(target, range, workOptions(options)) : undefined;
    const query = this.resolve(target, scopedVars, filters, labels);
    const context: FrameContext = { refId: target.refId, panelPluginId, range, notices: filterNotices(query, filters) };
    const foreign = readPyroscopeQuery(target);
    return foreign === undefined
      ? this.view(query, context, options)
      : answerPyroscope(pyroscopeAnswer(foreign, request.app === CoreApp.Explore), query, {
          labels: () => this.labels(query, aroundSpan(range, query), workOptions(options)),
          view: (asked, notices) => this.view(asked, { ...context, notices }, options),
        });
  }

  private async view(query: ViewQuery, context: FrameContext, options: ViewOptions & FindOptions): Promise<Frame[]> {
    if (query.view === 'captures') {
      return this.viewCaptures(query, context, options);
    }
    const { captures, baseline = [] } = query;
    const finding = { ...options, range: options.range ?? aroundSpan(context.range, query) };
    const found = await this.files.find(captures, finding);
    const compared = baseline.length === 0 ? nothingFound : await this.files.find(baseline, finding);
    const linked = await linkCaptures(
      found.refs ?? captures,
      found.files,
      async ({ sha256 }) => sha256 !== undefined && (await this.store.info(sha256)) !== undefined,
    );
    const notices = [...(context.notices ?? []), ...found.notices, ...compared.notices, ...unlinkedNotices(query, linked)];
    options.signal?.throwIfAborted();
    const { uid, name } = this;
    return this.decoder.view(
      {
        files: found.files,
        baseline: compared.files,
        query,
        context: {
          ...context,
          range: withLive(context.range, captures),
          notices,
          datasource: { uid, name },
          tracingDatasource: this.findDatasource(this.options.tracingDatasourceUid),
          profileDatasource: this.findDatasource(this.options.profileDatasourceUid),
          linkCaptures: linked,
        },
      },
      options,
    );
  }

  /** What this browser keeps; where the query names a directory or bucket, what that has in the time range. */
  private async viewCaptures(query: ViewQuery, context: FrameContext, options: ViewOptions): Promise<Frame[]> {
    const listed = await this.files.listInRange(query.captures, { ...workOptions(options), range: context.range });
    const stored = listed === undefined ? await this.store.list() : undefined;
    options.signal?.throwIfAborted();
    return this.decoder.view({ files: [], query, context: { ...context, stored, listed } }, options);
  }
}

/** A link from a span has the span's own time as its range, and its capture began before that; one that is stored as it ends has a time behind it. */
const captureBeginsMs = 120_000;
const captureEndsMs = 10_000;

/** The time in which a capture is looked for: somewhat more than the range where the query names a span or request. */
function aroundSpan(range: FrameContext['range'], { query = '' }: ViewQuery): FrameContext['range'] {
  return range === undefined || query === '' ? range : { fromMs: range.fromMs - captureBeginsMs, toMs: range.toMs + captureEndsMs };
}

/** What goes on beside the answer itself: no parts of it. */
function workOptions({ signal, onProgress }: ViewOptions): WorkOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(onProgress === undefined ? {} : { onProgress }) };
}

/** A dashboard's filters meet views that cannot select by labels: says so instead of showing what looks filtered. */
function filterNotices({ view }: ViewQuery, filters: readonly AdHocVariableFilter[] | undefined): FrameNotice[] {
  return (filters ?? []).length > 0 && !viewTakes(view, 'selector')
    ? [{ severity: 'info', text: 'This view counts whole captures: the filters of the dashboard do not apply to it.' }]
    : [];
}

/** Tables lead to other views of their captures, unless no address can carry those. */
function unlinkedNotices({ view, captures }: ViewQuery, linked: readonly CaptureRef[]): FrameNotice[] {
  return linked.length > 0 || captures.length === 0 || (view !== 'auto' && !describeView(view).panels.includes('table'))
    ? []
    : [
        {
          severity: 'info',
          text: 'Rows lead to no other view: the captures are embedded in the query, and too large for an address. Drop the same files into this browser to have the links.',
        },
      ];
}

/** What is recorded while a query runs lies after the time range that it was asked with. */
function withLive(range: FrameContext['range'], refs: readonly CaptureRef[]): FrameContext['range'] {
  return range === undefined || !refs.some(({ by }) => by === 'live') ? range : { ...range, toMs: Math.max(range.toMs, Date.now()) };
}

/** Answers get their state when they are known to be the last or not; what comes before an answer has it from the start. */
function isPartial({ state }: DataQueryResponse): boolean {
  return state === LoadingState.Loading;
}

/** Undefined where Grafana knows no range, or one that is no time. */
function rangeOf({ range }: { readonly range?: TimeRange | undefined }): FrameContext['range'] {
  const [fromMs, toMs] = [range?.from.valueOf() ?? NaN, range?.to.valueOf() ?? NaN];
  return Number.isFinite(fromMs) && Number.isFinite(toMs) ? { fromMs, toMs } : undefined;
}
