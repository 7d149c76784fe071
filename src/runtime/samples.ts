import { ns } from '../base';
import type { Trace } from '../gotrace';
import { growColumns, resizeColumns } from './columns';
import { mapOps, type MapOp, type SampleFacts } from './facts';
import { decideMapOp, mapOpOfFunction, mapSite } from './mapOperation';
import { framesOfStack } from './stackFrames';

interface StackMapWork {
  readonly op: number;
  readonly site: number;
}

const noMapWork: StackMapWork = { op: -1, site: -1 };

/** Go's CPU profiler takes 100 samples a second unless told otherwise. */
const defaultRate = 100;

/** Collects CPU samples with the map operation and the line each was in (facts.md section 9). */
export class SampleCollector {
  private length = 0;
  private columns = {
    timeNs: new Float64Array(64),
    goroutine: new Float64Array(64),
    proc: new Int32Array(64),
    stack: new Uint32Array(64),
    mapOp: new Int8Array(64),
    site: new Int32Array(64),
  };
  private readonly sites: string[] = [];
  private readonly siteIndex = new Map<string, number>();
  private readonly byStack = new Map<number, StackMapWork>();
  private readonly byFunction = new Map<string, MapOp | null>();
  private rate = defaultRate;

  constructor(private readonly trace: Trace) {}

  add(timeNs: number, goroutine: number, proc: number, stack: number): void {
    if (this.length === this.columns.timeNs.length) {
      this.columns = growColumns(this.columns);
    }
    const { columns } = this;
    const row = this.length++;
    const work = this.mapWorkOf(stack);
    columns.timeNs[row] = timeNs;
    columns.goroutine[row] = goroutine;
    columns.proc[row] = proc;
    columns.stack[row] = stack;
    columns.mapOp[row] = work.op;
    columns.site[row] = work.site;
  }

  /** The text of a `cpuProfileRate` log: samples a second. */
  setRate(text: string): void {
    if (/^\d{1,9}$/.test(text) && Number(text) > 0) {
      this.rate = Number(text);
    }
  }

  finish(): SampleFacts {
    const { length, sites } = this;
    return { length, ...resizeColumns(this.columns, length), sites, periodNs: ns(Math.round(1e9 / this.rate)) };
  }

  private mapWorkOf(stack: number): StackMapWork {
    let work = this.byStack.get(stack);
    if (work === undefined) {
      work = this.classify(stack);
      this.byStack.set(stack, work);
    }
    return work;
  }

  private classify(stack: number): StackMapWork {
    const frames = framesOfStack(this.trace, stack);
    const operation = decideMapOp(frames.map((frame) => this.opOf(frame.function)));
    if (operation === null) {
      return noMapWork;
    }
    const site = mapSite(frames, operation.decidingFrame);
    return { op: mapOps.indexOf(operation.op), site: site === null ? -1 : this.indexOfSite(site) };
  }

  private opOf(name: string): MapOp | null {
    let op = this.byFunction.get(name);
    if (op === undefined) {
      op = mapOpOfFunction(name);
      this.byFunction.set(name, op);
    }
    return op;
  }

  private indexOfSite(site: string): number {
    let index = this.siteIndex.get(site);
    if (index === undefined) {
      index = this.sites.push(site) - 1;
      this.siteIndex.set(site, index);
    }
    return index;
  }
}
