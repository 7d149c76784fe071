import { findDefaultSampleType } from './findSampleType';
import type { Int64 } from './int64';
import type { Profile } from './profile';
import { type LineRow, ProfileBuilder, type ProfileHead } from './profileBuilder';
import { baseLabel, sampleValues } from './sampleValues';

/**
 * Adds up profiles of the same sample types: samples of equal stacks with equal labels become one, and those without any value go (google/pprof
 * profile/merge.go, Merge). Addresses are compared within their mappings, for programs lie elsewhere in each run.
 * @param firstBase samples of profiles from this one on get the label that marks the base of a comparison
 */
export function mergeProfiles(profiles: readonly Profile[], firstBase = Infinity): Profile {
  const merger = new Merger(profiles[0]?.sampleTypes.length ?? 0);
  profiles.forEach((profile, index) => merger.add(new MergeSource(profile, index >= firstBase)));
  const merged = merger.build(mergeHeads(profiles));
  return isAllUsed(merged) ? merged : mergeProfiles([merged]);
}

/** Whether every sample has a value. */
function isAllUsed({ samples }: Profile): boolean {
  for (let sample = 0; sample < samples.length; sample++) {
    if (samples.values.every((column) => column[sample] === 0)) {
      return false;
    }
  }
  return true;
}

function mergeHeads(profiles: readonly Profile[]): ProfileHead {
  const first = profiles[0];
  if (first === undefined) {
    throw new RangeError('no profiles to merge');
  }
  const firstText = (textOf: (profile: Profile) => string): string => profiles.map(textOf).find((text) => text !== '') ?? '';
  const defaultSampleTypeName = firstText((profile) => profile.defaultSampleTypeName);
  return {
    sampleTypes: first.sampleTypes,
    defaultSampleType: findDefaultSampleType(first.sampleTypes, defaultSampleTypeName),
    defaultSampleTypeName,
    periodType: first.periodType,
    period: profiles.reduce((period, profile) => (period === 0 || period < profile.period ? profile.period : period), 0),
    timeUnixNs: profiles.reduce((time, { timeUnixNs }) => (time === 0n || timeUnixNs < time ? timeUnixNs : time), 0n),
    durationNs: profiles.reduce((sum, { durationNs }) => sum + durationNs, 0),
    comments: [...new Set(profiles.flatMap(({ comments }) => comments))],
    docUrl: firstText(({ docUrl }) => docUrl),
    dropFrames: first.dropFrames,
    keepFrames: first.keepFrames,
    notices: profiles.flatMap(({ notices }) => notices),
  };
}

/** Rows that were merged already, by what makes them equal. */
class Merger {
  private readonly builder: ProfileBuilder;
  private readonly mappings = new Map<string, number>();
  private readonly functions = new Map<string, number>();
  private readonly locations = new Map<string, number>();
  private readonly stacks = new Map<string, number>();
  private readonly samples = new Map<string, number>();

  constructor(private readonly sampleTypes: number) {
    this.builder = new ProfileBuilder(sampleTypes);
  }

  add(source: MergeSource): void {
    const { profile } = source;
    // The first mapping is that of the main program, whatever the samples name first.
    if (this.mappings.size === 0 && profile.mappings.length > 0) {
      this.mapMapping(source, 0);
    }
    const valuesOf = Array.from({ length: this.sampleTypes }, (_, type) => sampleValues(profile, type));
    for (let sample = 0; sample < profile.samples.length; sample++) {
      const values = valuesOf.map((valueOf) => valueOf(sample));
      if (values.some((value) => value !== 0)) {
        this.addSample(source, sample, values);
      }
    }
  }

  build(head: ProfileHead): Profile {
    return this.builder.build(head);
  }

  private addSample(source: MergeSource, sample: number, values: readonly Int64[]): void {
    const { builder } = this;
    const stack = this.mapStack(source, source.profile.samples.stack[sample] ?? 0);
    const labels = this.mapLabels(source, sample);
    const key = `${stack};${labels.map((label) => label.join()).join(';')}`;
    const known = this.samples.get(key);
    if (known !== undefined) {
      builder.addValues(known, values);
      return;
    }
    this.samples.set(key, builder.addSample(values, stack));
    for (const label of labels) {
      builder.addLabel(...label);
    }
  }

  /** Labels of a sample by key, texts first, the values of one key in their order. */
  private mapLabels(source: MergeSource, sample: number): LabelRow[] {
    const { samples, labels } = source.profile;
    let rows: LabelRow[] = [];
    for (let label = samples.labelStart[sample] ?? 0; label < (samples.labelStart[sample + 1] ?? 0); label++) {
      const key = this.mapString(source, labels.key[label] ?? 0);
      const text = this.mapString(source, labels.text[label] ?? 0);
      rows.push([key, text, labels.number[label] ?? NaN, this.mapString(source, labels.unit[label] ?? 0)]);
    }
    if (source.isBase) {
      const key = this.builder.addString(baseLabel.key);
      rows = rows.filter(([rowKey, , number]) => rowKey !== key || !Number.isNaN(number));
      rows.push([key, this.builder.addString(baseLabel.text), NaN, 0]);
    }
    return rows.sort((a, b) => Number(Number.isNaN(b[2])) - Number(Number.isNaN(a[2])) || a[0] - b[0]);
  }

