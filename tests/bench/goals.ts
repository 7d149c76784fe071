import type { Row } from './compare';
import type { InputName } from './inputs';
import type { PeerName } from './peers';

/** A goal and how to judge it from what was measured. The numbers are those of the design's budgets. */
export type Goal = RatioGoal | LimitGoal;

/** gclens is at least so many times as fast as a peer over the same file in the same run. */
export interface RatioGoal {
  readonly kind: 'ratio';
  readonly id: string;
  readonly own: PeerName;
  readonly peer: PeerName;
  readonly inputs: readonly InputName[];
  readonly phase: 'first' | 'warm';
  readonly least: number;
}

/** A number stays below a bound. */
export interface LimitGoal {
  readonly kind: 'limit';
  readonly id: string;
  readonly what: string;
  readonly inputs: readonly InputName[];
  readonly own: PeerName;
  readonly unit: string;
  valueOf(row: Row): number;
  limitOf(row: Row): number;
}

function ratio(id: string, own: PeerName, peer: PeerName, phase: 'first' | 'warm', least: number, inputs: readonly InputName[]): RatioGoal {
  return { kind: 'ratio', id, own, peer, phase, least, inputs };
}

function limit(
  id: string,
  what: string,
  own: PeerName,
  unit: string,
  inputs: readonly InputName[],
  valueOf: (row: Row) => number,
  limitOf: (row: Row) => number,
): LimitGoal {
  return { kind: 'limit', id, what, own, unit, inputs, valueOf, limitOf };
}

const profiles: readonly InputName[] = ['cpu', 'allocs', 'compiler', 'mid', 'big'];
const gzips: readonly InputName[] = ['mid', 'big', 'traceGzip'];
const peakRssMb = ({ peakRssMb: mb }: Row): number => mb ?? Number.NaN;

export const goals: readonly Goal[] = [
  ratio('T1', 'trace', 'goReader', 'warm', 7, ['pingpong20', 'logs32', 'pingpong160']),
  ratio('T1', 'trace', 'goReader', 'warm', 6, ['http27']),
  ratio('T2', 'trace', 'goReader', 'first', 3, ['pingpong20', 'http27', 'logs32', 'pingpong160']),
  limit(
    'T2',
    'first call',
    'trace',
    'ms',
    ['small'],
    ({ firstMs }) => firstMs,
    () => 40,
  ),
  ratio('T3', 'traceFallback', 'goReader', 'warm', 4, ['pingpong20', 'http27', 'logs32']),
  ratio('T3', 'traceFallback', 'goReader', 'first', 1.3, ['pingpong20', 'http27', 'logs32']),
  // Not built, since not even what bounds it reaches the goal: see README.md.
  ratio('T4', 'traceHalves', 'trace', 'warm', 1.6, ['http100']),
  ratio('T5', 'traceOrder', 'cOrder', 'warm', 0.7, ['pingpong20', 'http27']),
  ratio('T5', 'traceOrderFallback', 'cOrder', 'warm', 0.38, ['pingpong20', 'http27']),
  limit(
    'T6',
    'peak RSS',
    'trace',
    'MB',
    ['pingpong20', 'http27', 'logs32', 'pingpong160'],
    peakRssMb,
    ({ megabytes, count }) => 2 * megabytes + (16 * count) / 1e6 + 150,
  ),
  limit(
    'T7',
    'index',
    'traceIndex',
    'ms',
    ['pingpong160'],
    ({ warmMs }) => warmMs,
    ({ megabytes }) => (5 * megabytes) / 100,
  ),
  ...(['protobufjs', 'pprofFormat', 'protobufEs'] as const).flatMap((peer) => [
    ratio('P1', 'profile', peer, 'warm', 15, profiles),
    ratio('P1', 'profile', peer, 'first', 10, profiles),
    ratio('P1', 'profileFallback', peer, 'first', 4, profiles),
  ]),
  ratio('P2', 'profile', 'goParse', 'warm', 3, profiles),
  ratio('P2', 'profile', 'goParse', 'first', 1.5, profiles),
  ratio('P3', 'profile', 'cColumns', 'warm', 0.5, profiles),
  ...(['fflate', 'pako'] as const).map((peer) => ratio('P4', 'gunzip', peer, 'warm', 3, gzips)),
  ratio('P4', 'gunzip', 'decompressionStream', 'warm', 2, gzips),
  ratio('P4', 'gunzip', 'libdeflate', 'warm', 0.7, gzips),
  ratio('P4', 'inflate', 'libdeflate', 'warm', 0.7, gzips),
  limit(
    'P5',
    'warm',
    'profileToTree',
    'ms',
    ['big'],
    ({ warmMs }) => warmMs,
    () => 1000,
  ),
  limit(
    'P5',
    'first call',
    'profileToTree',
    'ms',
    ['big'],
    ({ firstMs }) => firstMs,
    () => 1500,
  ),
  limit('P5', 'peak RSS', 'profileToTree', 'MB', ['big'], peakRssMb, () => 600),
  ratio('A1', 'tree', 'cTree', 'warm', 1 / 1.7, ['mid', 'big']),
  // Facts and all frames take less time than decoding.
  ratio('F1', 'answers', 'trace', 'first', 1, ['http100']),
];

/** Which readers a file is measured with: all that some goal compares. */
export function readersOf(input: InputName, goalsOfGroup: readonly Goal[]): PeerName[] {
  const names = goalsOfGroup.flatMap((goal) =>
    goal.inputs.includes(input) ? (goal.kind === 'ratio' ? [goal.own, goal.peer] : [goal.own]) : [],
  );
  return [...new Set(names)];
}
