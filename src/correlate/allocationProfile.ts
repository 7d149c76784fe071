import type { Profile } from '../pprof';
import { framesOfProfile } from './profileFrames';
import { describeStack, type StackSite } from './stackSite';

/** What an allocs or heap profile says of one line; bytes and objects are estimates from samples, one each 512 KiB unless the program says otherwise. */
export interface AllocatedAt {
  readonly line: string;
  readonly function: string;
  /** First frame outside of the runtime: the line of a library where it is not `line`. */
  readonly inside: string | null;
  readonly allocBytes: number;
  readonly allocObjects: number;
  readonly inuseBytes: number;
  readonly inuseObjects: number;
  /** Sizes of the blocks, smallest first. */
  readonly blockBytes: readonly number[];
}

/** Whether a profile says how much was allocated. */
export function isAllocationProfile({ sampleTypes }: Profile): boolean {
  return sampleTypes.some(({ type }) => type === 'alloc_space');
}

/** What was allocated since the process began, by the program's own line, most bytes first. */
export function allocationsByLine(profile: Profile): AllocatedAt[] {
  const column = (name: string) => profile.samples.values[profile.sampleTypes.findIndex(({ type }) => type === name)];
  const [allocBytes, allocObjects, inuseBytes, inuseObjects] = ['alloc_space', 'alloc_objects', 'inuse_space', 'inuse_objects'].map(column);
  const stacks = new ProfileStackSites(profile);
  const blockSizeOf = blockSizes(profile);
  const lines = new Map<string, Omit<AllocatedAt, 'blockBytes' | 'inside'> & Sums>();
  for (let sample = 0; sample < profile.samples.length; sample++) {
    const { line, site, function: functionName } = stacks.at(profile.samples.stack[sample] ?? 0);
    if (line === null) {
      continue;
    }
    const known = lines.get(line) ?? { line, function: functionName, ...noSums() };
    lines.set(line, known);
    const bytes = allocBytes?.[sample] ?? 0;
    known.allocBytes += bytes;
    known.allocObjects += allocObjects?.[sample] ?? 0;
    known.inuseBytes += inuseBytes?.[sample] ?? 0;
    known.inuseObjects += inuseObjects?.[sample] ?? 0;
    known.insides.set(site ?? line, (known.insides.get(site ?? line) ?? 0) + bytes);
    const size = blockSizeOf(sample);
    if (size > 0) {
      known.blocks.add(size);
    }
  }
  return [...lines.values()]
    .sort((a, b) => b.allocBytes - a.allocBytes || b.inuseBytes - a.inuseBytes)
    .map(({ insides, blocks, ...sums }) => ({ ...sums, inside: mostOf(insides), blockBytes: [...blocks].sort((a, b) => a - b) }));
}

interface Sums {
  allocBytes: number;
  allocObjects: number;
  inuseBytes: number;
  inuseObjects: number;
  readonly insides: Map<string, number>;
  readonly blocks: Set<number>;
}

function noSums(): Sums {
  return { allocBytes: 0, allocObjects: 0, inuseBytes: 0, inuseObjects: 0, insides: new Map(), blocks: new Set() };
}

function mostOf(weights: ReadonlyMap<string, number>): string | null {
  return (
    [...weights].reduce<readonly [string, number] | null>((most, next) => (most === null || next[1] > most[1] ? next : most), null)?.[0] ??
    null
  );
}

/** The numeric label `bytes` that Go's heap profiles carry; 0 without. */
function blockSizes({ samples, labels, strings }: Profile): (sample: number) => number {
  const key = strings.indexOf('bytes');
  return (sample) => {
    for (let label = samples.labelStart[sample] ?? 0; key > 0 && label < (samples.labelStart[sample + 1] ?? 0); label++) {
      if (labels.key[label] === key && (labels.number[label] ?? 0) > 0) {
        return labels.number[label] ?? 0;
      }
    }
    return 0;
  };
}

/** {@link describeStack} of the stacks of a profile, each described once. */
export class ProfileStackSites {
  private readonly known = new Map<number, StackSite>();

  constructor(private readonly profile: Profile) {}

  at(stack: number): StackSite {
    let described = this.known.get(stack);
    if (described === undefined) {
      described = describeStack(framesOfProfile(this.profile, stack));
      this.known.set(stack, described);
    }
    return described;
  }
}
