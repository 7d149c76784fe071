import type { MapOp } from '../runtime';
import { type AllocationEvents, countKinds } from './allocationEvents';
import type { AllocatedAt } from './allocationProfile';
import type { AnalyzedTrace } from './capture';
import { type Interval95, middle95, resamples, seededRandom } from './resample';
import { allocatingOperation, type CallingMapWork, type DirectedMapOp } from './allocatingOperation';
import { functionOfSite, type IterationPath, type StackSite, type StackSites } from './stackSite';
import { type MapTie, strongestTie } from './triggers';

/** A line that allocates, with what shows that it drives the GC. */
export interface AllocationSite {
  /** `function file:line`, the first outside of Go's own packages. */
  readonly line: string;
  readonly function: string;
  /** The library's line that allocates, where it is not `line`. */
  readonly inside: string | null;
  /** Where `line` is of a module that the program depends on: the program's own line that leads there most; null elsewhere. */
  readonly calledFrom: string | null;
  /** Its part of what the trace shows of allocation: see {@link rankAllocationSites}. */
  readonly share: number;
  /** 95 % interval of `share`; null of fewer than three GC cycles. */
  readonly interval: Interval95 | null;
  /** GC cycles that an allocation here began. */
  readonly triggers: number;
  readonly assists: number;
  /** Time of the assists, on and off the CPU. */
  readonly assistNs: number;
  /** CPU samples inside of the allocator. */
  readonly samples: number;
  /** How many of these events are draws of an allocating line. */
  readonly draws: number;
  /** The strongest evidence that ties the line to maps, and how much of its share has any. */
  readonly mapTie: MapTie;
  readonly mapShare: number;
  /** The map operation that allocates, where it is one. */
  readonly mapOp: MapOp | null;
  /** Part of its votes that are part of that operation. */
  readonly mapOpShare: number;
  /** Which way it goes, where that operation is an iteration. */
  readonly iteration: IterationPath | null;
  /** The map operation that called the line, as sync.Map.Range calls a function, or that calls it again and again; null where none is known. */
  readonly calledBy: CallingMapWork | null;
  /** The line of a walk over a map in a caller, seen too seldom to tell whether its steps call the line; null without. */
  readonly perhapsCalledAt: string | null;
  /** Bytes since the process began, by an allocs or heap profile; null without one. */
  readonly allocBytes: number | null;
  /** Part of all bytes of that profile. */
  readonly allocShare: number | null;
  /** Requests that were served on the line, most events first. */
  readonly requests: readonly RequestCount[];
}

/** Requests of one type. */
export interface RequestCount {
  /** Type of the outermost task; null where the goroutine worked for no known task. */
  readonly type: string | null;
  readonly events: number;
  /** Ids of the tasks, those with most events first, few. */
  readonly tasks: readonly number[];
}

/** What sites are made from. */
export interface SiteSources {
  readonly analyzed: Pick<AnalyzedTrace, 'facts'>;
  readonly sites: StackSites;
  readonly events: AllocationEvents;
  /** By stack of an allocation: the walk over a map whose steps call it. */
  readonly walkAround: (stack: number) => CallingMapWork | null;
  /** By stack of an allocation: the line of a walk that may call it, or be over before. */
  readonly walkPerhapsAround: (stack: number) => string | null;
  /** By event: what ties it to maps. */
  readonly ties: readonly MapTie[];
  /** By event: row of the request that it was for, -1 without. */
  readonly requests: Int32Array;
  readonly allocations: readonly AllocatedAt[] | null;
}

const resampleCount = 400;
const resampledSites = 20;
/** More cycles than these are drawn in blocks of neighbours. */
const mostBlocks = 500;
const shownTasks = 3;

/**
 * The lines that drive the GC, first the one that does most. Every trigger, assist and CPU sample in the allocator is one vote for its line, since each hits a line
 * the likelier the more it allocates; assists share their votes by the time they worked, as a large allocation has one long assist. The interval comes from drawing
 * the GC cycles anew: cycles are what repeats, what happens within one is not independent.
 */
