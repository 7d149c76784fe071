/** Runs in a worker of a real browser: fetches a file and times one reader over it, RUNS times; the first run is the first call of a fresh worker. */
import { gunzip } from '../../../src/capture';
import { buildFlameTree, decodeProfile, profileStacks } from '../../../src/pprof';

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
}

interface Scope {
  onmessage: ((event: MessageEvent<Order>) => void) | null;
  postMessage(message: { readonly ms: readonly number[] }): void;
}

async function time({ reader, url, runs }: Order): Promise<number[]> {
  const read = readers[reader];
  if (read === undefined) {
    throw new Error(`unknown reader ${reader}`);
  }
  const file = new Uint8Array(await (await fetch(url)).arrayBuffer());
  const ms: number[] = [];
  for (let run = 0; run < runs; run++) {
    const start = performance.now();
    await read(file);
    ms.push(performance.now() - start);
  }
  return ms;
}

const scope = globalThis as unknown as Scope;
scope.onmessage = ({ data }) => {
  void time(data).then((ms) => {
    scope.postMessage({ ms });
  });
};
