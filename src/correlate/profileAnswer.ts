import type { Profile } from '../pprof';
import type { Answer } from './capture';
import { fewSamples } from './notices';
import { namesFunctions, noFunctionNames } from './profileFrames';
import { profileMapWork, type ProfileWork } from './profileMapWork';
import { wilsonInterval } from './proportion';
import { count, list, percent } from './words';

const needTrace = 'a profile has no time axis, so only an execution trace of the same moment can say whether map work and GC coincide';

/** The answer of a profile without a trace: shares, no times. */
export function answerProfile(profile: Profile): Answer {
  const work = profileMapWork(profile);
  if (work.total === 0) {
    return { headline: `This profile holds no ${measureOf(work)}, so it says nothing about maps or GC.`, details: [] };
  }
  if (!namesFunctions(profile)) {
    return { headline: `${noFunctionNames}.`, details: [] };
  }
  const isCpu = work.sampleType === 'cpu';
  const collector = (work.markTotal + work.assistTotal) / work.total;
  const gc = isCpu ? `, ${percent(collector)} in the garbage collector` : '';
  const headline = `${percent(work.mapTotal / work.total)} of the ${measureOf(work)} is in map operations${gc}; ${needTrace}.`;
  const details = [isCpu ? describeConfidence(work) : null, describeLines(work), isCpu ? describeCollector(work) : null];
  return { headline, details: details.filter((sentence) => sentence !== null) };
}

function measureOf({ sampleType }: ProfileWork): string {
  return measures[sampleType] ?? `"${sampleType}" values`;
}

const measures: Readonly<Record<string, string>> = {
  cpu: 'CPU time',
  alloc_space: 'allocated bytes',
  inuse_space: 'bytes in use',
  delay: 'delay',
};

function describeConfidence(work: ProfileWork): string {
  const { low, high } = wilsonInterval(work.mapSamples, work.samples);
  const interval = `95 % interval ${percent(low)} to ${percent(high)}`;
  const doubt = work.samples < fewSamples ? ', too few to be sure' : '';
  return `By samples: ${work.mapSamples} of ${count(work.samples, 'CPU sample')} were in map operations (${interval}${doubt}).`;
}

function describeLines(work: ProfileWork): string | null {
  if (work.mapTotal === 0) {
    return null;
  }
  const lines = work.sites.slice(0, 3).map(({ op, site, weight }) => `${op} at ${site} (${percent(weight / work.total)})`);
  const byOp = [...work.byOp].sort((a, b) => b[1] - a[1]).map(([op, weight]) => `${op} ${percent(weight / work.total)}`);
  return `The lines that work on maps most: ${list(lines)}; by operation: ${list(byOp)}.`;
}

function describeCollector(work: ProfileWork): string {
  return `The collector's share by samples: ${percent(work.markTotal / work.total)} marking and sweeping in the background, ${percent(work.assistTotal / work.total)} assists of goroutines that allocate.`;
}
