import { emptyMapping } from '../emptyMapping';
import type { Mapping } from '../profile';
import { trimSpace } from './goText';

type MutableMapping = { -readonly [K in keyof Mapping]: Mapping[K] };

/** Which mapping each address lies in. */
export interface PlacedAddresses {
  readonly mappings: readonly Mapping[];
  /** By address: row of `mappings`, -1 without. */
  readonly mapping: Int32Array;
}

/**
 * Cleans up the mappings of a legacy profile and finds the one of each address (google/pprof profile/profile.go, massageMappings, and
 * profile/legacy_profile.go, remapMappingIDs): parts of one file become one mapping, the main program comes first, and addresses outside all mappings
 * lie in an unnamed one.
 */
export function placeAddresses(addresses: BigUint64Array, found: readonly Mapping[]): PlacedAddresses {
  const mappings = arrangeMappings(found);
  dropHugePage(mappings);
  alignMain(mappings);
  const owners = new AddressOwners(mappings);
  return { mappings, mapping: Int32Array.from(addresses, (address) => (address === 0n ? -1 : owners.find(address))) };
}

function arrangeMappings(found: readonly Mapping[]): MutableMapping[] {
  const mappings: MutableMapping[] = [];
  for (const mapping of found) {
    const last = mappings.at(-1);
    if (last !== undefined && continues(last, mapping)) {
      last.limit = mapping.limit;
      last.file = mapping.file || last.file;
      last.buildId = mapping.buildId || last.buildId;
    } else {
      mappings.push({ ...mapping });
    }
  }
  const main = mappings.findIndex(isMain);
  const [first, program] = [mappings[0], mappings[main]];
  if (first !== undefined && program !== undefined) {
    [mappings[0], mappings[main]] = [program, first];
  }
  return mappings;
}

/** Whether the second is the rest of the first, as far as is known of them. */
function continues(first: Mapping, second: Mapping): boolean {
  return (
    first.limit === second.start &&
    mayEqual(first.file, second.file) &&
    mayEqual(first.buildId, second.buildId) &&
    (first.fileOffset === 0n || second.fileOffset === 0n || uint64(first.fileOffset + first.limit - first.start) === second.fileOffset)
  );
}

function mayEqual(a: string, b: string): boolean {
  return a === '' || b === '' || a === b;
}

function isMain({ file }: Mapping): boolean {
  const name = trimSpace(file.replaceAll('(deleted)', ''));
  return name !== '' && !/[.]so$|[.]so[._][0-9]+/.test(name) && !name.startsWith('[');
}

/** A program whose text was moved to huge pages has it in an anonymous mapping before its own. */
function dropHugePage(mappings: MutableMapping[]): void {
  const [first, second] = mappings;
  if (first?.file.startsWith('/anon_hugepage') && first.limit === second?.start) {
    mappings.shift();
  }
}

/** Where Linux programs that cannot be moved begin. */
const usualStart = 0x400000n;

function alignMain([main]: MutableMapping[]): void {
  if (main !== undefined && uint64(main.start - main.fileOffset) === usualStart) {
    main.start = usualStart;
    main.fileOffset = 0n;
  }
}

/**
 * The first mapping that holds an address, by bisection. The edges of all mappings, also as they may be extended, divide the addresses into segments, and
 * each segment knows the first mapping over it.
 */
class AddressOwners {
  private readonly edges: BigUint64Array;
  private readonly owner: Int32Array;
  /** Row of the unnamed mapping of what lies in no other; -1 before it is needed. */
  private unnamed = -1;

  constructor(private readonly mappings: MutableMapping[]) {
    const edges = new Set([0n]);
    for (const { start, limit, fileOffset } of mappings) {
      edges.add(start).add(limit);
      edges.add(uint64(start - fileOffset));
    }
    this.edges = BigUint64Array.from(edges).sort();
    this.owner = new Int32Array(edges.size).fill(-1);
    for (let row = mappings.length - 1; row >= 0; row--) {
      const { start, limit } = mappings[row] ?? unnamedMapping;
      if (start < limit) {
        this.owner.fill(row, this.segmentOf(start), this.segmentOf(limit));
      }
    }
  }

  find(address: bigint): number {
    const owner = this.owner[this.segmentOf(address)] ?? -1;
    if (owner >= 0) {
      return owner;
    }
    if (this.unnamed >= 0 && address < unnamedMapping.limit) {
      return this.unnamed;
    }
    const extended = this.mappings.findIndex(
      ({ start, fileOffset }) => fileOffset !== 0n && uint64(start - fileOffset) <= address && address < start,
    );
    return extended >= 0 ? this.extend(extended) : this.addUnnamed();
  }

  /** Lets a mapping begin where its file begins. */
  private extend(row: number): number {
    const mapping = this.mappings[row];
    if (mapping !== undefined) {
      const end = this.segmentOf(mapping.start);
      mapping.start = uint64(mapping.start - mapping.fileOffset);
      mapping.fileOffset = 0n;
      for (let segment = this.segmentOf(mapping.start); segment < end; segment++) {
        const owner = this.owner[segment] ?? -1;
        this.owner[segment] = owner < 0 ? row : Math.min(owner, row);
      }
    }
    return row;
  }

  private addUnnamed(): number {
    if (this.unnamed < 0) {
      this.unnamed = this.mappings.push({ ...unnamedMapping }) - 1;
    }
    return this.unnamed;
  }

  private segmentOf(address: bigint): number {
    let [low, high] = [0, this.edges.length];
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.edges[middle] ?? 0n) <= address) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

/** Holds all addresses but the last. */
const unnamedMapping: Mapping = { ...emptyMapping, limit: 2n ** 64n - 1n };

function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}
