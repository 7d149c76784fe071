import { buildFlameTree } from './buildFlameTree';
import { decodeProfile } from './decodeProfile';
import { profileStacks } from './profileStacks';

/**
 * A profile of 187 bytes with one of everything that real ones have: packed and unpacked stacks, numbers of one byte and of many, both kinds of labels.
 * Its 2 functions are called a and b.
 */
const smallProfile =
  'CgQIARACEhoKAwGsAhIEgK3iBBoECAMQBBoHCAMY6AcgAhINCgMBrAISBoCAgICAIBIHCAEIrAIQBxoOCAEQgICAAhiAgMACKAMiEwgBEAEY+KzRkYHgHyIFCAEQyAEiEwisAhAB' +
  'GICCgAIiBwisAhAUGAEqCggBEAMYAyAEKAEqDQisAhAEGAQgBCjAhD0yADIDY3B1MgJuczIBYTIBYkiAgKix45/nyxdQgJTr3ANaBAgBEAJggK3iBA==';

/** Compiles what decoding and showing a profile need, by doing so once, so that the first file does not wait for it. */
export async function prepareProfiles(): Promise<void> {
  const profile = await decodeProfile(Uint8Array.from(atob(smallProfile), (character) => character.charCodeAt(0)));
  buildFlameTree(profileStacks(profile, { sampleType: profile.defaultSampleType }), { maxNodes: 2 });
}
