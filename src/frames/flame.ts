import { GclensError, type Notice } from '../base';
import { type AnalyzedTrace, findTasks, joinProfile, type ProfileCapture, samplesOfRequest, withDescendants } from '../correlate';
import {
  buildFlameDifference,
  buildFlameTree,
  filterSamples,
  type FlameTree,
  focusFrames,
  parseSelector,
  profileStacks,
  type Profile,
  type Selector,
  type WeightedStacks,
} from '../pprof';
import type { FrameContext, TimeRangeMs } from './context';
import { emptyNotice } from './emptyNotice';
import type { Field, FrameMeta, FrameNotice } from './frame';
import { grafanaUnit } from './grafanaUnit';
import { type FrameDraft, numberField } from './makeFrame';
import { type TraceSampleType, traceSampleTypes, type ViewQuery } from './query';
import type { Sources } from './sources';
import { taskNames, type TaskLookup } from './taskLookup';
import { TimeAxis } from './timeAxis';
import { isTraceSampleType, traceStacks } from './traceStacks';
import { chooseCycleWindow, chooseWindow, type ChosenWindow, profileNotices } from './window';

/** As many as Pyroscope gives; Grafana's panel draws them without a task of 50 ms, and narrower ones are below a pixel. */
const defaultMaxNodes = 8192;
const fewestNodes = 2;
/** The flame graph of Grafana stays quick up to here (measured: half a second for this many rows). */
const mostNodes = 262144;

/** Captures of one moment, with what selectors can name of their tasks; null without a trace. */
export interface FlameSources {
  readonly sources: Sources;
  readonly lookup: TaskLookup | null;
}

/** Stacks with what they are measured in. */
interface Weighed {
  readonly stacks: WeightedStacks;
  readonly sampleType: string;
  readonly title: string;
  readonly unit: string;
  readonly factor: number;
  /** When it was recorded; null where that is not known. */
  readonly time: TimeRangeMs | null;
  readonly notices: readonly FrameNotice[];
}

/**
 * A flame graph as a nested set (fields `level`, `value`, `self`, `label`), against a baseline as a difference (`value` and `self` are the baseline's, `valueRight` and
 * `selfRight` the captures'), with one root row of value 0 where nothing was found. `meta.custom` holds
 * `sampleTypes`, what else can be asked for, and `sampleType`, what is shown.
 */
export function flameFrame(side: FlameSources, baseline: FlameSources | null, query: ViewQuery, context: FrameContext): FrameDraft {
  const { sources } = side;
  const weighed = weigh(sources, side.lookup, query, context);
  const maxNodes = Math.min(mostNodes, Math.max(fewestNodes, query.maxNodes ?? defaultMaxNodes));
  const drawn =
    baseline === null
      ? drawTree(weighed, query, maxNodes)
      : drawDifference(weighed, weighBaseline(baseline, weighed, query, context), maxNodes);
  const meta: FrameMeta = {
    preferredVisualisationType: 'flamegraph',
    custom: {
      sampleTypes: listSampleTypes(sources),
      sampleType: weighed.sampleType,
      ...(weighed.time === null ? {} : { time: weighed.time }),
    },
  };
  return { ...drawn, meta, notices: [...weighed.notices, ...drawn.notices] };
}

/** What differs between a flame graph and a difference of two. */
type Drawn = Required<Pick<FrameDraft, 'name' | 'fields' | 'notices'>>;

function drawTree(weighed: Weighed, query: ViewQuery, maxNodes: number): Drawn {
  const { stacks, unit, factor } = weighed;
  const tree = buildFlameTree(stacks, { maxNodes });
  const inUnit = (values: Float64Array) => Array.from(values, (weight) => weight * factor);
  return {
    name: weighed.title,
    notices: [...emptyNotice(stacks.length, 'sample', query), ...prunedNotice(tree)],
    fields: [
      levelField(tree),
      numberField('value', inUnit(tree.value), { unit }),
      numberField('self', inUnit(tree.self), { unit }),
      labelField(tree),
    ],
  };
}

