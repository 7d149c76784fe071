import { GclensError } from '../../../src/base';
import { openCapture } from '../../../src/capture';
import {
  buildFlameTree,
  decodeProfile,
  filterSamples,
  formatTop,
  labelValues,
  parseSelector,
  type Profile,
  profileStacks,
  usualTopFractions,
} from '../../../src/pprof';
import { foreignFormats } from '../../oracle/leniences';
import { noAnswer, type OfficialTools } from '../official';
import { demand, demandReadable, Finding, readable } from './finding';

const mostNodes = 50;

/** Opens, decodes and shows a profile in every way. @returns what became of it, in a word or the error's */
export async function checkProfile(bytes: Uint8Array, official: OfficialTools | null): Promise<string> {
  let isStatedLeniency = false;
  const profile = await readable(async () => {
    const { info, bytes: content, notices } = await openCapture(bytes, 'profile');
    isStatedLeniency = notices.length > 0;
    return info.kind === 'pprof' ? decodeProfile(content) : new GclensError(`opened as ${info.kind}`);
  });
  if (profile instanceof GclensError) {
    demandReadable(profile);
    if (official !== null && !profile.reason.startsWith('opened as')) {
      await compareRefusal(bytes, profile, official);
    }
    return profile.reason;
  }
  checkColumns(profile);
  const tops = profile.sampleTypes.map((_, sampleType) => useSampleType(profile, sampleType));
  filterSamples(profile, parseSelector('{route=~".*", span_id!=""}'));
  if (official !== null && !isStatedLeniency) {
    await compareTops(bytes, tops, official);
  }
  return 'read whole';
}

function useSampleType(profile: Profile, sampleType: number): string {
  const tree = buildFlameTree(profileStacks(profile, { sampleType }), { maxNodes: mostNodes });
  demand(tree.length <= mostNodes, () => `a tree of ${tree.length} nodes`);
  labelValues(profile, sampleType);
  return formatTop(profile, { sampleType, ...usualTopFractions });
}

/** Every index names a row that exists. */
function checkColumns({ samples, stacks, labels, locations, functions, strings, mappings, sampleTypes }: Profile): void {
  demand(samples.values.length === sampleTypes.length, () => 'a column of values for each sample type');
  demand(
    samples.stack.every((stack) => stack < stacks.length),
    () => 'a stack that does not exist',
  );
  checkRuns('locations of stack', stacks.locationStart, stacks.length, stacks.location, locations.length);
  checkRuns('lines of location', locations.lineStart, locations.length, locations.lineFunction, functions.length);
  demand((samples.labelStart[samples.length] ?? 0) <= labels.length, () => 'labels of the last sample');
  for (const column of [labels.key, labels.text, labels.unit, functions.name, functions.systemName, functions.file]) {
    demand(
      column.every((index) => index < strings.length),
      () => 'a string that does not exist',
    );
  }
  demand(
    locations.mapping.every((index) => index < mappings.length),
    () => 'a mapping that does not exist',
  );
}

function checkRuns(what: string, starts: Uint32Array, rows: number, column: Uint32Array, limit: number): void {
  for (let row = 0; row < rows; row++) {
    demand((starts[row] ?? 0) <= (starts[row + 1] ?? -1), () => `${what} ${row} end before they begin`);
  }
  for (let index = 0; index < (starts[rows] ?? 0); index++) {
    demand((column[index] ?? limit) < limit, () => `${what}: ${String(column[index])} of ${limit}`);
  }
}

async function compareRefusal(bytes: Uint8Array, error: GclensError, official: OfficialTools): Promise<void> {
  const { exitCode, panicked } = await official.pprof(bytes);
  if (exitCode === 0 && !panicked && !foreignFormats.test(error.details.looksLike ?? '')) {
    throw new Finding(`official: accepted; gclens: ${error.message}`);
  }
}

async function compareTops(bytes: Uint8Array, tops: readonly string[], official: OfficialTools): Promise<void> {
  const verdict = await official.pprof(bytes);
  if (verdict.panicked || verdict.exitCode === noAnswer) {
    return;
  }
  if (verdict.exitCode !== 0) {
    throw new Finding(`official: ${verdict.stderr}; gclens: accepted`);
  }
  for (const [sampleType, top] of tops.entries()) {
    const { stdout, exitCode, stderr, panicked } = await official.pprof(bytes, ['-top', '-symbolize=none', `-sample_index=${sampleType}`]);
    if (!panicked && exitCode === 0 && stdout.toString() !== top) {
      throw new Finding(`top of sample type ${sampleType}: ${firstDifference(stdout.toString(), top)}`);
    }
    if (!panicked && exitCode !== 0) {
      throw new Finding(`top of sample type ${sampleType}: official: ${stderr}; gclens prints it`);
    }
  }
}

function firstDifference(expected: string, actual: string): string {
  const [theirs, ours] = [expected.split('\n'), actual.split('\n')];
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  return `line ${at} is ${JSON.stringify(theirs[at] ?? 'missing')}, gclens prints ${JSON.stringify(ours[at] ?? 'missing')}`;
}
