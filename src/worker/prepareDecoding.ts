import { breathe, isAbort } from '../base';
import { prepareGunzip } from '../capture';
import { decodeTrace, makeExampleTrace } from '../gotrace';
import { buildFlameTree, decodeProfile, makeExampleProfile, profileStacks } from '../pprof';

/** After so many, engines have made their fastest code of nearly all; more make no first file faster. */
const rounds = 16;
/** The long examples come once the common ways are compiled: what is new in them is then compiled, too. */
const longRound = 8;
/** Trees of examples take longer than decoding them. */
const roundsPerTree = 4;
/** Engines compile beside what runs. */
const msBetweenRounds = 10;

/**
 * Compiles what decoding needs, by decoding examples again and again, so that the first file does not wait for it: engines begin with code that is made fast and
 * runs slowly, replace it after a while, and begin anew where something happens that never happened before.
 * @param signal ends it after the examples at hand: within a few milliseconds, within a tenth of a second while the long ones are made
 * @returns how many rounds there were
 */
export async function prepareDecoding(signal?: AbortSignal): Promise<number> {
  prepareGunzip();
  let round = 0;
  try {
    await breathe(signal);
    const trace = makeExampleTrace(false);
    const profile = makeExampleProfile(false);
    for (; round < rounds; round++) {
      await new Promise((resolve) => setTimeout(resolve, msBetweenRounds));
      signal?.throwIfAborted();
      await decodeTrace(round === longRound ? makeExampleTrace(true) : trace, { signal });
      const decoded = await decodeProfile(round === longRound ? makeExampleProfile(true) : profile);
      if (round % roundsPerTree === 0) {
        buildFlameTree(profileStacks(decoded, { sampleType: decoded.defaultSampleType }), { maxNodes: decoded.samples.length });
      }
    }
  } catch (error) {
    if (!isAbort(error)) {
      throw error;
    }
  }
  return round;
}