/** The same samples of the baseline: all of its time, since cycles, requests and the time range are the captures' own. */
function weighBaseline({ sources, lookup }: FlameSources, { sampleType, unit }: Weighed, query: ViewQuery, context: FrameContext): Weighed {
  const whole = { ...query, sampleType, cycle: undefined, query: undefined };
  let weighed: Weighed;
  try {
    weighed = weigh(sources, lookup, whole, { ...context, range: undefined });
  } catch (error) {
    throw error instanceof GclensError ? new GclensError(`the baseline: ${error.reason}`, error.details) : error;
  }
  if (weighed.unit !== unit) {
    throw new GclensError(`${sampleType} is measured in ${unit} in the captures and in ${weighed.unit} in the baseline`, {
      advice: 'Choose a sample type that both have in the same unit',
    });
  }
  return weighed;
}

function drawDifference(weighed: Weighed, base: Weighed, maxNodes: number): Drawn {
  const { tree, before, after } = buildFlameDifference(scaled(base), scaled(weighed), { maxNodes });
  const number = (name: string, values: Float64Array) => numberField(name, Array.from(values), { unit: weighed.unit });
  return {
    name: `${weighed.title} against ${base.title}`,
    notices: [...base.notices.map((notice) => ({ ...notice, text: `Baseline: ${notice.text}` })), ...prunedNotice(tree)],
    fields: [
      levelField(tree),
      number('value', before.value),
      number('self', before.self),
      number('valueRight', after.value),
      number('selfRight', after.self),
      labelField(tree),
    ],
  };
}

/** Stacks in the unit that is shown: profiles of one sample type may count in different ones. */
function scaled({ stacks, factor }: Weighed): WeightedStacks {
  return factor === 1 ? stacks : { ...stacks, weight: stacks.weight.map((weight) => weight * factor) };
}

function levelField({ level }: FlameTree): Field {
  return numberField('level', Array.from(level));
}

/** Only the names that are used. */
function labelField({ label, labels }: FlameTree): Field {
  const text: string[] = [];
  const positions = new Map<number, number>();
  const used = Array.from(label, (name) => {
    const known = positions.get(name);
    if (known !== undefined) {
      return known;
    }
    positions.set(name, text.length);
    return text.push(labels[name] ?? '') - 1;
  });
  return { name: 'label', type: 'enum', config: { type: { enum: { text } } }, values: used };
}

/** What can be asked for, in the order in which it is looked for. */
function listSampleTypes({ profiles, trace }: Sources): string[] {
  return [
    ...new Set([
      ...profiles.flatMap(({ profile }) => profile.sampleTypes.map(({ type }) => type)),
      ...(trace === null ? [] : traceSampleTypes),
    ]),
  ];
}

function weigh(sources: Sources, lookup: TaskLookup | null, query: ViewQuery, context: FrameContext): Weighed {
  const selector = parseSelector(query.selector ?? '');
  const wanted = query.sampleType ?? '';
  const capture = wanted === '' ? defaultProfile(sources) : profileWith(sources, wanted);
  const trace = sources.trace?.analyzed;
  if (trace !== undefined && lookup !== null) {
    const chosen = chooseCycleWindow(trace.facts, new TimeAxis(trace.facts, query.timeUnit), query, context);
    if (capture !== undefined && capture === sources.cpuProfile && trace.facts.samples.length > 0) {
      const instead = chosen.isPart ? 'when they were taken' : isOfNoRequest(capture, query, trace) ? 'of which request they are' : '';
      if (instead !== '') {
        const weighed = weighTrace(trace, lookup, selector, query, chosen, 'cpu', capture.profile);
        return { ...weighed, notices: [...weighed.notices, insteadNotice(capture, instead)] };
      }
    }
    if (capture === undefined) {
      const type = wanted === '' ? defaultTraceType(trace) : wanted;
      return isTraceSampleType(type) ? weighTrace(trace, lookup, selector, query, chosen, type) : unknownSampleType(wanted, sources);
    }
  }
  if (capture === undefined) {
    return unknownSampleType(wanted, sources);
  }
  const weighed = weighProfile(capture, sources, lookup, selector, query);
  const isOfTrace = trace !== undefined && capture === sources.cpuProfile;
  const ofRange = isOfTrace
    ? chooseWindow(trace.facts, new TimeAxis(trace.facts, query.timeUnit), context).notices
    : profileNotices(weighed.time, context);
  return { ...weighed, notices: [...ofRange, ...weighed.notices] };
}

