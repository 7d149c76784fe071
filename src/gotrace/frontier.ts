import type { ThreadCursor } from './cursor';
import { sortAsGo } from './goSort';

/**
 * The threads' cursors as a binary min-heap by time. Its exact shape decides the order of events with equal times, so it moves entries the way the
 * official reader does (go-execution-trace.md section 3.2).
 */
export class Frontier {
  private readonly heap: ThreadCursor[] = [];

  get length(): number {
    return this.heap.length;
  }

  at(index: number): ThreadCursor | undefined {
    return this.heap[index];
  }

  insert(cursor: ThreadCursor): void {
    this.heap.push(cursor);
    this.siftUp(this.heap.length - 1);
  }

  /** The cursor at `index` moved on to a later event. */
  update(index: number): void {
    if (this.siftUp(index) === index) {
      this.siftDown(index);
    }
  }

  remove(index: number): void {
    for (let i = index; i > 0;) {
      const parent = (i - 1) >> 1;
      this.swap(i, parent);
      i = parent;
    }
    this.swap(0, this.heap.length - 1);
    this.heap.pop();
    this.siftDown(0);
  }

  /** A sorted array is still a heap, and can be walked in order of time. */
  sort(): void {
    sortAsGo(this.heap, (a, b) => a.timeNs < b.timeNs);
  }

  private timeAt(index: number): number {
    return this.heap[index]?.timeNs ?? Number.POSITIVE_INFINITY;
  }

  private siftUp(start: number): number {
    let index = start;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (this.timeAt(parent) <= this.timeAt(index)) {
        break;
      }
      this.swap(index, parent);
      index = parent;
    }
    return index;
  }

  private siftDown(start: number): void {
    let index = start;
    for (;;) {
      const left = 2 * index + 1;
      let least = this.timeAt(left) < this.timeAt(index) ? left : index;
      if (this.timeAt(left + 1) < this.timeAt(least)) {
        least = left + 1;
      }
      if (least === index) {
        return;
      }
      this.swap(index, least);
      index = least;
    }
  }

  private swap(a: number, b: number): void {
    const first = this.heap[a];
    const second = this.heap[b];
    if (first !== undefined && second !== undefined) {
      this.heap[a] = second;
      this.heap[b] = first;
    }
  }
}
