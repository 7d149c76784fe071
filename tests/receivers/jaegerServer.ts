import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { freePort } from './freePort';
import { type BuiltReceiver, buildReceiver, RunningReceiver } from './goReceiver';

/** Takes minutes the first time. */
export function buildJaeger(): BuiltReceiver {
  return buildReceiver('jaeger', 'github.com/jaegertracing/jaeger/cmd/jaeger');
}

/** A Jaeger that keeps traces in memory. */
export interface RunningJaeger {
  /** Takes OTLP over HTTP. */
  readonly otlpUrl: string;
  /** Where it is asked for traces. */
  readonly queryUrl: string;
  stop(): Promise<void>;
}

/** @param path what {@link buildJaeger} gave */
export async function startJaeger(path: string): Promise<RunningJaeger> {
  const [otlp, query, grpc] = [await freePort(), await freePort(), await freePort()];
  const receiver = await RunningReceiver.start(
    path,
    (folder) => [`--config=${configure(folder, { 4318: otlp, 16686: query, 16685: grpc })}`],
    query,
  );
  return {
    otlpUrl: `http://127.0.0.1:${otlp}`,
    queryUrl: `http://127.0.0.1:${query}`,
    stop: async () => {
      await receiver.stop();
      receiver.remove();
    },
  };
}

function configure(folder: string, ports: Readonly<Record<number, number>>): string {
  let config = readFileSync(join(process.cwd(), 'tests/receivers/jaeger/jaeger.yaml'), 'utf8');
  for (const [usual, free] of Object.entries(ports)) {
    config = config.replace(`:${usual}`, `:${free}`);
  }
  const path = join(folder, 'jaeger.yaml');
  writeFileSync(path, config);
  return path;
}