  private mapStack(source: MergeSource, stack: number): number {
    return source.stacks.find(stack, () => {
      const { location, locationStart } = source.profile.stacks;
      const rows = location.subarray(locationStart[stack] ?? 0, locationStart[stack + 1] ?? 0);
      const locations = Array.from(rows, (row) => this.mapLocation(source, row));
      return intern(this.stacks, locations.join(), () => this.builder.addStack(locations));
    });
  }

  private mapLocation(source: MergeSource, row: number): number {
    return source.locations.find(row, () => {
      const { locations, mappings } = source.profile;
      const mappingRow = locations.mapping[row] ?? -1;
      const isFolded = locations.isFolded[row] === 1;
      const lines: LineRow[] = [];
      for (let line = locations.lineStart[row] ?? 0; line < (locations.lineStart[row + 1] ?? 0); line++) {
        const functionRow = this.mapFunction(source, locations.lineFunction[line] ?? 0);
        lines.push({ functionRow, line: locations.lineNumber[line] ?? 0, column: locations.lineColumn[line] ?? 0 });
      }
      const mapping = this.mapMapping(source, mappingRow);
      const place = uint64((locations.address[row] ?? 0n) - (mappings[mappingRow]?.start ?? 0n));
      // Of the columns the official tool compares only that of the outermost line.
      const key = [place, mapping, isFolded, lines.at(-1)?.column, ...lines.map(({ functionRow, line }) => `${functionRow}:${line}`)];
      return intern(this.locations, key.join(), () => {
        const address = uint64(place + (this.builder.mappings[mapping]?.start ?? 0n));
        return this.builder.addLocation({ address, mapping, lines, isFolded });
      });
    });
  }

  private mapFunction(source: MergeSource, row: number): number {
    return source.functions.find(row, () => {
      const { functions } = source.profile;
      const [name = 0, systemName = 0, file = 0] = [functions.name, functions.systemName, functions.file].map((column) =>
        this.mapString(source, column[row] ?? 0),
      );
      const startLine = functions.startLine[row] ?? 0;
      return intern(this.functions, [name, systemName, file, startLine].join(), () =>
        this.builder.addFunction({ name, systemName, file, startLine }),
      );
    });
  }

  /** A mapping is the same as one of equal size and offset of the same build, or else of the same file, wherever it was mapped. */
  private mapMapping(source: MergeSource, row: number): number {
    const mapping = source.profile.mappings[row];
    if (mapping === undefined) {
      return -1;
    }
    return source.mappings.find(row, () => {
      const { start, limit, fileOffset, file, buildId } = mapping;
      const pages = uint64(limit - start + pageSize - 1n) / pageSize;
      return intern(this.mappings, `${pages} ${fileOffset} ${buildId || file}`, () => this.builder.mappings.push(mapping) - 1);
    });
  }

  private mapString(source: MergeSource, index: number): number {
    return source.strings.find(index, () => this.builder.addString(source.profile.strings[index] ?? ''));
  }
}

type LabelRow = [key: number, text: number, number: number, unit: number];

/** Sizes of mappings are compared by the page. */
const pageSize = 0x1000n;

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

/** The row of a key, which is made when the key is new. */
function intern(rows: Map<string, number>, key: string, make: () => number): number {
  const known = rows.get(key);
  if (known !== undefined) {
    return known;
  }
  const row = make();
  rows.set(key, row);
  return row;
}

/** A profile that is merged, and where its rows went. */
class MergeSource {
  readonly strings: RowMemo;
  readonly mappings: RowMemo;
  readonly functions: RowMemo;
  readonly locations: RowMemo;
  readonly stacks: RowMemo;

  constructor(
    readonly profile: Profile,
    readonly isBase: boolean,
  ) {
    this.strings = new RowMemo(profile.strings.length);
    this.mappings = new RowMemo(profile.mappings.length);
    this.functions = new RowMemo(profile.functions.length);
    this.locations = new RowMemo(profile.locations.length);
    this.stacks = new RowMemo(profile.stacks.length);
  }
}

/** Rows of the merged profile by rows of a source. */
class RowMemo {
  private readonly rows: Int32Array;

  constructor(length: number) {
    this.rows = new Int32Array(length).fill(-1);
  }

  find(row: number, make: () => number): number {
    const known = this.rows[row] ?? -1;
    if (known >= 0) {
      return known;
    }
    const made = make();
    this.rows[row] = made;
    return made;
  }
}
