import { GclensError, GrowingColumn, newFloat64, newUint32, WireType } from '../base';
import type { IdTable } from './idTable';
import { checkTableSize } from './limits';
import type { CallStackTable, LabelTable, SampleTable } from './profile';
import type { ProfileReader } from './profileReader';
import { ProfileField, type ProfileOutline } from './scanProfile';

/** Samples with their labels, and how many numbers did not fit. */
export interface DecodedSamples {
  readonly samples: SampleTable;
  readonly stacks: CallStackTable;
  readonly labels: LabelTable;
  /** Values beyond ±2^53 by sample type. */
  readonly inexactValues: readonly number[];
  readonly inexactLabels: number;
}

const twoTo32 = 2 ** 32;

/** The samples of a profile with their labels. @throws GclensError with the offset of what is wrong */
export function decodeSamples(reader: ProfileReader, outline: ProfileOutline, locations: IdTable): DecodedSamples {
  const decoder = new SampleDecoder(reader, outline, locations);
  reader.forEach(ProfileField.Sample, () => decoder.decode());
  return decoder.take();
}

/** Fields of Sample and Label; source: profile.proto. */
class SampleDecoder {
  private row = 0;
  private valueCount = 0;
  private readonly values: Float64Array[];
  private readonly locationStart: Uint32Array;
  private readonly labelStart: Uint32Array;
  private readonly location: GrowingColumn<Uint32Array<ArrayBuffer>>;
  private readonly inexactValues: number[];
  private readonly labels = new LabelColumns();

  constructor(
    private readonly reader: ProfileReader,
    outline: ProfileOutline,
    private readonly locations: IdTable,
  ) {
    // A value takes a byte at least, so a file with more rows than this has a sample with too few values, which is refused before its row is stored.
    const types = outline.sampleTypes;
    const rows = types === 0 ? 0 : Math.min(outline.samples, Math.floor(outline.sampleBytes / types));
    checkTableSize('sample values', rows * types);
    this.values = Array.from({ length: types }, () => new Float64Array(rows));
    this.inexactValues = new Array<number>(types).fill(0);
    this.locationStart = new Uint32Array(outline.samples + 1);
    this.labelStart = new Uint32Array(outline.samples + 1);
    this.location = new GrowingColumn(newUint32, Math.min(outline.samples * 8, outline.sampleBytes));
  }

  decode(): void {
    const { reader, row } = this;
    const offset = reader.position;
    const outer = reader.open('sample');
    this.locationStart[row] = this.location.length;
    this.labelStart[row] = this.labels.length;
    this.valueCount = 0;
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          this.decodeLocationIds();
          break;
        case 2:
          this.decodeValues();
          break;
        case 3:
          this.labels.decode(reader);
          break;
        default:
          reader.skip();
      }
    }
    reader.close(outer);
    if (this.valueCount !== this.values.length) {
      throw new GclensError(`sample ${row} has ${this.valueCount} values, and the profile has ${this.values.length} sample types`, {
        offset,
      });
    }
    checkTableSize('stack entries', this.location.length, offset);
    this.row++;
  }

  take(): DecodedSamples {
    const { row, values, locationStart, labelStart } = this;
    locationStart[row] = this.location.length;
    labelStart[row] = this.labels.length;
    return {
      samples: { length: row, values, stack: Uint32Array.from({ length: row }, (_, sample) => sample), labelStart },
      stacks: { length: row, locationStart, location: this.location.take() },
      labels: this.labels.take(),
      inexactValues: this.inexactValues,
      inexactLabels: this.labels.inexact,
    };
  }

  private decodeLocationIds(): void {
    const { reader } = this;
    if (reader.wireType === WireType.Bytes) {
      const outer = reader.open('Sample.location_id');
      while (reader.position < reader.limit) {
        this.decodeLocationId();
      }
      reader.close(outer);
      return;
    }
    reader.expect(WireType.Varint, 'Sample.location_id');
    this.decodeLocationId();
  }

  private decodeLocationId(): void {
    const { reader, locations } = this;
    const offset = reader.position;
    const id = reader.uint();
    const location = id < twoTo32 ? locations.find(id, 0) : locations.find(reader.low, reader.high);
    if (location < 0) {
      const name = id < twoTo32 ? String(id) : reader.describeId();
      throw new GclensError(`sample ${this.row} refers to location ${name}, which is not in the file`, { offset });
    }
    this.location.push(location);
  }

  private decodeValues(): void {
    const { reader } = this;
    if (reader.wireType === WireType.Bytes) {
      const outer = reader.open('Sample.value');
      while (reader.position < reader.limit) {
        this.addValue(reader.int());
      }
      reader.close(outer);
      return;
    }
    reader.expect(WireType.Varint, 'Sample.value');
    this.addValue(reader.int());
  }

  private addValue(value: number): void {
    const type = this.valueCount++;
    const column = this.values[type];
    if (column === undefined) {
      return;
    }
    column[this.row] = value;
    if (!Number.isSafeInteger(value)) {
      this.inexactValues[type] = (this.inexactValues[type] ?? 0) + 1;
    }
  }
}

class LabelColumns {
  inexact = 0;
  private readonly key = new GrowingColumn(newUint32, 1024);
  private readonly text = new GrowingColumn(newUint32, 1024);
  private readonly number = new GrowingColumn(newFloat64, 1024);
  private readonly unit = new GrowingColumn(newUint32, 1024);

  get length(): number {
    return this.key.length;
  }

  /** A label with neither text nor number nor unit says nothing and is left out, as the official reader does. */
  decode(reader: ProfileReader): void {
    const offset = reader.position;
    const outer = reader.open('Sample.label');
    let key = 0;
    let text = 0;
    let number = 0;
    let unit = 0;
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          key = reader.stringIndex('Label.key');
          break;
        case 2:
          text = reader.stringIndex('Label.str');
          break;
        case 3:
          number = reader.int64('Label.num');
          break;
        case 4:
          unit = reader.stringIndex('Label.num_unit');
          break;
        default:
          reader.skip();
      }
    }
    reader.close(outer);
    if (text !== 0) {
      reader.waiveString('Label.num_unit');
    }
    reader.requireStrings('Label.key', 'Label.str', 'Label.num_unit');
    if (text === 0 && number === 0 && unit === 0) {
      return;
    }
    checkTableSize('labels', this.length + 1, offset);
    this.push(key, text, number, unit);
  }

  take(): LabelTable {
    return { length: this.length, key: this.key.take(), text: this.text.take(), number: this.number.take(), unit: this.unit.take() };
  }

  private push(key: number, text: number, number: number, unit: number): void {
    const isText = text !== 0;
    this.key.push(key);
    this.text.push(text);
    this.number.push(isText ? NaN : number);
    this.unit.push(isText ? 0 : unit);
    if (!isText && !Number.isSafeInteger(number)) {
      this.inexact++;
    }
  }
}
