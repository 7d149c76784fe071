import { execFileSync } from 'node:child_process';

import { type Browser, chromium } from '@playwright/test';

import { type InputName, inputs } from '../inputs';
import { type Judgement, judgeNumber } from '../judge';
import { chromiumPath, root } from '../machine';
import { peers } from '../peers';
import { median } from '../statistics';
import { measureCrossing, measureLongestTask } from './flame';
import { measureLongTasks } from './longTasks';
import { measureOpening } from './opening';
import { type BenchServer, startServer } from './server';

/** Fresh workers (or pages) of each reader. */
const rounds = 5;

/** What only a browser shows, in a real Chromium. */
export async function measureInBrowser(isWanted: (input: InputName) => boolean): Promise<readonly Judgement[]> {
  // A page that was built before is that of other sources.
  for (const part of ['build:kernels', 'build:node', 'build:workbench']) {
    execFileSync('npm', ['run', '--silent', part], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
  });
  const server = await startServer();
  try {
    const parts: readonly (readonly [InputName, () => Promise<Judgement | Judgement[]>])[] = [
      ['mid', () => compareGunzip(browser, server, 'mid')],
      ['big', () => compareGunzip(browser, server, 'big')],
      ['traceGzip', () => compareGunzip(browser, server, 'traceGzip')],
      ['mid', () => compareSpeedscope(browser, server, 'mid')],
      ['mid', () => judgeCrossing(browser, server)],
      ['big', () => judgeShownFlame(browser, server)],
      ['pingpong160', () => judgeOpening(browser)],
      ['pingpong20', () => judgeLongTasks(browser)],
    ];
    const judgements: Judgement[] = [];
    for (const [input, part] of parts) {
      judgements.push(...(isWanted(input) ? [await part()].flat() : []));
    }
    return judgements;
  } finally {
    server.stop();
    await browser.close();
  }
}

async function compareGunzip(browser: Browser, server: BenchServer, input: 'mid' | 'big' | 'traceGzip'): Promise<Judgement> {
  const url = server.offer(inputs[input].path());
  const own: number[] = [];
  const stream: number[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push(warm(await timeInWorker(browser, server, 'gunzip', url)));
    stream.push(warm(await timeInWorker(browser, server, 'decompression-stream', url)));
  }
  const ratio = median(stream) / median(own);
  return judgeNumber({
    id: 'P4',
    claim: 'gclens against DecompressionStream, warm, in Chromium',
    input: inputs[input].name,
    value: ratio,
    least: 2,
    unit: 'x',
  });
}

function warm(ms: readonly number[]): number {
  return median(ms.slice(1));
}

async function timeInWorker(browser: Browser, server: BenchServer, reader: string, url: string): Promise<readonly number[]> {
  const page = await browser.newPage();
  try {
    await page.goto(server.url);
    return await page.evaluate(
      (order) =>
        new Promise<readonly number[]>((done, failed) => {
          const worker = new Worker('/worker.js');
          worker.onmessage = ({ data }: MessageEvent<{ ms: readonly number[] }>) => {
            done(data.ms);
          };
          worker.onerror = ({ message }) => {
            failed(new Error(message));
          };
          worker.postMessage(order);
        }),
      { reader, url, runs: 5 },
    );
  } finally {
    await page.close();
  }
}

/** From the file's bytes to a tree: ours in a worker, speedscope's as it says itself on its console. First calls of both. */
async function compareSpeedscope(browser: Browser, server: BenchServer, input: 'mid'): Promise<Judgement> {
  const file = inputs[input].path();
  const url = server.offer(file);
  const own: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push((await timeInWorker(browser, server, 'profile-to-tree', url))[0] ?? Number.NaN);
    theirs.push(await timeSpeedscope(browser, server, file));
  }
  const ratio = median(theirs) / median(own);
  return judgeNumber({
    id: 'A1',
    claim: 'gclens: gzip to nested set against speedscope’s import, first, in Chromium',
    input: inputs[input].name,
    value: ratio,
    least: 20,
    unit: 'x',
  });
}

