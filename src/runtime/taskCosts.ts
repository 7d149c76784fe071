import { ns, type Ns } from '../base';
import { costClass, costClasses, taxClasses } from './costRules';
import type { CostClass, CostTable, TaskCost } from './facts';

const width = costClasses.length;

/** Costs of tasks as columns: a number for each class, NaN for tasks without a cost. */
export class CostColumns implements CostTable {
  readonly gcTaxNs: Float64Array;

  /** @param classNs `costClasses.length` numbers a task */
  constructor(
    readonly length: number,
    private readonly classNs: Float64Array,
  ) {
    this.gcTaxNs = new Float64Array(length);
    for (let row = 0; row < length; row++) {
      let tax = 0;
      for (const name of taxClasses) {
        tax += this.classAt(row, name);
      }
      this.gcTaxNs[row] = tax;
    }
  }

  at(row: number): TaskCost | null {
    if (Number.isNaN(this.gcTaxNs[row] ?? NaN)) {
      return null;
    }
    return {
      stwGC: this.classAt(row, 'stwGC'),
      stwOther: this.classAt(row, 'stwOther'),
      assistWait: this.classAt(row, 'assistWait'),
      assist: this.classAt(row, 'assist'),
      sweep: this.classAt(row, 'sweep'),
      runnableInMark: this.classAt(row, 'runnableInMark'),
      runnable: this.classAt(row, 'runnable'),
      running: this.classAt(row, 'running'),
      syscall: this.classAt(row, 'syscall'),
      waiting: this.classAt(row, 'waiting'),
      absent: this.classAt(row, 'absent'),
      gcTax: ns(this.gcTaxNs[row] ?? 0),
    };
  }

  addTo(sums: Float64Array, row: number): void {
    if (!Number.isNaN(this.gcTaxNs[row] ?? NaN)) {
      for (let k = 0; k < width; k++) {
        sums[k] = (sums[k] ?? 0) + (this.classNs[row * width + k] ?? 0);
      }
    }
  }

  private classAt(row: number, name: CostClass): Ns {
    return ns(this.classNs[row * width + costClass[name]] ?? 0);
  }
}
