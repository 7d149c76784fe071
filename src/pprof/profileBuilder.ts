import { AddressColumn } from './addressColumn';
import { GrowingColumn, newFloat64, newUint32 } from '../base';
import { inexactLabels, inexactValues } from './inexact';
import type { Int64 } from './int64';
import { checkTableSize } from './limits';
import type { CallStackTable, FunctionTable, LabelTable, LocationTable, Mapping, Profile, SampleTable } from './profile';
import { ValueColumn } from './valueColumn';

/** What a profile says of itself as a whole. */
export type ProfileHead = Omit<Profile, 'strings' | 'samples' | 'stacks' | 'labels' | 'locations' | 'functions' | 'mappings'>;

/** A function by its strings' indexes. */
export interface FunctionRow {
  readonly name: number;
  readonly systemName: number;
  readonly file: number;
  readonly startLine: number;
}

/** A line of a location. */
export interface LineRow {
  /** Row of the function table. */
  readonly functionRow: number;
  readonly line: number;
  readonly column: number;
}

/** A location; lines innermost first. */
export interface LocationRow {
  readonly address: bigint;
  /** Row of the mapping table, -1 without. */
  readonly mapping: number;
  readonly lines: readonly LineRow[];
  readonly isFolded: boolean;
}

/** Makes the columns of a profile row by row. Every `add…` returns the new row. */
export class ProfileBuilder {
  readonly mappings: Mapping[] = [];
  private readonly strings = new Map<string, number>([['', 0]]);
  private readonly values: readonly ValueColumn[];
  private readonly stack = new GrowingColumn(newUint32, 1024);
  private readonly labelStart = new GrowingColumn(newUint32, 1024);
  private readonly stacks = { start: new GrowingColumn(newUint32, 1024), location: new GrowingColumn(newUint32, 8192) };
  private inexactLabels = 0;
  private readonly labels = {
    key: new GrowingColumn(newUint32, 1024),
    text: new GrowingColumn(newUint32, 1024),
    number: new GrowingColumn(newFloat64, 1024),
    unit: new GrowingColumn(newUint32, 1024),
  };
  private readonly functions = {
    name: new GrowingColumn(newUint32, 256),
    systemName: new GrowingColumn(newUint32, 256),
    file: new GrowingColumn(newUint32, 256),
    startLine: new GrowingColumn(newFloat64, 256),
  };
  private readonly locations = {
    address: new AddressColumn(),
    mapping: new GrowingColumn(newUint32, 256),
    isFolded: new GrowingColumn(newUint32, 256),
    lineStart: new GrowingColumn(newUint32, 1024),
    lineFunction: new GrowingColumn(newUint32, 1024),
    lineNumber: new GrowingColumn(newFloat64, 1024),
    lineColumn: new GrowingColumn(newFloat64, 1024),
  };

  constructor(sampleTypes: number) {
    this.values = Array.from({ length: sampleTypes }, () => new ValueColumn());
  }

  addString(text: string): number {
    const known = this.strings.get(text) ?? this.strings.size;
    this.strings.set(text, known);
    return known;
  }

  addFunction({ name, systemName, file, startLine }: FunctionRow): number {
    const { functions } = this;
    functions.name.push(name);
    functions.systemName.push(systemName);
    functions.file.push(file);
    functions.startLine.push(startLine);
    return functions.name.length - 1;
  }

  addLocation({ address, mapping, lines, isFolded }: LocationRow): number {
    const { locations } = this;
    locations.lineStart.push(locations.lineFunction.length);
    for (const { functionRow, line, column } of lines) {
      locations.lineFunction.push(functionRow);
      locations.lineNumber.push(line);
      locations.lineColumn.push(column);
    }
    locations.mapping.push(mapping);
    locations.isFolded.push(isFolded ? 1 : 0);
    locations.address.push(address);
    return locations.address.length - 1;
  }

  /** @param locations rows of the location table, leaf first */
  addStack(locations: Iterable<number>): number {
    const { start, location } = this.stacks;
    start.push(location.length);
    for (const row of locations) {
      location.push(row);
    }
    checkTableSize('stack entries', location.length);
    return start.length - 1;
  }

  /** @param values one for each sample type; labels that are added next are this sample's */
  addSample(values: readonly Int64[], stack: number): number {
    values.forEach((value, type) => this.values[type]?.push(value));
    this.stack.push(stack);
    this.labelStart.push(this.labels.key.length);
    checkTableSize('samples', this.stack.length);
    return this.stack.length - 1;
  }

  /** Adds to the values of a sample. */
  addValues(sample: number, values: readonly Int64[]): void {
    values.forEach((value, type) => this.values[type]?.add(sample, value));
  }

  /** @param key index of a string, as `text` and `unit`; of a numeric label `text` is 0, of a text `number` is NaN and `unit` 0 */
  addLabel(key: number, text: number, number: number, unit: number): void {
    this.labels.key.push(key);
    this.labels.text.push(text);
    this.labels.number.push(number);
    this.labels.unit.push(unit);
    this.inexactLabels += Number.isNaN(number) || Number.isSafeInteger(number) ? 0 : 1;
    checkTableSize('labels', this.labels.key.length);
  }

  build(head: ProfileHead): Profile {
    const notices = this.values.flatMap((column, type) => inexactValues(column.inexact, head.sampleTypes[type]?.type ?? String(type)));
    return {
      ...head,
      notices: [...head.notices, ...notices, ...inexactLabels(this.inexactLabels)],
      strings: [...this.strings.keys()],
      samples: this.takeSamples(),
      stacks: this.takeStacks(),
      labels: this.takeLabels(),
      locations: this.takeLocations(),
      functions: this.takeFunctions(),
      mappings: this.mappings,
    };
  }

  private takeSamples(): SampleTable {
    const { length } = this.stack;
    this.labelStart.push(this.labels.key.length);
    const exactValues = this.values.map((column) => column.takeExact());
    return {
      length,
      values: this.values.map((column) => column.take()),
      ...(exactValues.some((column) => column !== null) ? { exactValues } : {}),
      stack: this.stack.take(),
      labelStart: this.labelStart.take(),
    };
  }

  private takeStacks(): CallStackTable {
    const { start, location } = this.stacks;
    const { length } = start;
    start.push(location.length);
    return { length, locationStart: start.take(), location: location.take() };
  }

  private takeLabels(): LabelTable {
    const { key, text, number, unit } = this.labels;
    return { length: key.length, key: key.take(), text: text.take(), number: number.take(), unit: unit.take() };
  }

  private takeLocations(): LocationTable {
    const { address, mapping, isFolded, lineStart, lineFunction, lineNumber, lineColumn } = this.locations;
    lineStart.push(lineFunction.length);
    return {
      length: address.length,
      address: address.take(),
      mapping: Int32Array.from(mapping.take()),
      isFolded: Uint8Array.from(isFolded.take()),
      lineStart: lineStart.take(),
      lineFunction: lineFunction.take(),
      lineNumber: lineNumber.take(),
      lineColumn: lineColumn.take(),
    };
  }

  private takeFunctions(): FunctionTable {
    const { name, systemName, file, startLine } = this.functions;
    return { length: name.length, name: name.take(), systemName: systemName.take(), file: file.take(), startLine: startLine.take() };
  }
}
