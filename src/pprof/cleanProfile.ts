import { dropFrames } from './dropFrames';
import type { Mapping, Profile } from './profile';

/**
 * What `go tool pprof` does to a profile before it shows anything (google/pprof internal/driver, fetchProfiles): drops frames, and forgets names of mapped
 * files that are only the addresses they were fetched from.
 */
export function cleanProfile(profile: Profile): Profile {
  const dropped = dropFrames(profile);
  if (!dropped.mappings.some(isUrlOnly)) {
    return dropped;
  }
  return { ...dropped, mappings: dropped.mappings.map((mapping) => (isUrlOnly(mapping) ? { ...mapping, file: '' } : mapping)) };
}

function isUrlOnly({ file, buildId }: Mapping): boolean {
  // Hardly a file has a colon, and compiling the expression takes a twentieth of the time of a first, small profile.
  return buildId === '' && file.includes(':') && /^[a-z][a-z0-9+.-]*:/i.test(file);
}
