/**
 * Runs in a worker of a real browser: fetches a file and times one reader over it, RUNS times. The first run is the first call of a fresh worker, which has
 * prepared itself meanwhile as the page's worker does.
 */
import { gunzip } from '../../../src/capture';
import { buildFrames } from '../../../src/frames';
import { buildFlameTree, decodeProfile, profileStacks } from '../../../src/pprof';
import { packFrames } from '../../../src/worker/packedFrames';
import { prepareDecoding } from '../../../src/worker/prepareDecoding';

const readers: Readonly<Record<string, (file: Uint8Array<ArrayBuffer>) => Promise<number>>> = {
  gunzip: async (file) => (await gunzip(file)).bytes.length,
  'decompression-stream': async (file) => {
    const body = new Blob([file]).stream().pipeThrough(new DecompressionStream('gzip'));
    return (await new Response(body).arrayBuffer()).byteLength;
  },
  'profile-to-tree': async (file) => {
    const profile = await decodeProfile((await gunzip(file)).bytes);
    return buildFlameTree(profileStacks(profile, { sampleType: profile.defaultSampleType }), { maxNodes: 2 ** 31 }).length;
  },
};

interface Order {
  readonly reader: string;
  readonly url: string;
  readonly runs: number;
  /** Most rows of flame frames. */
  readonly rows?: number;
}

interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(message: unknown, transfer?: ArrayBuffer[]): void;
}

async function time({ reader, url, runs }: Order): Promise<number[]> {
  const read = readers[reader];
  if (read === undefined) {
    throw new Error(`unknown reader ${reader}`);
  }
  const [file] = await Promise.all([fetchBytes(url), prepareDecoding()]);
  const ms: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await read(file);
    ms.push(performance.now() - start);
  }
  return ms;
}

async function fetchBytes(url: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await (await fetch(url)).arrayBuffer());
}

/** Sends the same answer again and again, as the worker of the page sends one. */
async function sendFlameFrames({ url, runs, rows }: Order): Promise<void> {
  const profile = await decodeProfile((await gunzip(await fetchBytes(url))).bytes);
  const capture = { kind: 'pprof' as const, name: 'profile', sha256: '0'.repeat(64) as never, profile };
  const frames = buildFrames([capture], { version: 1, view: 'flame', captures: [], maxNodes: rows }, { refId: 'A' });
  for (let run = 0; run < runs; run++) {
    const { packed, transfer } = packFrames(frames);
    scope.postMessage({ ...packed, isLast: run === runs - 1 }, transfer);
  }
}

const scope = globalThis as unknown as Scope;
scope.onmessage = ({ data }) => {
  if (data.reader === 'flame-frames') {
    void sendFlameFrames(data);
    return;
  }
  void time(data).then((ms) => {
    scope.postMessage({ ms });
  });
};
