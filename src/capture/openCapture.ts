import { GclensError, type Notice } from '../base';
import type { CaptureKind, OpenedCapture, Sha256 } from './capture';
import { gunzip, type Gunzipped, type GunzipOptions } from './gunzip';
import { hashCapture } from './hash';
import { type Foreign, sniffCapture } from './sniff';

export interface OpenOptions extends GunzipOptions {
  /** Its identity where it is known already: hashing is then spared. */
  readonly sha256?: Sha256;
}

/**
 * Opens a capture: identity, kind and decompressed bytes.
 * @param bytes the file as it is stored or was downloaded
 * @param name what messages call it: a file name, or a URL without credentials
 * @throws GclensError that names the file, what it seems to be and what to do
 */
export async function openCapture(bytes: Uint8Array, name: string, options: OpenOptions = {}): Promise<OpenedCapture> {
  try {
    const isGzip = sniffCapture(bytes).kind === 'gzip';
    const gunzipped = isGzip ? await gunzip(bytes, options) : { bytes: plainView(bytes), damage: null, isWhole: true };
    const { bytes: content } = gunzipped;
    const kind = kindOf(content, isGzip);
    const notices = acceptDamage(kind, gunzipped);
    const info = { sha256: options.sha256 ?? (await hashCapture(bytes, options)), name, kind, sizeBytes: bytes.length };
    return { info, bytes: content, notices };
  } catch (error) {
    throw error instanceof GclensError ? error.with({ file: name }) : error;
  }
}

/** Node's Buffer is a Uint8Array whose `slice` copies nothing; what comes out of here is none. */
function plainView(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

function kindOf(content: Uint8Array, wasGzip: boolean): CaptureKind {
  if (wasGzip && content.length === 0) {
    throw noCapture({ looksLike: 'the gzip of an empty file', advice: 'take the capture again' });
  }
  const sniffed = sniffCapture(content);
  if (sniffed.kind === 'gzip') {
    throw noCapture({ looksLike: 'a gzip file within a gzip file', advice: 'run `gunzip` on it once and open the result' });
  }
  if (sniffed.kind === 'foreign') {
    throw noCapture(wasGzip ? { ...sniffed, looksLike: `${sniffed.looksLike}, compressed with gzip` } : sniffed);
  }
  return sniffed.kind;
}

function noCapture({ looksLike, advice }: Pick<Foreign, 'looksLike' | 'advice'>): GclensError {
  return new GclensError('this is no Go profile or execution trace', { looksLike, advice });
}

/**
 * Data that are whole are worth opening whatever follows them. Those that are not are worth it in a trace, which is read up to where it breaks. A profile
 * keeps its names at its end, so a cut one is useless, and one that fails its checksum is refused as the official tool does.
 */
function acceptDamage(kind: CaptureKind, { damage, isWhole }: Pick<Gunzipped, 'damage' | 'isWhole'>): readonly Notice[] {
  if (damage === null) {
    return [];
  }
  if (!isWhole && kind !== 'trace-v1' && kind !== 'trace-v2') {
    throw damage;
  }
  return [{ severity: isWhole ? 'warning' : 'error', text: damage.message }];
}
