import { ns } from '../base';
import type { Trace } from '../gotrace';
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
  private readonly timeNs: Float64Array;
  private readonly goroutine: Float64Array;
  private readonly proc: Int32Array;
  private readonly stack: Uint32Array;
  private readonly mapOp: Int8Array;
  private readonly site: Int32Array;
  private readonly sites: string[] = [];
  private readonly siteIndex = new Map<string, number>();
  private readonly byStack = new Map<number, StackMapWork>();
  private readonly byFunction = new Map<string, MapOp | null>();
  private rate = defaultRate;

  constructor(
    capacity: number,
    private readonly trace: Trace,
  ) {
    this.timeNs = new Float64Array(capacity);
    this.goroutine = new Float64Array(capacity);
    this.proc = new Int32Array(capacity);
    this.stack = new Uint32Array(capacity);
    this.mapOp = new Int8Array(capacity);
    this.site = new Int32Array(capacity);
  }

  add(timeNs: number, goroutine: number, proc: number, stack: number): void {
    const row = this.length++;
    const work = this.mapWorkOf(stack);
    this.timeNs[row] = timeNs;
    this.goroutine[row] = goroutine;
    this.proc[row] = proc;
    this.stack[row] = stack;
    this.mapOp[row] = work.op;
    this.site[row] = work.site;
  }

  /** The text of a `cpuProfileRate` log: samples a second. */
  setRate(text: string): void {
    if (/^\d{1,9}$/.test(text) && Number(text) > 0) {
      this.rate = Number(text);
    }
  }

  finish(): SampleFacts {
    const { length, timeNs, goroutine, proc, stack, mapOp, site, sites } = this;
    return { length, timeNs, goroutine, proc, stack, mapOp, site, sites, periodNs: ns(Math.round(1e9 / this.rate)) };
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
