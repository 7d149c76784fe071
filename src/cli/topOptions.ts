import { type Command, InvalidArgumentError, Option } from 'commander';

import type { TimeZone } from '../base';
import {
  filterSamples,
  findSampleType,
  focusFilters,
  focusFrames,
  type FocusOptions,
  formatTags,
  formatTop,
  formatTraces,
  type Granularity,
  parseSelector,
  type Profile,
  usualTopFractions,
} from '../pprof';
import { readingOption } from './wrongUse';

const granularities = ['functions', 'filefunctions', 'files', 'lines', 'addresses'] as const satisfies readonly Granularity[];

/** The flags of `gclens top` that say what is printed of a profile; named as those of `go tool pprof`. */
export type ReportFlags = FocusOptions &
  Readonly<Partial<Record<Granularity, true>>> & {
    readonly sampleIndex: string;
    readonly cum?: true;
    readonly tags?: true;
    readonly traces?: true;
    readonly nodecount?: number;
    readonly all?: true;
    readonly selector?: string;
  };

/** Adds the flags of `ReportFlags` to a command. */
export function addReportOptions(command: Command): Command {
  command
    .option('--sample-index <type>', 'sample type, by name or number (default: what the profile says)', '')
    .option('--cum', 'sort by cumulative value')
    .option('--nodecount <n>', 'most rows', parseCount)
    .option('--all', 'also what is below 0.5 %');
  for (const granularity of granularities) {
    const others = granularities.filter((other) => other !== granularity);
    command.addOption(new Option(`--${granularity}`, granularityHelp[granularity]).conflicts(others));
  }
  return command
    .addOption(new Option('--tags', 'labels and what their samples weigh, instead of functions').conflicts('traces'))
    .option('--traces', 'every sample with its labels and stack, instead of functions')
    .option('--selector <matchers>', 'only samples whose labels match: \'{map_op="iterate"}\'')
    .option('--focus <regex>', 'only samples with a frame that matches: function, file or binary')
    .option('--ignore <regex>', 'no samples with a frame that matches')
    .option('--hide <regex>', 'without the frames that match')
    .option('--show <regex>', 'only the frames that match');
}

const granularityHelp: Readonly<Record<Granularity, string>> = {
  functions: 'one row a function (default)',
  filefunctions: 'one row a function and file',
  files: 'one row a file',
  lines: 'one row a line',
  addresses: 'one row an address',
};

/**
 * The text that the flags ask for, in parts.
 * @param warn is called with what matches nothing
 * @param timeZone of times; UTC when absent
 */
export function* formatReport(profile: Profile, flags: ReportFlags, warn: (text: string) => void, timeZone?: TimeZone): Generator<string> {
  const sampleType = readingOption(() => findSampleType(profile, flags.sampleIndex));
  const focused = readingOption(() => focusFrames(profile, flags));
  for (const filter of focused.idle) {
    warn(`--${filter} matches no frame`);
  }
  const sampleFilter = flags.selector === undefined ? focused.sampleFilter : select(profile, flags.selector, focused.sampleFilter, warn);
  const granularity = granularities.find((name) => flags[name] === true) ?? 'functions';
  if (flags.tags === true) {
    const text = formatTags(focused.profile, { sampleType, sampleFilter });
    if (text === '') {
      warn('no sample has a label; pprof.Do and pprof.SetGoroutineLabels set them');
    }
    yield text;
  } else if (flags.traces === true) {
    yield* formatTraces(focused.profile, { sampleType, sampleFilter, granularity, timeZone });
  } else {
    const activeFilters = focusFilters.flatMap((name) => ((flags[name] ?? '') === '' ? [] : [`${name}=${flags[name]}`]));
    const options = {
      sampleType,
      sampleFilter,
      granularity,
      sortBy: flags.cum === true ? 'cum' : 'flat',
      ...(flags.all === true ? {} : usualTopFractions),
      ...(flags.nodecount === undefined || flags.nodecount === 0 ? {} : { maxRows: flags.nodecount }),
    } as const;
    yield formatTop(focused.profile, options, { activeFilters, timeZone });
  }
}

/** The samples that the selector takes, too; `warn` hears why these are none. */
function select(profile: Profile, selector: string, taken: Uint8Array, warn: (text: string) => void): Uint8Array {
  const parsed = readingOption(() => parseSelector(selector));
  const selected = filterSamples(profile, parsed);
  if (!selected.includes(1)) {
    const labels = new Set(Array.from(profile.labels.key.subarray(0, profile.labels.length), (key) => profile.strings[key] ?? ''));
    const unknown = new Set(parsed.matchers.flatMap(({ name }) => (labels.has(name) ? [] : [name])));
    warn(
      unknown.size === 0
        ? '--selector matches no sample; --tags lists labels and their values'
        : `--selector matches no sample: none has a label ${[...unknown].join(', ')}; pprof.Do and pprof.SetGoroutineLabels set labels`,
    );
  }
  return selected.map((isSelected, sample) => isSelected & (taken[sample] ?? 0));
}

/** No limit where it is 0, or -1 as in `go tool pprof`. */
function parseCount(text: string): number {
  if (!/^(?:-1|\d{1,9})$/.test(text)) {
    throw new InvalidArgumentError('give a whole number.');
  }
  return Math.max(0, Number(text));
}
