import { type Command, InvalidArgumentError } from 'commander';

import { filterSamples, findSampleType, formatTop, parseSelector, type Profile, usualTopFractions } from '../pprof';
import { type FromOptions, fromOption, readProfile } from './readProfile';

interface TopFlags extends FromOptions {
  readonly sampleIndex: string;
  readonly nodecount?: number;
  readonly all?: true;
  readonly selector?: string;
}

/** `gclens top`: the functions of a profile, printed as `go tool pprof -top -symbolize=none` prints them. */
export function registerTop(program: Command): void {
  program
    .command('top')
    .description('functions of a profile by their own value, as `go tool pprof -top` prints them')
    .argument('<file>', 'a profile (profile.proto, gzip-compressed or not), or an execution trace with --from')
    .option('--sample-index <type>', 'sample type, by name or number (default: what the profile says)', '')
    .option('--nodecount <n>', 'most rows', parseCount)
    .option('--all', 'also what is below 0.5 %')
    .option('--selector <matchers>', 'only samples whose labels match: \'{map_op="iterate"}\'')
    .addOption(fromOption())
    .action(async (file: string, flags: TopFlags, command: Command) => {
      const profile = await readProfile(file, { ...flags, labels: flags.selector !== undefined }, command);
      process.stdout.write(formatTop(profile, topOptions(profile, flags)));
    });
}

function topOptions(profile: Profile, { sampleIndex, nodecount, all, selector }: TopFlags): Parameters<typeof formatTop>[1] {
  return {
    sampleType: findSampleType(profile, sampleIndex),
    ...(all === true ? {} : usualTopFractions),
    ...(nodecount === undefined || nodecount === 0 ? {} : { maxRows: nodecount }),
    ...(selector === undefined ? {} : { sampleFilter: filterSamples(profile, parseSelector(selector)) }),
  };
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) {
    throw new InvalidArgumentError('give a whole number.');
  }
  return Number(text);
}