export function rankAllocationSites(sources: SiteSources): AllocationSite[] {
  const { events } = sources;
  const total = events.votes.reduce((sum, votes) => sum + votes, 0);
  const bytesOf = new Map((sources.allocations ?? []).map((allocated) => [allocated.line, allocated]));
  const totalBytes = (sources.allocations ?? []).reduce((sum, { allocBytes }) => sum + allocBytes, 0);
  const sites = [...tallyLines(sources)].map(([line, tally]): Omit<AllocationSite, 'interval'> => {
    const described = [...tally.votesOfStack.keys()].map((stack) => sources.sites.at(stack));
    const allocated = bytesOf.get(line);
    const most = mostVotedOperation(tally.votesOfStack, sources.sites);
    return {
      line,
      function: described[0]?.function ?? '',
      inside: insideOf(line, tally.votesOfStack, sources.sites),
      calledFrom: mostVoted(tally.votesOfStack, (stack) => sources.sites.at(stack).calledFrom),
      share: total === 0 ? 0 : tally.votes / total,
      ...countKinds(tally.events.map((event) => events.kind[event] ?? 0)),
      assistNs: tally.assistNs,
      draws: tally.draws,
      mapTie: strongestTie((tie) => tally.ties.has(tie)),
      mapShare: tally.votes === 0 ? 0 : tally.tiedVotes / tally.votes,
      mapOp: most?.operation.op ?? null,
      mapOpShare: most === null || tally.votes === 0 ? 0 : most.votes / tally.votes,
      iteration: most?.operation.iteration ?? null,
      calledBy: callingMapWork(described) ?? [...tally.votesOfStack.keys()].map(sources.walkAround).find((walk) => walk !== null) ?? null,
      perhapsCalledAt: mostVoted(tally.votesOfStack, sources.walkPerhapsAround),
      allocBytes: sources.allocations === null ? null : (allocated?.allocBytes ?? 0),
      allocShare: sources.allocations === null || totalBytes === 0 ? null : (allocated?.allocBytes ?? 0) / totalBytes,
      requests: countRequests(tally.events, sources),
    };
  });
  sites.sort((a, b) => b.share - a.share || b.assistNs - a.assistNs || (a.line < b.line ? -1 : 1));
  const intervals = shareIntervals(
    sites.slice(0, resampledSites).map(({ line }) => line),
    sources,
  );
  return sites.map((site) => ({ ...site, interval: intervals.get(site.line) ?? null }));
}

/** The map operation that most of the votes are part of, and how many; null where none are. */
function mostVotedOperation(
  votesOfStack: ReadonlyMap<number, number>,
  sites: StackSites,
): { readonly operation: DirectedMapOp; readonly votes: number } | null {
  const operations = new Map<string, DirectedMapOp>();
  const [most] = votesByName(votesOfStack, (stack) => {
    const operation = allocatingOperation(sites.at(stack));
    const name = operation === null ? null : `${operation.op} ${operation.iteration ?? ''}`;
    if (operation !== null && name !== null) {
      operations.set(name, operation);
    }
    return name;
  });
  const operation = operations.get(most?.[0] ?? '');
  return most === undefined || operation === undefined ? null : { operation, votes: most[1] };
}

function callingMapWork(described: readonly StackSite[]): CallingMapWork | null {
  const called = described.find(({ isMapCallback }) => isMapCallback);
  return called === undefined || called.mapOp === null || called.mapLine === null
    ? null
    : { op: called.mapOp, line: called.mapLine, iteration: called.iteration, evidence: 'operation' };
}

/** What is added up of a line's events. */
interface LineTally {
  /** Their rows. */
  readonly events: number[];
  readonly votesOfStack: Map<number, number>;
  readonly ties: Set<MapTie>;
  votes: number;
  tiedVotes: number;
  assistNs: number;
  draws: number;
}

/** By line, in the order of the first event; events whose stack names none are left out. */
function tallyLines({ events, sites, ties }: SiteSources): Map<string, LineTally> {
  const tallies = new Map<string, LineTally>();
  const tallyOfStack = new Map<number, LineTally | null>();
  const tallyOf = (stack: number): LineTally | null => {
    const { line } = sites.at(stack);
    const tally = line === null ? null : (tallies.get(line) ?? emptyTally());
    if (line !== null && tally !== null) {
      tallies.set(line, tally);
    }
    tallyOfStack.set(stack, tally);
    return tally;
  };
  for (let event = 0; event < events.length; event++) {
    const stack = events.stack[event] ?? 0;
    const known = tallyOfStack.get(stack);
    const tally = known === undefined ? tallyOf(stack) : known;
    if (tally !== null) {
      const votes = events.votes[event] ?? 0;
      const tie = ties[event] ?? null;
      tally.events.push(event);
      tally.votes += votes;
      tally.tiedVotes += tie === null ? 0 : votes;
      tally.ties.add(tie);
      tally.assistNs += events.durationNs[event] ?? 0;
      tally.draws += events.isDraw[event] ?? 0;
      tally.votesOfStack.set(stack, (tally.votesOfStack.get(stack) ?? 0) + votes);
    }
  }
  return tallies;
}

function emptyTally(): LineTally {
  return { events: [], votesOfStack: new Map(), ties: new Set(), votes: 0, tiedVotes: 0, assistNs: 0, draws: 0 };
}

/** The library's line that has most of the votes, unless it is the program's own. */
function insideOf(own: string, votesOfStack: ReadonlyMap<number, number>, sites: StackSites): string | null {
  const most = mostVoted(votesOfStack, (stack) => {
    const { site, line } = sites.at(stack);
    // Assembly has no package, and is the allocator's.
    return site !== null && functionOfSite(site).includes('.') ? site : line;
  });
  return most === own ? null : most;
}

