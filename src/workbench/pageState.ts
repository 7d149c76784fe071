import { parseSha256, type Sha256 } from '../capture';
import { type View, views } from '../frames';

/** What the page shows, as far as a link carries it. */
export interface PageState {
  /** Captures of one moment; undefined: what the server was started with, or the sample. */
  readonly captures?: 'sample' | readonly Sha256[];
  /** A GC cycle's seq: the timeline zooms to it, tables and flame graph keep to it. */
  readonly cycle?: number;
  /** A request's id, as the view `request` takes it. */
  readonly request?: string;
  readonly selector?: string;
  readonly sampleType?: string;
  /** The part of the timeline that is shown. */
  readonly range?: TimeSpan;
  /** Which of the further views is open. */
  readonly view?: View;
  /** What the shown captures are compared with. */
  readonly baseline?: PageState['captures'];
}

/** Milliseconds of Grafana's time axis. */
export interface TimeSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The state as a URL's fragment, without `#`. The same state always gives the same text. */
export function formatPageState(state: PageState): string {
  const parameters = new URLSearchParams();
  for (const name of ['captures', 'baseline'] as const) {
    const captures = state[name];
    if (captures !== undefined) {
      parameters.set(name, captures === 'sample' ? 'sample' : captures.join(','));
    }
  }
  if (state.cycle !== undefined) {
    parameters.set('cycle', String(state.cycle));
  }
  if (state.range !== undefined) {
    parameters.set('range', `${state.range.fromMs}-${state.range.toMs}`);
  }
  for (const name of ['request', 'selector', 'sampleType', 'view'] as const) {
    const value = state[name];
    if (value !== undefined && value !== '') {
      parameters.set(name, value);
    }
  }
  return parameters.toString();
}

/** Reads a URL's fragment. What does not parse is left out: a link that was cut in a chat still opens the page. */
export function parsePageState(fragment: string): PageState {
  const parameters = new URLSearchParams(fragment.replace(/^#/, ''));
  const captures = readCaptures(parameters.get('captures'));
  const baseline = readCaptures(parameters.get('baseline'));
  const cycle = readCount(parameters.get('cycle'));
  const range = readRange(parameters.get('range'));
  const view = views.find((known) => known === parameters.get('view'));
  return {
    ...(captures === undefined ? {} : { captures }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(cycle === undefined ? {} : { cycle }),
    ...(range === undefined ? {} : { range }),
    ...(view === undefined ? {} : { view }),
    ...readText(parameters, 'request'),
    ...readText(parameters, 'selector'),
    ...readText(parameters, 'sampleType'),
  };
}

/** Whether a URL's fragment names captures by what is no whole hash: the link was cut. */
export function isCutLink(fragment: string): boolean {
  const named = new URLSearchParams(fragment.replace(/^#/, '')).get('captures') ?? '';
  return named !== '' && named !== 'sample' && named.split(',').some((part) => parseSha256(part) === undefined);
}

function readCaptures(text: string | null): PageState['captures'] {
  if (text === 'sample') {
    return 'sample';
  }
  const captures = (text ?? '').split(',').flatMap((part) => parseSha256(part) ?? []);
  return captures.length > 0 ? captures : undefined;
}

function readCount(text: string | null): number | undefined {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function readRange(text: string | null): TimeSpan | undefined {
  const [, from, to] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? [];
  const range = { fromMs: Number(from), toMs: Number(to) };
  return range.fromMs < range.toMs ? range : undefined;
}

function readText<Name extends 'request' | 'selector' | 'sampleType'>(
  parameters: URLSearchParams,
  name: Name,
): Partial<Record<Name, string>> {
  const value = parameters.get(name);
  const result: Partial<Record<Name, string>> = {};
  if (value !== null && value !== '') {
    result[name] = value;
  }
  return result;
}