async function timeSpeedscope(browser: Browser, server: BenchServer, file: string): Promise<number> {
  const page = await browser.newPage();
  try {
    const imported = page.waitForEvent('console', { predicate: (message) => message.text().startsWith('import:'), timeout: 120_000 });
    await page.goto(`${server.url}/speedscope/index.html`);
    await page.locator('input[type=file]').setInputFiles(file);
    const text = (await imported).text();
    return Number(/import: ([\d.]+)/.exec(text)?.[1] ?? Number.NaN);
  } finally {
    await page.close();
  }
}

/** A flame frame of 10 000 rows on its way to the main thread. */
async function judgeCrossing(browser: Browser, server: BenchServer): Promise<Judgement[]> {
  const page = await browser.newPage();
  const profile = server.offer(inputs.mid.path());
  const { rows, clonedColumns, ms } = await measureCrossing(page, server, profile, 10_000, 21);
  await page.close();
  const told = { id: 'W1', input: inputs.mid.name };
  const claim = `a flame frame of ${rows} rows from the worker`;
  return [
    judgeNumber({ ...told, claim: `${claim}: main thread until its columns are there`, value: median(ms.slice(1)), most: 1, unit: ' ms' }),
    judgeNumber({ ...told, claim: `${claim}: columns that are cloned row by row`, value: clonedColumns, most: 0, unit: '' }),
  ];
}

/** The flame graph of a profile of 143 000 nodes on the built page, as it is without any setting. */
async function judgeShownFlame(browser: Browser, server: BenchServer): Promise<Judgement[]> {
  const tasks: number[] = [];
  for (let round = 0; round < rounds; round++) {
    tasks.push(await measureLongestTask(browser, inputs.big.path()));
  }
  const page = await browser.newPage();
  const { rows } = await measureCrossing(page, server, server.offer(inputs.big.path()), undefined, 1);
  await page.close();
  const told = { id: 'W2', input: inputs.big.name };
  return [
    judgeNumber({ ...told, claim: 'rows of the default flame graph', value: rows, most: 20_000, unit: ' rows' }),
    judgeNumber({
      ...told,
      claim: 'longest task of the main thread with the stock flame panel',
      value: median(tasks),
      most: 50,
      unit: ' ms',
    }),
  ];
}

async function judgeOpening(browser: Browser): Promise<Judgement[]> {
  const { name, path } = inputs.pingpong160;
  const file = path();
  const timeline: number[] = [];
  const answer: number[] = [];
  const read: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const opening = await measureOpening(browser, file);
    timeline.push(opening.timelineMs);
    answer.push(opening.answerMs);
    read.push(peers.goReader.measure(file, 1).ms[0] ?? Number.NaN);
  }
  const goMs = median(read);
  return [
    judgeNumber({
      id: 'page',
      claim: 'from choosing the file to the drawn timeline, against a third of the Go reader’s time',
      input: name,
      value: median(timeline),
      most: goMs / 3,
      unit: ' ms',
    }),
    judgeNumber({
      id: 'page',
      claim: 'from choosing the file to the answer about all of it, against the Go reader’s time',
      input: name,
      value: median(answer),
      most: goMs,
      unit: ' ms',
    }),
  ];
}

/** The stock panels of Grafana are part of the page, and so is what they take. */
async function judgeLongTasks(browser: Browser): Promise<Judgement[]> {
  const { name, path } = inputs.pingpong20;
  const file = path();
  const measured = [];
  for (let round = 0; round < rounds; round++) {
    measured.push(await measureLongTasks(browser, file));
  }
  const judgeLongest = (what: string, input: string, values: readonly number[]): Judgement =>
    judgeNumber({
      id: 'W2',
      claim: `longest task of the page’s main thread while ${what}`,
      input,
      value: median(values),
      most: 50,
      unit: ' ms',
    });
  const choosing = 'a cycle, a request and a sample type are chosen';
  return [
    judgeLongest(
      'the page loads',
      'sample',
      measured.map(({ loading }) => loading),
    ),
    judgeLongest(
      choosing,
      'sample',
      measured.map(({ switching }) => switching),
    ),
    judgeLongest(
      'a file is opened',
      name,
      measured.map(({ opening }) => opening),
    ),
  ];
}
