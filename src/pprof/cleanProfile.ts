import { dropFrames } from './dropFrames';
import { isAbsoluteUrl } from './isAbsoluteUrl';
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
  return buildId === '' && isAbsoluteUrl(file);
}