function mostVoted(votesOfStack: ReadonlyMap<number, number>, nameOf: (stack: number) => string | null): string | null {
  return votesByName(votesOfStack, nameOf)[0]?.[0] ?? null;
}

/** What stacks are told apart by, with the votes of each, most first; stacks without a name are left out. */
export function votesByName(
  votesOfStack: Iterable<readonly [stack: number, votes: number]>,
  nameOf: (stack: number) => string | null,
): [name: string, votes: number][] {
  const votes = new Map<string, number>();
  for (const [stack, ofStack] of votesOfStack) {
    const name = nameOf(stack);
    if (name !== null) {
      votes.set(name, (votes.get(name) ?? 0) + ofStack);
    }
  }
  return [...votes].sort((a, b) => b[1] - a[1]);
}

/** Requests of some events, by the type of their outermost task. */
export function countRequests(
  events: ArrayLike<number>,
  { analyzed, requests }: Pick<SiteSources, 'analyzed' | 'requests'>,
): RequestCount[] {
  const { tasks } = analyzed.facts;
  const byTask = new Map<number, number>();
  for (let n = 0; n < events.length; n++) {
    const row = requests[events[n] ?? 0] ?? -1;
    byTask.set(row, (byTask.get(row) ?? 0) + 1);
  }
  const types = new Map<number, string | null>();
  const typeOf = (row: number): string | null => {
    const type = tasks.type[row] ?? 0;
    let text = types.get(type);
    if (text === undefined) {
      text = tasks.at(row)?.type ?? null;
      types.set(type, text);
    }
    return text;
  };
  const byType = new Map<string | null, RequestTally>();
  for (const [row, count] of byTask) {
    const type = row < 0 ? null : typeOf(row);
    const tally = byType.get(type) ?? { events: 0, most: [] };
    tally.events += count;
    if (row >= 0) {
      insertTask(tally.most, { task: tasks.id[row] ?? 0, events: count });
    }
    byType.set(type, tally);
  }
  return [...byType]
    .map(([type, { events: all, most }]) => ({ type, events: all, tasks: most.map(({ task }) => task) }))
    .sort((a, b) => b.events - a.events);
}

interface TaskTally {
  readonly task: number;
  readonly events: number;
}

/** Requests of one type: all their events, and the tasks with most of them. */
interface RequestTally {
  events: number;
  readonly most: TaskTally[];
}

/** Keeps the few with most events, those that came first before others of as many. */
function insertTask(most: TaskTally[], tally: TaskTally): void {
  const behind = most.findIndex(({ events }) => events < tally.events);
  if (behind >= 0) {
    most.splice(behind, 0, tally);
  } else if (most.length < shownTasks) {
    most.push(tally);
  }
  most.length = Math.min(most.length, shownTasks);
}

function shareIntervals(lines: readonly string[], { events, sites, analyzed }: SiteSources): Map<string, Interval95> {
  const cycles = analyzed.facts.gcCycles.length;
  const intervals = new Map<string, Interval95>();
  if (cycles < 3 || lines.length === 0) {
    return intervals;
  }
  const blocks = Math.min(cycles, mostBlocks);
  const rowOf = new Map(lines.map((line, row) => [line, row]));
  const totals = new Float64Array(blocks);
  const votes = lines.map(() => new Float64Array(blocks));
  for (let event = 0; event < events.length; event++) {
    // What came after the last cycle counts as that one's: a cycle more that is not whole would have too much to say.
    const known = events.cycle[event] ?? -1;
    const cycle = known < 0 ? cycles - 1 : known;
    const block = Math.floor((cycle * blocks) / cycles);
    const weight = events.votes[event] ?? 0;
    totals[block] = (totals[block] ?? 0) + weight;
    const own = votes[rowOf.get(sites.at(events.stack[event] ?? 0).line ?? '') ?? -1];
    if (own !== undefined) {
      own[block] = (own[block] ?? 0) + weight;
    }
  }
  const shares: number[][] = lines.map(() => []);
  for (const drawn of resamples(blocks, resampleCount, seededRandom(1))) {
    const total = sumAt(totals, drawn);
    votes.forEach((own, row) => {
      shares[row]?.push(total === 0 ? NaN : sumAt(own, drawn) / total);
    });
  }
  lines.forEach((line, row) => {
    const interval = middle95(shares[row] ?? []);
    if (interval !== null) {
      intervals.set(line, interval);
    }
  });
  return intervals;
}

function sumAt(values: Float64Array, places: Uint32Array): number {
  let sum = 0;
  for (let n = 0; n < places.length; n++) {
    sum += values[places[n] ?? 0] ?? 0;
  }
  return sum;
}