/** Beside a trace a profile of something else is shown only where it is asked for. */
function defaultProfile({ trace, profiles, cpuProfile, strangers }: Sources): ProfileCapture | undefined {
  return cpuProfile ?? profiles.find((capture) => trace === null || !strangers.has(capture));
}

function profileWith({ profiles, cpuProfile }: Sources, wanted: string): ProfileCapture | undefined {
  const has = ({ profile }: ProfileCapture) => profile.sampleTypes.some(({ type }) => type === wanted);
  return cpuProfile !== null && has(cpuProfile) ? cpuProfile : profiles.find(has);
}

function defaultTraceType({ facts }: AnalyzedTrace): TraceSampleType {
  return facts.samples.length > 0 ? 'cpu' : facts.assists.length > 0 ? 'assist' : 'sync';
}

function unknownSampleType(wanted: string, sources: Sources): never {
  const known = listSampleTypes(sources);
  if (known.length === 0) {
    throw new GclensError('a flame graph comes from a profile or an execution trace, and none was given', {
      advice: 'Add one; curl -o cpu.pprof http://HOST/debug/pprof/profile?seconds=5 takes a CPU profile',
    });
  }
  throw new GclensError(`these captures have no sample type ${wanted}; they have ${known.join(', ')}`);
}

function weighTrace(
  analyzed: AnalyzedTrace,
  lookup: TaskLookup,
  selector: Selector,
  query: ViewQuery,
  { window, isPart, notices: ofWindow }: ChosenWindow,
  sampleType: TraceSampleType,
  profile?: Profile,
): Weighed {
  const request = requestOf(query);
  const tasks = request === '' ? null : withDescendants(analyzed.facts.tasks, findTasks(analyzed, request).rows);
  const options = { selector, window: isPart ? window : null, tasks, focus: query.focus ?? '', sampleType, profile };
  const { stacks, title, unit, notices } = traceStacks(analyzed, lookup, options);
  const part = query.cycle !== undefined ? ` in GC cycle ${query.cycle}` : isPart ? ' in the time range' : '';
  return {
    stacks,
    sampleType,
    title: `${title}${part}${ofRequest(request)}`,
    unit,
    factor: 1,
    time: analyzed.facts.wall === null ? null : new TimeAxis(analyzed.facts, query.timeUnit).extent,
    notices: [...ofWindow, ...notices, ...(tasks?.size === 0 ? [unknownRequestNotice(request)] : [])],
  };
}

function weighProfile(capture: ProfileCapture, sources: Sources, lookup: TaskLookup | null, selector: Selector, query: ViewQuery): Weighed {
  const { sampleType: wanted = '', cycle, focus = '' } = query;
  const { profile, name } = capture;
  const found = profile.sampleTypes.findIndex(({ type }) => type === wanted);
  const row = found >= 0 ? found : profile.defaultSampleType;
  const type = profile.sampleTypes[row] ?? { type: 'samples', unit: 'count' };
  const request = requestOf(query);
  const focused = focusFrames(profile, { focus });
  const filters = [filterBySelector(capture, sources, lookup, selector), focused.sampleFilter, filterByRequest(capture, sources, request)];
  const sampleFilter = new Uint8Array(profile.samples.length).map((_, sample) => (filters.every((filter) => filter[sample] === 1) ? 1 : 0));
  return {
    stacks: profileStacks(focused.profile, { sampleType: row, sampleFilter }),
    sampleType: type.type,
    title: `${type.type} of ${name}${ofRequest(request)}`,
    ...grafanaUnit(type.unit),
    time: timeOfProfile(profile),
    notices: [...(cycle === undefined ? [] : [timelessNotice(name)]), ...unknownNamesNotice(selector, profile, lookup)],
  };
}

function timeOfProfile({ timeUnixNs, durationNs }: Profile): TimeRangeMs | null {
  const fromMs = Number(timeUnixNs / 1_000_000n);
  return fromMs <= 0 ? null : { fromMs, toMs: fromMs + Math.max(1, Math.ceil(durationNs / 1e6)) };
}

/**
 * 1 for samples that a selector takes. A name is a label of the profile where the profile has it; otherwise, if the trace's tasks have it, it is an
 * attribute of the task that the sample belongs to.
 */
