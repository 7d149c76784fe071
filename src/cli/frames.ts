import { type Command, InvalidArgumentError, Option } from 'commander';

import type { CaptureInfo } from '../capture';
import { type Frame, frameToJson, migrateQuery, type TimeRangeMs, type ViewQuery, views } from '../frames';
import { createInProcessDecoder } from '../worker';
import { withJoinOption } from './companions';
import { namesApart } from './names';
import { parseStartTime } from './startTime';
import { lacksFiles, readFiles, reportGzip } from './viewFiles';
import { asWrongUse } from './wrongUse';

interface FramesOptions {
  readonly view?: ViewQuery['view'];
  readonly query?: Readonly<Record<string, unknown>>;
  readonly panel?: string;
  readonly baseline?: readonly string[];
  readonly from?: bigint;
  readonly to?: bigint;
  readonly joinAnyway?: boolean;
}

/** `gclens frames FILE…`: what the data source would answer, so that every view can be looked at from a shell. */
export function registerFrames(program: Command): void {
  const command = program
    .command('frames')
    .description('what the Grafana data source answers: frames as Grafana’s dataFrameToJSON prints them')
    .argument('<files...>', 'execution trace, profiles, OTLP JSON of the application’s spans: of one process and one moment')
    .addOption(new Option('--view <view>', 'which view').choices([...views, 'auto']))
    .option('--query <json>', 'members of the query: {"selector":"{map_op=\\"iterate\\"}","cycle":3}', parseQuery)
    .option('--baseline <files...>', 'what the captures are compared with, for the views compare and mapHeap')
    .option('--panel <plugin>', 'plugin id of the panel that asks, for the view auto')
    .option('--from <time>', 'first moment that is shown (RFC 3339 or Unix ns), as the time range of a dashboard', parseStartTime)
    .option('--to <time>', 'last moment that is shown', parseStartTime);
  withJoinOption(command).action(async (files: string[], options: FramesOptions) => {
    const frames = await answer(files, options);
    process.stdout.write(`${JSON.stringify(frames.map(frameToJson))}\n`);
    reportErrors(frames);
  });
}

function parseQuery(text: string): Readonly<Record<string, unknown>> {
  try {
    const query: unknown = JSON.parse(text);
    if (typeof query === 'object' && query !== null && !Array.isArray(query)) {
      return { ...query };
    }
  } catch {
    // Said below.
  }
  throw new InvalidArgumentError('give the members of a query as a JSON object.');
}

async function answer(paths: readonly string[], options: FramesOptions): Promise<Frame[]> {
  const { view, query, panel, baseline = [], joinAnyway } = options;
  const names = namesApart([...paths, ...baseline]);
  const files = await readFiles(paths, names);
  const members: Readonly<Record<string, unknown>> = {
    ...query,
    ...(view === undefined ? {} : { view }),
    ...(joinAnyway === undefined ? {} : { joinAnyway }),
  };
  const refId = typeof members.refId === 'string' ? members.refId : 'A';
  const asked = migrateQuery(members);
  warnOfUnused(query ?? {}, asked);
  const compared = await readFiles(baseline, names);
  await reportGzip([...files, ...compared]);
  const decoder = createInProcessDecoder();
  if (asked.view === 'captures') {
    const stored: CaptureInfo[] = [];
    for (const { file, name } of files) {
      stored.push(await decoder.identify(file, name));
    }
    return decoder.view({ files: [], query: asked, context: { refId, stored } });
  }
  const context = { refId, panelPluginId: panel, range: rangeOf(options) };
  try {
    return await decoder.view({ files, baseline: compared, query: asked, context });
  } catch (error) {
    throw (await lacksFiles(asked, files, compared)) ? asWrongUse(error) : error;
  }
}

/** The data source takes queries of any version and leaves out what it cannot use; whoever writes one by hand is to know what that is. */
function warnOfUnused(query: Readonly<Record<string, unknown>>, asked: ViewQuery): void {
  const used = new Set([...Object.keys(asked), 'refId']);
  const unused = Object.keys(query).filter((name) => !used.has(name) || (name === 'view' && query.view !== asked.view));
  for (const name of unused) {
    process.stderr.write(`gclens: --query: ${name} is not used: no member of a query is called so, or this is no value of it\n`);
  }
}

/** All times where only one end is given; whole milliseconds, as Grafana has them. */
function rangeOf({ from, to }: FramesOptions): TimeRangeMs | undefined {
  const toMs = (timeNs: bigint) => Number(timeNs / 1_000_000n);
  return from === undefined && to === undefined
    ? undefined
    : { fromMs: from === undefined ? 0 : toMs(from), toMs: to === undefined ? Date.UTC(9999, 0) : toMs(to) };
}

/** A damaged file gives what decoded before the damage, and exit code 1. */
function reportErrors(frames: readonly Frame[]): void {
  for (const { severity, text } of frames.flatMap(({ meta }) => meta?.notices ?? [])) {
    if (severity === 'error') {
      process.stderr.write(`gclens: ${text}\n`);
      process.exitCode = 1;
    }
  }
}
