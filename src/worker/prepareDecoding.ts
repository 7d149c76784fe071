import { breathe } from '../base';
import { prepareGunzip } from '../capture';
import { decodeTrace, makeExampleTrace } from '../gotrace';
import { buildFlameTree, decodeProfile, makeExampleProfile, profileStacks } from '../pprof';

/** After so many, engines have made their fastest code of nearly all; more make no first file faster. */
const rounds = 20;

/**
 * Compiles what decoding needs, by decoding examples again and again, so that the first file does not wait for it: engines begin with code that is made fast and
 * runs slowly, replace it after a while, and begin anew where something happens that never happened before.
 * @param signal ends it after the round at hand, which takes some milliseconds
 * @returns how many rounds there were
 */
export async function prepareDecoding(signal?: AbortSignal): Promise<number> {
  await prepareGunzip();
  const trace = makeExampleTrace();
  const profile = makeExampleProfile();
  let round = 0;
  for (; round < rounds && signal?.aborted !== true; round++) {
    await decodeTrace(trace);
    const decoded = await decodeProfile(profile);
    buildFlameTree(profileStacks(decoded, { sampleType: decoded.defaultSampleType }), { maxNodes: decoded.samples.length });
    await breathe();
  }
  return round;
}
