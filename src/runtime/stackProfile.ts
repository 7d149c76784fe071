import type { StringIndex, Trace } from '../gotrace';
import type { FunctionTable, LocationTable, Profile, SampleType } from '../pprof';

/** A label of a sample. */
export type SampleLabel = readonly [key: string, value: string];

/** Things that happened in a trace, each with a stack: what a profile is added up from. */
export interface StackRows {
  readonly length: number;
  /** StackIndex of each row. */
  readonly stack: ArrayLike<number>;
  readonly sampleTypes: readonly SampleType[];
  /** One column for each sample type. */
  readonly values: readonly ArrayLike<number>[];
  /** Labels of a row: rows become one sample where stack and labels are alike. None when absent. */
  readonly labelsAt?: (row: number) => readonly SampleLabel[];
}

/** What a profile says of itself as a whole; what is left out is unknown. */
export type ProfileHead = Pick<Profile, 'period' | 'periodType'> & Partial<Pick<Profile, 'timeUnixNs' | 'durationNs'>>;

/**
 * A profile of rows of a trace, with the tables that `go tool trace -pprof=` makes (Go src/internal/trace/traceviewer/pprof.go): a location for each pc with
 * one line, no mapping. Stacks of equal pcs are one sample.
 */
export function profileOfStacks(
  trace: Trace,
  rows: StackRows,
  { period, periodType, timeUnixNs = 0n, durationNs = 0 }: ProfileHead,
): Profile {
  const strings = new Strings();
  const places = new PlaceTables(trace, strings);
  const samples = new SampleSums(rows, places);
  for (let row = 0; row < rows.length; row++) {
    samples.add(row);
  }
  return {
    sampleTypes: rows.sampleTypes,
    defaultSampleType: Math.max(0, rows.sampleTypes.length - 1),
    defaultSampleTypeName: '',
    period,
    periodType,
    timeUnixNs,
    durationNs,
    comments: [],
    docUrl: '',
    dropFrames: '',
    keepFrames: '',
    strings: strings.texts,
    ...samples.finish(strings),
    locations: places.locations(),
    functions: places.functions(),
    mappings: [],
    notices: [],
  };
}

class Strings {
  readonly texts: string[] = [''];
  private readonly indexes = new Map<string, number>([['', 0]]);

  intern(text: string): number {
    const known = this.indexes.get(text);
    if (known !== undefined) {
      return known;
    }
    this.indexes.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}

/** Locations and functions of the stacks that occur. */
class PlaceTables {
  private readonly locationOfPc = new Map<number | bigint, number>();
  private readonly functionOfNames = new Map<string, number>();
  private readonly frameOfLocation: number[] = [];
  private readonly functionOfLocation: number[] = [];
  private readonly name: number[] = [];
  private readonly file: number[] = [];

  constructor(
    private readonly trace: Trace,
    private readonly strings: Strings,
  ) {}

  /** Locations of a stack, leaf first, and its pcs as text. */
  read(stack: number): { readonly locations: readonly number[]; readonly pcs: string } {
    const { frameStart, frame } = this.trace.stacks;
    const rows = frame.subarray(frameStart[stack] ?? 0, frameStart[stack + 1] ?? 0);
    const pcs = Array.from(rows, (row) => this.pcOf(row));
    return { locations: pcs.map((pc, k) => this.locationOfPc.get(pc) ?? this.addLocation(pc, rows[k] ?? 0)), pcs: pcs.join() };
  }

  locations(): LocationTable {
    const { frames } = this.trace.stacks;
    const { length } = this.frameOfLocation;
    return {
      length,
      address: BigUint64Array.from(this.frameOfLocation, (row) => BigInt.asUintN(64, BigInt(this.pcOf(row)))),
      mapping: new Int32Array(length).fill(-1),
      lineStart: Uint32Array.from({ length: length + 1 }, (_, location) => location),
      lineFunction: Uint32Array.from(this.functionOfLocation),
      lineNumber: Float64Array.from(this.frameOfLocation, (row) => frames.line[row] ?? 0),
      lineColumn: new Float64Array(length),
      isFolded: new Uint8Array(length),
    };
  }

  functions(): FunctionTable {
    const name = Uint32Array.from(this.name);
    return { length: name.length, name, systemName: name, file: Uint32Array.from(this.file), startLine: new Float64Array(name.length) };
  }

  private pcOf(row: number): number | bigint {
    const { frames } = this.trace.stacks;
    return frames.big?.get(row)?.pc ?? frames.pc[row] ?? 0;
  }

  private addLocation(pc: number | bigint, row: number): number {
    const { frames } = this.trace.stacks;
    const names = `${frames.function[row] ?? 0} ${frames.file[row] ?? 0}`;
    this.locationOfPc.set(pc, this.frameOfLocation.length);
    this.functionOfLocation.push(this.functionOfNames.get(names) ?? this.addFunction(names, row));
    return this.frameOfLocation.push(row) - 1;
  }

