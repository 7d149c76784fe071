import { Presets, SingleBar } from 'cli-progress';

import type { WorkOptions } from '../base';

/** Runs long work; where stderr is a terminal, a bar there shows how far it is. */
export async function withProgress<T>(work: (options: WorkOptions) => Promise<T>): Promise<T> {
  if (!process.stderr.isTTY) {
    return work({});
  }
  const bar = new SingleBar({ format: '{bar} {percentage} % {stage}', clearOnComplete: true }, Presets.shades_classic);
  bar.start(1, 0, { stage: '' });
  try {
    return await work({
      onProgress: (stage, fraction) => {
        bar.update(fraction, { stage });
      },
    });
  } finally {
    bar.stop();
  }
}
