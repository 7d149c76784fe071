import { type InputName, inflatedBytes, inputs } from './inputs';
import type { Measurement } from './measure';
import { type PeerName, peers } from './peers';
import { median } from './statistics';

/** Medians of one reader over one file. */
export interface Row {
  readonly input: InputName;
  readonly peer: PeerName;
  readonly megabytes: number;
  readonly count: number;
  readonly firstMs: number;
  readonly warmMs: number;
  /** Null where it is not the peer's own. */
  readonly peakRssMb: number | null;
}

/** A reader that is missing on this machine, and why. */
export interface Absence {
  readonly input: InputName;
  readonly peer: PeerName;
  readonly reason: string;
}

export interface Comparison {
  readonly rows: readonly Row[];
  readonly absences: readonly Absence[];
}

/** Fresh processes of each reader: the median of their first calls is the first call. */
const processes = 5;

/** Measures readers over a file, interleaved, so that a busy moment of the machine hits all of them. */
export function compare(input: InputName, names: readonly PeerName[]): Comparison {
  const { path, runs } = inputs[input];
  const file = path();
  const measured = new Map<PeerName, Measurement[]>(names.map((name) => [name, []]));
  const absences: Absence[] = [];
  for (let round = 0; round < processes; round++) {
    for (const [name, measurements] of measured) {
      try {
        measurements.push(peers[name].measure(file, runs));
      } catch (error) {
        measured.delete(name);
        absences.push({ input, peer: name, reason: firstLine(error) });
      }
    }
  }
  const megabytes = inflatedBytes(file) / 1e6;
  const rows = [...measured].map(([peer, measurements]) => summarize(input, peer, megabytes, measurements));
  return { rows, absences };
}

function summarize(input: InputName, peer: PeerName, megabytes: number, measurements: readonly Measurement[]): Row {
  const peakRss = Math.max(...measurements.map(({ peakRssBytes }) => peakRssBytes));
  return {
    input,
    peer,
    megabytes,
    count: measurements[0]?.count ?? 0,
    firstMs: median(measurements.map(({ ms }) => ms[0] ?? Number.NaN)),
    warmMs: median(measurements.map(({ ms }) => median(ms.slice(Math.ceil(ms.length / 2))))),
    peakRssMb: Number.isFinite(peakRss) ? peakRss / 1e6 : null,
  };
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').find((line) => line.trim() !== '') ?? 'it failed';
}
