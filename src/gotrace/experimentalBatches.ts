import { GenerationScanner } from './generations';
import type { ExperimentalBatch } from './trace';

/**
 * The batches of experiments in the first generations of a trace, in order of the file. They are looked for by headers alone, which is quick, and not kept:
 * a file may hold one in every six bytes.
 */
export function* findExperimentalBatches(bytes: Uint8Array, goVersion: number, generations: number): Generator<ExperimentalBatch> {
  let found: ExperimentalBatch[] = [];
  const scanner = new GenerationScanner(bytes, goVersion, ({ experiment, thread, generation, start, end }) => {
    if (experiment !== 0) {
      found.push({ experiment, thread, generation: Number(generation), offset: start, length: end - start });
    }
  });
  for (let seen = 0; seen < generations;) {
    const range = scanner.step();
    yield* found;
    found = [];
    if (range === null) {
      return;
    }
    seen += range === 'more' ? 0 : 1;
  }
}