function filterBySelector(capture: ProfileCapture, sources: Sources, lookup: TaskLookup | null, selector: Selector): Uint8Array {
  const { profile } = capture;
  const isOfTask = taskMatcherTest(profile, lookup);
  const ofSample = filterSamples(profile, { matchers: selector.matchers.filter(({ name }) => !isOfTask(name)) });
  const ofTask: Selector = { matchers: selector.matchers.filter(({ name }) => isOfTask(name)) };
  if (ofTask.matchers.length === 0 || sources.trace === null || lookup === null) {
    return ofSample;
  }
  const { taskOfSample } = joinProfile(sources.trace.analyzed, profile);
  const verdicts = new Map<number, boolean>();
  return ofSample.map((taken, sample) => {
    const task = taskOfSample[sample] ?? -1;
    const verdict = verdicts.get(task) ?? lookup.matches(ofTask, task);
    verdicts.set(task, verdict);
    return taken === 1 && verdict ? 1 : 0;
  });
}

/** 1 for samples of the request that a text names. */
function filterByRequest({ profile }: ProfileCapture, { trace }: Sources, request: string): Uint8Array {
  return request === ''
    ? new Uint8Array(profile.samples.length).fill(1)
    : samplesOfRequest(profile, request, trace?.analyzed ?? null).filter;
}

/** Whether a query names a request, and no sample of the profile is of it. */
function isOfNoRequest({ profile }: ProfileCapture, query: ViewQuery, trace: AnalyzedTrace): boolean {
  const request = requestOf(query);
  return request !== '' && samplesOfRequest(profile, request, trace).count === 0;
}

function requestOf({ query = '' }: ViewQuery): string {
  return query.trim();
}

function ofRequest(request: string): string {
  return request === '' ? '' : ` of request ${request}`;
}

/** Whether a name of a selector is meant of tasks. */
function taskMatcherTest(profile: Profile, lookup: TaskLookup | null): (name: string) => boolean {
  const labels = labelKeys(profile);
  const known: readonly string[] = taskNames;
  return (name) => lookup !== null && !labels.has(name) && known.includes(name);
}

function labelKeys({ labels, strings }: Profile): Set<string> {
  return new Set(Array.from(new Set(labels.key.subarray(0, labels.length)), (key) => strings[key] ?? ''));
}

function unknownNamesNotice({ matchers }: Selector, profile: Profile, lookup: TaskLookup | null): Notice[] {
  const labels = labelKeys(profile);
  const isOfTask = taskMatcherTest(profile, lookup);
  const unknown = [...new Set(matchers.map(({ name }) => name))].filter((name) => !labels.has(name) && !isOfTask(name));
  return unknown.length === 0
    ? []
    : [{ severity: 'warning', text: `No sample of the profile has a label ${unknown.join(', ')}; it counts as empty.` }];
}

function prunedNotice({ prunedNodes, value, self, label, labels }: FlameTree): Notice[] {
  if (prunedNodes === 0) {
    return [];
  }
  const other = labels.length - 1;
  const isOther = (row: number): boolean => label[row] === other;
  const folded = self.reduce((sum, weight, row) => (isOther(row) ? sum + Math.abs(weight) : sum), 0);
  const keptNodes = label.reduce((count, _, row) => (isOther(row) ? count : count + 1), 0);
  const share = value[0] === undefined || value[0] === 0 ? '' : `, ${((100 * folded) / Math.abs(value[0])).toFixed(1)} % of the total,`;
  const nodes = `${prunedNodes} of ${prunedNodes + keptNodes} nodes`;
  return [{ severity: 'info', text: `The ${nodes} that weigh least${share} are summed up as “other”; raise “max nodes” to see more.` }];
}

/** @param unsaid what the samples do not say, which is why those of the trace are shown */
function insteadNotice({ name }: ProfileCapture, unsaid: string): Notice {
  return { severity: 'info', text: `Samples of ${name} do not say ${unsaid}; these are the CPU samples of the trace.` };
}

function unknownRequestNotice(request: string): Notice {
  return { severity: 'warning', text: `No request of the trace is known as ${request}; the view Requests lists them.` };
}

function timelessNotice(name: string): Notice {
  return {
    severity: 'warning',
    text: `Samples of ${name} do not say when they were taken: all of them are shown, not only those of the GC cycle.`,
  };
}
