import type { Profile } from '../profile';
import { decodeContentionProfile } from './contentionProfile';
import { decodeCountProfile } from './countProfile';
import { decodeCpuProfile } from './cpuProfile';
import { decodeHeapProfile } from './heapProfile';
import { decodeJavaProfile } from './javaProfile';
import { decodeThreadProfile } from './threadProfile';
import { UnrecognizedProfile } from './unrecognized';

/** In the order in which the official reader tries them. */
const formats = [
  decodeCpuProfile,
  decodeHeapProfile,
  decodeCountProfile,
  decodeThreadProfile,
  decodeContentionProfile,
  decodeJavaProfile,
] as const;

/**
 * Decodes a profile of the formats before profile.proto that `go tool pprof` reads, into the same columns; null for a file that begins as none of them.
 * Source: google/pprof profile/profile.go, parseLegacy.
 * @throws GclensError with the offset of what is wrong
 */
export function decodeLegacyProfile(bytes: Uint8Array): Profile | null {
  let unrecognized: UnrecognizedProfile | null = null;
  for (const decode of formats) {
    try {
      const profile = decode(bytes);
      if (profile !== null) {
        return profile;
      }
    } catch (error) {
      if (!(error instanceof UnrecognizedProfile)) {
        throw error;
      }
      unrecognized ??= error;
    }
  }
  if (unrecognized !== null) {
    throw unrecognized;
  }
  return null;
}
