import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type BuildOptions, buildSpans } from '../../src/bridge';
import { openCapture } from '../../src/capture';
import { analyzeTrace, type AnalyzedTrace, type AppSpan, parseOtlpSpans } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { decodeProfile, type Profile } from '../../src/pprof';

const root = join(__dirname, '../..');
const shared = join(root, '../shared/fixtures/services');

/** Captures of the example service, whose own spans lie beside them. */
export const services = existsSync(shared) ? shared : join(root, 'tests/fixtures/services');

/** Captures with reference answers and the application's spans beside them. */
export function serviceNames(): string[] {
  return readdirSync(services, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('facts.json'))
    .map((path) => path.slice(0, -'/facts.json'.length))
    .filter((name) => existsSync(join(services, name, 'spans.otlp.json')))
    .sort();
}

/** A capture as `gclens spans` reads it with everything that lies beside it. */
export interface ServiceCapture {
  readonly analyzed: AnalyzedTrace;
  readonly appSpans: readonly AppSpan[];
  readonly profile: Profile;
  readonly spans: () => ReturnType<typeof buildSpans>;
}

export async function readServiceCapture(name: string): Promise<ServiceCapture> {
  const bytesOf = (file: string) => new Uint8Array(readFileSync(join(services, name, file)));
  const packed = existsSync(join(services, name, 'trace.out')) ? 'trace.out' : 'trace.out.gz';
  const { info, bytes } = await openCapture(bytesOf(packed), packed);
  const profile = await decodeProfile((await openCapture(bytesOf('cpu.pprof'), 'cpu.pprof')).bytes);
  const appSpans = parseOtlpSpans(bytesOf('spans.otlp.json')).spans;
  const analyzed = await analyzeTrace(await decodeTrace(bytes), { profile, appSpans });
  const options: BuildOptions = { profile, appSpans, serviceName: 'shop' };
  return { analyzed, appSpans, profile, spans: () => buildSpans(analyzed, info, options) };
}
