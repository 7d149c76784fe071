import { type Command, InvalidArgumentError, Option } from 'commander';

import { GclensError } from '../base';
import { fetchAsk, findPprofIndex, type LiveProfile, liveProfiles, planLive, takeLive } from '../capture';
import { prepareFolder, writeCapture, type Written } from './captureFolder';
import { withProgress } from './progress';

interface CaptureOptions {
  readonly profiles: readonly LiveProfile[];
  readonly seconds: number;
  readonly path?: string;
  readonly post?: boolean;
  readonly output: string;
}

/** A day; whoever waits longer has forgotten. */
const maxSeconds = 86_400;
const maxBytes = 2 ** 31;

/** `gclens capture URL`: files of a running program. */
export function registerCapture(program: Command): void {
  program
    .command('capture')
    .description('record a running Go program: a CPU profile and a trace of the same seconds, through its /debug/pprof')
    .argument('<url>', 'http://host:6060, or where its /debug/pprof is')
    .addOption(
      new Option('--profiles <names>', `what to record, of ${liveProfiles.join(', ')}`)
        .argParser(parseProfiles)
        .default(['profile', 'trace'], 'profile,trace'),
    )
    .option('--seconds <seconds>', 'for how long', parseSeconds, 5)
    .option('--path <path>', 'a further request below the URL whose answer is a capture: the dump of a flight recorder')
    .option('--post', 'make that request with POST')
    .option(
      '-o, --output <folder>',
      'where the files go; those of an earlier capture with the same names are replaced, and what stays of it is said',
      '.',
    )
    .action(async (url: string, options: CaptureOptions) => {
      // Before the seconds of recording, not after them.
      await prepareFolder(options.output);
      const files = await withProgress((work) => capture(url, options, work));
      reportWritten(options.output, await writeCapture(options.output, files));
    });
}

/** Files of two moments in one folder pass for one capture, so whoever has them there is told. */
function reportWritten(folder: string, { paths, replaced, earlier }: Written): void {
  if (replaced.length > 0) {
    process.stderr.write(`gclens: ${folder}: ${replaced.join(', ')} of an earlier capture replaced\n`);
  }
  if (earlier.length > 0) {
    process.stderr.write(`gclens: ${folder}: ${earlier.join(', ')} still of an earlier moment; -o names a folder for each capture\n`);
  }
  paths.forEach((path) => process.stdout.write(`${path}\n`));
}

async function capture(
  url: string,
  { profiles, seconds, path, post = false }: CaptureOptions,
  work: Parameters<Parameters<typeof withProgress>[0]>[0],
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> {
  const ask = fetchAsk(url);
  const asked = { isProxied: false, timeoutSeconds: Infinity };
  const limits = { maxSeconds, maxBytes };
  const index = profiles.length === 0 ? undefined : await findPprofIndex(ask, asked);
  const method = post ? 'POST' : 'GET';
  const plan = planLive({ profiles, seconds, ...(path === undefined ? {} : { path, method }) }, index?.path ?? '', limits, asked);
  if (plan.length === 0) {
    throw new GclensError('there is nothing to record', { advice: 'Name profiles or a path' });
  }
  const { files, notices } = await takeLive(ask, plan, limits, asked, work);
  for (const { text } of notices) {
    process.stderr.write(`gclens: ${text}\n`);
    process.exitCode = 1;
  }
  return files;
}

function parseProfiles(text: string): LiveProfile[] {
  return text
    .split(',')
    .filter((name) => name !== '')
    .map((name) => {
      const known = liveProfiles.find((profile) => profile === name.trim());
      if (known === undefined) {
        throw new InvalidArgumentError(`name some of ${liveProfiles.join(', ')}.`);
      }
      return known;
    });
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > maxSeconds) {
    throw new InvalidArgumentError('give whole seconds from 1 on.');
  }
  return seconds;
}
