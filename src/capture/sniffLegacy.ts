/** How far a header is looked for; lines of programs are much shorter. */
const headerWindow = 65536;

const heapCounts = 'heap profile: *\\d+: *\\d+ *\\[ *\\d+: *\\d+ *\\]';
/** Headers that stand in the first line. */
const firstLineHeaders = [
  new RegExp(`${heapCounts} *@ *heap`),
  new RegExp(`${heapCounts} @ (growth|fragmentation)`),
  /^--- (contentionz |mutex:|contention:)/,
  /^\s*--- heapz 1 ---\s*$/,
];
/** Headers before which blank lines and comments may stand. */
const laterHeaders = [/^[^\t\n\f\r ]+ profile: total \d+$/, /--- threadz \d+ ---/, /--- Thread [\da-fA-F]+ \(name: .*\/\d+\) stack: ---/s];

/**
 * Whether bytes begin as one of the profiles that Go's `?debug=1`, gperftools and Java agents write: texts, and a binary format for CPU profiles.
 * Source: google/pprof profile/legacy_profile.go and legacy_java_profile.go.
 */
export function isLegacyProfile(bytes: Uint8Array): boolean {
  return isLegacyCpu(bytes) || isLegacyText(bytes);
}

function isLegacyText(bytes: Uint8Array): boolean {
  const lines = new TextDecoder().decode(bytes.subarray(0, headerWindow)).split(/\r?\n/);
  const firstLine = lines[0] ?? '';
  if (firstLineHeaders.some((header) => header.test(firstLine))) {
    return true;
  }
  const line = lines.find((candidate) => !/^\s*(#|$)/.test(candidate)) ?? '';
  return laterHeaders.some((header) => header.test(line));
}

/** Words 0, 3, 0 (1 for Java), period, 0, of 32 or 64 bits in either order. Source: gperftools docs, "CPU Profiler Binary Data File Format". */
function isLegacyCpu(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return [4, 8].some(
    (size) =>
      bytes.length >= size * 5 &&
      [true, false].some((isLittleEndian) => {
        const [first, second, version, period, padding] = [0, 1, 2, 3, 4].map((index) => word(view, index, size, isLittleEndian));
        return first === 0n && second === 3n && (version === 0n || version === 1n) && period !== 0n && padding === 0n;
      }),
  );
}

function word(view: DataView, index: number, size: number, isLittleEndian: boolean): bigint {
  return size === 4 ? BigInt(view.getUint32(index * 4, isLittleEndian)) : view.getBigUint64(index * 8, isLittleEndian);
}
