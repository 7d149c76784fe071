import type { Notice } from '../base';

/**
 * A decoded profile: columns. Every index is a row of the table it names; strings are indexes into `strings`.
 * Source: github.com/google/pprof/proto/profile.proto.
 */
export interface Profile {
  readonly sampleTypes: readonly SampleType[];
  /** Row of `sampleTypes` shown by default: default_sample_type, else the last. */
  readonly defaultSampleType: number;
  /** default_sample_type as written; '' when absent. */
  readonly defaultSampleTypeName: string;
  readonly periodType: SampleType | null;
  readonly period: number;
  /** Unix ns of the collection; 0n when unknown. */
  readonly timeUnixNs: bigint;
  readonly durationNs: number;
  readonly comments: readonly string[];
  readonly docUrl: string;
  /** Regular expressions of frames to drop/keep, as written; '' when absent. */
  readonly dropFrames: string;
  readonly keepFrames: string;
  readonly strings: readonly string[];
  readonly samples: SampleTable;
  readonly stacks: CallStackTable;
  readonly labels: LabelTable;
  readonly locations: LocationTable;
  readonly functions: FunctionTable;
  readonly mappings: readonly Mapping[];
  /** What a reader should know: values above 2^53, lenient repairs. */
  readonly notices: readonly Notice[];
}

/** What the values of a column count: `cpu` in `nanoseconds`. */
export interface SampleType {
  readonly type: string;
  readonly unit: string;
}

/** Samples in the order of the file. */
export interface SampleTable {
  readonly length: number;
  /** One column for each sample type. Exact below 2^53. */
  readonly values: readonly Float64Array[];
  /** Values of sample types that have some beyond 2^53, exactly; null for the others, absent where there are none. */
  readonly exactValues?: readonly (BigInt64Array | null)[];
  /** Where the sample was taken, a row of `stacks`. */
  readonly stack: Uint32Array;
  /** Labels of sample s: rows labelStart[s] … labelStart[s + 1] - 1 of `labels`. */
  readonly labelStart: Uint32Array;
}

/** Stacks of the samples. Many samples may share one; two rows may hold equal stacks. */
export interface CallStackTable {
  readonly length: number;
  /** Locations of stack s, leaf first: location[locationStart[s]] … location[locationStart[s + 1] - 1], rows of `locations`. */
  readonly locationStart: Uint32Array;
  readonly location: Uint32Array;
}

/** Labels of all samples, those of one sample side by side. */
export interface LabelTable {
  readonly length: number;
  readonly key: Uint32Array;
  /** String value, 0 for a numeric label. */
  readonly text: Uint32Array;
  /** Numeric value; NaN for a string label. */
  readonly number: Float64Array;
  /** Unit of a numeric label; 0 without. */
  readonly unit: Uint32Array;
}

/** Addresses with the lines they stand for. */
export interface LocationTable {
  readonly length: number;
  readonly address: BigUint64Array;
  /** Row of `mappings`, -1 without. */
  readonly mapping: Int32Array;
  /** Lines of location l, innermost inlined call first: rows lineStart[l] … lineStart[l + 1] - 1. Empty when not symbolised. */
  readonly lineStart: Uint32Array;
  readonly lineFunction: Uint32Array;
  readonly lineNumber: Float64Array;
  readonly lineColumn: Float64Array;
  readonly isFolded: Uint8Array;
}

/** Functions; all columns but `startLine` are indexes into `strings`. */
export interface FunctionTable {
  readonly length: number;
  readonly name: Uint32Array;
  readonly systemName: Uint32Array;
  readonly file: Uint32Array;
  readonly startLine: Float64Array;
}

/** A file that was mapped into the process, and the addresses it had. */
export interface Mapping {
  readonly start: bigint;
  readonly limit: bigint;
  readonly fileOffset: bigint;
  readonly file: string;
  readonly buildId: string;
  readonly hasFunctions: boolean;
  readonly hasFilenames: boolean;
  readonly hasLineNumbers: boolean;
  readonly hasInlineFrames: boolean;
}