  private addFunction(names: string, row: number): number {
    const { frames } = this.trace.stacks;
    this.functionOfNames.set(names, this.name.length);
    this.file.push(this.intern(frames.file[row] ?? 0));
    return this.name.push(this.intern(frames.function[row] ?? 0)) - 1;
  }

  private intern(string: number): number {
    return this.strings.intern(this.trace.strings.textOf(string as StringIndex));
  }
}

/** Stacks of equal pcs, shown as the last of them, and their sample for each set of labels. */
interface SummedStack {
  readonly row: number;
  locations: readonly number[];
  readonly sampleOfLabels: Map<number, number>;
}

/** A stack of the trace, and what it counts as. */
interface KnownStack {
  readonly locations: readonly number[];
  readonly sum: SummedStack;
}

/** Adds rows up to samples, which stand in the order in which they come up first. */
class SampleSums {
  private readonly stackOfIndex = new Map<number, KnownStack>();
  private readonly sumOfPcs = new Map<string, SummedStack>();
  private readonly labelSets: (readonly SampleLabel[])[] = [];
  private readonly labelSetOfText = new Map<string, number>();
  private readonly stacks: SummedStack[] = [];
  private readonly stackOfSample: number[] = [];
  private readonly labelsOfSample: number[] = [];
  private readonly values: number[][];

  constructor(
    private readonly rows: StackRows,
    private readonly places: PlaceTables,
  ) {
    this.values = rows.sampleTypes.map(() => []);
  }

  add(row: number): void {
    const { rows } = this;
    const sample = this.sampleOf(this.stackOf(rows.stack[row] ?? 0), this.labelSetOf(rows.labelsAt?.(row) ?? []));
    this.values.forEach((sums, type) => {
      sums[sample] = (sums[sample] ?? 0) + (rows.values[type]?.[row] ?? 0);
    });
  }

  finish(strings: Strings): Pick<Profile, 'samples' | 'stacks' | 'labels'> {
    const { stacks, labelSets, stackOfSample, labelsOfSample } = this;
    const labels = labelsOfSample.flatMap((set) => labelSets[set] ?? []);
    return {
      samples: {
        length: stackOfSample.length,
        values: this.values.map((sums) => Float64Array.from(sums)),
        stack: Uint32Array.from(stackOfSample),
        labelStart: startsOf(labelsOfSample, (set) => labelSets[set]?.length ?? 0),
      },
      stacks: {
        length: stacks.length,
        locationStart: startsOf(stacks, ({ locations }) => locations.length),
        location: Uint32Array.from(stacks.flatMap(({ locations }) => locations)),
      },
      labels: {
        length: labels.length,
        key: Uint32Array.from(labels, ([key]) => strings.intern(key)),
        text: Uint32Array.from(labels, ([, value]) => strings.intern(value)),
        number: new Float64Array(labels.length).fill(NaN),
        unit: new Uint32Array(labels.length),
      },
    };
  }

  private stackOf(index: number): SummedStack {
    const known = this.stackOfIndex.get(index) ?? this.addStack(index);
    known.sum.locations = known.locations;
    return known.sum;
  }

  /** As the official tool compares stacks, pcs of 0 at the root count for nothing: a stack that could not be read, one frame of pc 0, is like none. */
  private addStack(index: number): KnownStack {
    const { locations, pcs } = this.places.read(index);
    const key = pcs.replace(/(?:(?:^|,)0)+$/, '');
    const sum = this.sumOfPcs.get(key) ?? this.addSum(key, locations);
    const known = { locations, sum };
    this.stackOfIndex.set(index, known);
    return known;
  }

  private addSum(key: string, locations: readonly number[]): SummedStack {
    const sum = { row: this.stacks.length, locations, sampleOfLabels: new Map<number, number>() };
    this.stacks.push(sum);
    this.sumOfPcs.set(key, sum);
    return sum;
  }

  private labelSetOf(labels: readonly SampleLabel[]): number {
    const text = labels.flat().join('\0');
    const known = this.labelSetOfText.get(text);
    if (known !== undefined) {
      return known;
    }
    this.labelSetOfText.set(text, this.labelSets.length);
    return this.labelSets.push(labels) - 1;
  }

  private sampleOf(stack: SummedStack, labels: number): number {
    const known = stack.sampleOfLabels.get(labels);
    if (known !== undefined) {
      return known;
    }
    stack.sampleOfLabels.set(labels, this.stackOfSample.length);
    this.labelsOfSample.push(labels);
    return this.stackOfSample.push(stack.row) - 1;
  }
}

/** First rows of runs that lie one after the other, and the end of the last. */
function startsOf<T>(items: readonly T[], lengthOf: (item: T) => number): Uint32Array {
  const starts = new Uint32Array(items.length + 1);
  items.forEach((item, k) => {
    starts[k + 1] = (starts[k] ?? 0) + lengthOf(item);
  });
  return starts;
}
