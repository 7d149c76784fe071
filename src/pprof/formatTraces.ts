import { pushTo, type TimeZone } from '../base';
import { padStart } from './alignTabs';
import { compareCodePoints } from './compareCodePoints';
import { type Granularity, nameFrames } from './frameNames';
import { LabelReader } from './labels';
import type { Profile } from './profile';
import { headerLines, reportValues } from './reportHeader';
import { sampleValues } from './sampleValues';

/** What of a profile is listed, and how frames are named. */
export interface TracesOptions {
  readonly sampleType: number;
  /** 1 for samples to take; all when absent. */
  readonly sampleFilter?: Uint8Array;
  /** Functions when absent. */
  readonly granularity?: Granularity;
  /** UTC when absent. */
  readonly timeZone?: TimeZone;
}

const separator = '-----------+-------------------------------------------------------\n';

/** The text that `go tool pprof -traces -symbolize=none` prints, in parts: every sample with its labels and stack (google/pprof internal/report, printTraces). */
export function* formatTraces(
  profile: Profile,
  { sampleType, sampleFilter, granularity = 'functions', timeZone }: TracesOptions,
): Generator<string> {
  const values = reportValues(profile, sampleType, 'minimum');
  yield `${headerLines(profile, values, timeZone).join('\n')}\n`;
  const { samples, stacks } = profile;
  const labels = new LabelReader(profile);
  const frames = nameFrames(profile, { granularity, trimsPaths: false });
  const valueOf = sampleValues(profile, sampleType);
  for (let sample = 0; sample < samples.length; sample++) {
    const stack = samples.stack[sample] ?? 0;
    const [start, end] = [stacks.locationStart[stack] ?? 0, stacks.locationStart[stack + 1] ?? 0];
    if (start === end || (sampleFilter !== undefined && sampleFilter[sample] !== 1)) {
      continue;
    }
    let text = separator + labelLines(labels, samples.labelStart[sample] ?? 0, samples.labelStart[sample + 1] ?? 0);
    let value = values.format(valueOf(sample));
    for (let entry = start; entry < end; entry++) {
      const row = stacks.location[entry] ?? 0;
      const last = (frames.start[row + 1] ?? 0) - 1;
      for (let index = frames.start[row] ?? 0; index <= last; index++) {
        text += `${padStart(value, 10)}   ${frames.names[frames.frame[index] ?? 0]}${index === last ? '' : ' (inline)'}\n`;
        value = '';
      }
    }
    yield text;
  }
  yield separator;
}

/** The texts, then the numbers, each sorted by line, the values of one key in one line. */
function labelLines(labels: LabelReader, start: number, end: number): string {
  const texts = new Map<string, string[]>();
  const numbers = new Map<string, string[]>();
  for (let label = start; label < end; label++) {
    pushTo(labels.isText(label) ? texts : numbers, labels.keyAt(label), labels.valueAt(label));
  }
  return [texts, numbers]
    .flatMap((group) => Array.from(group, ([key, values]) => `${padStart(key, 10)}:  ${values.join(' ')}\n`).sort(compareCodePoints))
    .join('');
}
