import { ProtoReader, WireType } from '../base';
import type { CaptureKind } from './capture';
import { startsWith, textStart } from './startOfBytes';
import { isLegacyProfile } from './sniffLegacy';
import { sniffCutOtlp, sniffOtlp } from './sniffOtlp';
import { sniffText } from './sniffText';

/** What bytes seem to be, by their content alone. */
export type Sniffed = { readonly kind: CaptureKind } | { readonly kind: 'gzip' } | Foreign;

/** Bytes that are no capture: what they seem to be, as a noun phrase, and what to do, as a clause. */
export interface Foreign {
  readonly kind: 'foreign';
  readonly looksLike: string;
  readonly advice: string;
}

const unpack = 'unpack it and open the files in it';
const download = 'download the capture again';

const magicNumbers: readonly (readonly [magic: string, looksLike: string, advice: string])[] = [
  ['PK\x03\x04', 'a zip archive', unpack],
  ['PK\x05\x06', 'an empty zip archive', unpack],
  ['\x89PNG\r\n\x1a\n', 'a PNG image', 'save the profile itself instead of its picture'],
  ['\xff\xd8\xff', 'a JPEG image', 'save the profile itself instead of its picture'],
  ['GIF8', 'a GIF image', 'save the profile itself instead of its picture'],
  ['%PDF-', 'a PDF document', 'save the profile itself instead of its picture'],
  ['\x28\xb5\x2f\xfd', 'zstd-compressed data', 'decompress it with `zstd -d`'],
  ['BZh', 'bzip2-compressed data', 'decompress it with `bunzip2`'],
  ['\xfd7zXZ\x00', 'xz-compressed data', 'decompress it with `unxz`'],
  ['\x7fELF', 'a program (ELF)', 'open the profile that the program wrote'],
  ['\xcf\xfa\xed\xfe', 'a program (Mach-O)', 'open the profile that the program wrote'],
  ['MZ', 'a program (Windows)', 'open the profile that the program wrote'],
];

/** First words of an execution trace: "go 1.22 trace" and three zero bytes. Source: Go src/internal/trace/version/version.go. */
const traceHeader = /^go 1\.(\d{1,3}) trace\0\0\0/;
const firstVersionOfV2 = 22;

/**
 * Tells what bytes are from their first few hundred bytes, never from a name.
 * @param bytes the file, decompressed or not; only looked at
 */
export function sniffCapture(bytes: Uint8Array): Sniffed {
  if (bytes.length === 0) {
    return {
      kind: 'foreign',
      looksLike: 'an empty file',
      advice: 'take the capture again; the download or the program was cut off before it wrote anything',
    };
  }
  if (startsWith(bytes, '\x1f\x8b')) {
    return { kind: 'gzip' };
  }
  const trace = traceHeader.exec(textStart(bytes, 24));
  if (trace !== null) {
    return { kind: Number(trace[1]) < firstVersionOfV2 ? 'trace-v1' : 'trace-v2' };
  }
  for (const [magic, looksLike, advice] of magicNumbers) {
    if (startsWith(bytes, magic)) {
      return { kind: 'foreign', looksLike, advice };
    }
  }
  if (isLegacyProfile(bytes)) {
    return { kind: 'pprof' };
  }
  return sniffText(bytes) ?? sniffTar(bytes) ?? sniffOtlp(bytes) ?? sniffProfile(bytes) ?? sniffCutOtlp(bytes) ?? unknownBinary;
}

const unknownBinary: Foreign = {
  kind: 'foreign',
  looksLike: 'binary data of another format',
  advice: `${download}; gclens reads pprof profiles and Go execution traces, gzip-compressed or not`,
};

function sniffTar(bytes: Uint8Array): Foreign | undefined {
  if (!startsWith(bytes.subarray(257), 'ustar')) {
    return undefined;
  }
  return { kind: 'foreign', looksLike: 'a tar archive', advice: unpack };
}

/** Wire type of each field of profile.proto's Profile, by field number; repeated int64 `comment` may be packed. */
const profileFields: readonly (WireType | 'either' | undefined)[] = [
  undefined,
  ...new Array<WireType>(6).fill(WireType.Bytes),
  ...new Array<WireType>(4).fill(WireType.Varint),
  WireType.Bytes,
  WireType.Varint,
  'either',
  WireType.Varint,
  WireType.Varint,
];

/** So many fields that fit say enough; a file that goes wrong after a few is a damaged profile, whose decoder says where. */
const enoughFields = 32;
const fewFields = 3;

function sniffProfile(bytes: Uint8Array): { kind: 'pprof' } | undefined {
  const reader = new ProtoReader(bytes);
  let known = 0;
  try {
    for (let seen = 0; seen < enoughFields && reader.next(); seen++) {
      const wanted = profileFields[reader.field];
      if (wanted !== undefined && wanted !== 'either' && wanted !== reader.wireType) {
        return known >= fewFields ? { kind: 'pprof' } : undefined;
      }
      known += wanted === undefined ? 0 : 1;
      reader.skip();
    }
  } catch {
    return known >= 1 ? { kind: 'pprof' } : undefined;
  }
  return known > 0 ? { kind: 'pprof' } : undefined;
}
