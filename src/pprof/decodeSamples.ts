import { GrowingColumn, newFloat64, newUint32 } from '../base';
import { checkDensity, checkTableSize } from './limits';
import type { CallStackTable, LabelTable, SampleTable } from './profile';
import { KernelTable, type ProfileKernel } from './profileKernel';
import type { ProfileOutline } from './scanProfile';
import { fillTables, leastPartBytes, type Steps, TableFiller } from './tableFiller';

/** Samples with their stacks and labels, and how many numbers did not fit. */
export interface DecodedSamples {
  readonly samples: SampleTable;
  readonly stacks: CallStackTable;
  readonly labels: LabelTable;
  /** Values beyond ±2^53 by sample type. */
  readonly inexactValues: Uint32Array;
  readonly inexactLabels: number;
}

/** Lets the kernel read the samples, then the stacks that it has found in them. @throws GclensError with the offset of what is wrong */
export function* decodeSamples(kernel: ProfileKernel, outline: ProfileOutline): Steps<DecodedSamples> {
  const { sampleTypes, samples: length } = outline;
  const values = Array.from({ length: sampleTypes }, () => new Float64Array(length));
  const stack = new Uint32Array(length);
  const labelStart = new Uint32Array(length + 1);
  const labels = new LabelColumns();
  const labelFiller = new TableFiller(kernel, KernelTable.Labels, labels.columns, outline.bytes / leastPartBytes);
  kernel.call(({ prepareSamples }) => prepareSamples(sampleTypes));
  const filler = new TableFiller(kernel, KernelTable.Samples, [stack, labelStart, ...values]);
  yield* fillTables(kernel, ({ readSamples }) => readSamples(), length, filler, labelFiller);
  labelStart[length] = labelFiller.length;
  return {
    samples: { length, values, stack, labelStart },
    labels: labels.take(),
    stacks: yield* decodeStacks(kernel),
    inexactValues: kernel.copyWords(
      kernel.call(({ inexactValuesAt }) => inexactValuesAt()),
      sampleTypes,
    ),
    inexactLabels: kernel.call(({ inexactLabelTotal }) => inexactLabelTotal()),
  };
}

/** What the kernel and the columns take for a stack beside its entries. */
const bytesPerStack = 64;

function* decodeStacks(kernel: ProfileKernel): Steps<CallStackTable> {
  const length = kernel.call(({ stackTotal }) => stackTotal());
  const entries = kernel.call(({ entryTotal }) => entryTotal());
  checkTableSize('stack entries', entries);
  checkDensity('stack entries', entries, kernel.inputBytes, length * bytesPerStack);
  const location = new Uint32Array(entries);
  const locationStart = kernel.copyWords(
    kernel.call(({ stackStarts }) => stackStarts()),
    length + 1,
  );
  const filler = new TableFiller(kernel, KernelTable.StackEntries, [location]);
  kernel.call(({ prepareEntries }) => prepareEntries());
  yield* fillTables(kernel, ({ readEntries }) => readEntries(), entries, filler);
  return { length, locationStart, location };
}

class LabelColumns {
  private readonly key = new GrowingColumn(newUint32, 0);
  private readonly text = new GrowingColumn(newUint32, 0);
  private readonly number = new GrowingColumn(newFloat64, 0);
  private readonly unit = new GrowingColumn(newUint32, 0);
  /** In the order of the kernel. */
  readonly columns = [this.key, this.text, this.number, this.unit];

  take(): LabelTable {
    return { length: this.key.length, key: this.key.take(), text: this.text.take(), number: this.number.take(), unit: this.unit.take() };
  }
}
