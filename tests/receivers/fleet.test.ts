import { setTimeout as sleep } from 'node:timers/promises';

import { openCapture } from '../../src/capture';
import { buildSpans } from '../../src/bridge';
import { analyzeTrace } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { buildFleet, Fleet, readRecorded, readRecordedTrace, type Worker } from './fleet';
import { keepResult } from './results';
import { idsOfSpans } from './spanIdsOfRequest';
import { accept, StubReceiver } from './stubReceiver';

/** Takes some minutes: it is asked for. */
const paths = process.env['GCLENS_FLEET'] === undefined ? { missing: 'asked for with GCLENS_FLEET=1' } : buildFleet();
const name = 'missing' in paths ? `a fleet of workers behind an object store and NATS (${paths.missing})` : 'a fleet of workers';
const describeFleet = 'missing' in paths ? describe.skip : describe;
const captures = Number(process.env['GCLENS_FLEET_CAPTURES'] ?? 500);

describeFleet(name, () => {
  it(
    'exports every capture, and none twice, when one of three workers is killed',
    async () => {
      const trace = readRecordedTrace();
      const { info, bytes } = await openCapture(trace, 'trace.out');
      const spans = [...buildSpans(await analyzeTrace(await decodeTrace(bytes)), info)].length;
      const fleet = await Fleet.start('missing' in paths ? { nats: '', store: '', collector: '' } : paths);
      try {
        await fleet.upload(trace, 20);
        const workers = [fleet.startWorker(), fleet.startWorker(), fleet.startWorker()];
        const exported = () => workers.reduce((sum, worker) => sum + worker.exported, 0);
        const uploading = fleet.upload(trace, captures - 20, 20);
        while (exported() < captures / 3) {
          await sleep(20);
        }
        const [killed] = workers;
        killed?.kill();
        await uploading;
        await Promise.all(workers.map(({ ended }) => ended));
        expect(workers.slice(1).map(({ exitCode }) => exitCode)).toEqual([0, 0]);
        expect(await fleet.messages()).toEqual({ waiting: 0, dead: 0 });
        const { distinct, again } = await fleet.received();
        expect(distinct.size).toBe(captures);
        expect([...new Set(distinct.values())]).toEqual([spans]);
        // What the killed worker had sent, and not noted, comes again with the same ids.
        expect(again).toBeLessThanOrEqual(spans);
        if (process.env['GCLENS_FLEET'] === 'write') {
          keepResult(describeRun(spans, workers, again));
        }
      } finally {
        await fleet.stop();
      }
    },
    20 * 60_000,
  );

  it('keeps what cannot be exported with its reason, tries again what the receiver did not take, and stops on SIGTERM', async () => {
    const fleet = await Fleet.start('missing' in paths ? { nats: '', store: '', collector: '' } : paths);
    let refusals = 2;
    const ids: string[] = [];
    const receiver = await StubReceiver.start(({ bytes }, response) => {
      if (refusals > 0) {
        refusals--;
        response.writeHead(403).end();
      } else {
        ids.push(...idsOfSpans(bytes));
        accept(response);
      }
    });
    try {
      await fleet.put('page.trace', new TextEncoder().encode('<!doctype html><title>Login</title>'));
      await fleet.put('a%20b/x%2By.trace', readRecordedTrace());
      const worker = fleet.startWorker(receiver.url, []);
      while (worker.exported === 0) {
        await sleep(50);
      }
      // The same content under another name is known.
      await fleet.put('again.trace', readRecordedTrace());
      while (!worker.log.some(({ event }) => event === 'known')) {
        await sleep(50);
      }
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length).toBeGreaterThan(100);
      expect(worker.log.filter(({ event }) => event === 'tried again later').length).toBe(2);
      expect(await fleet.reasons()).toEqual([expect.stringMatching(/^page.trace: .*an HTML page/)]);
      expect((await fleet.messages()).waiting).toBe(0);
      worker.kill('SIGTERM');
      await worker.ended;
      expect(worker.exitCode).toBe(0);
    } finally {
      await receiver.stop();
      await fleet.stop();
    }
  });

  it('joins a profile and a trace of one moment whatever they are called and which of them comes first, each message once', async () => {
    const fleet = await Fleet.start('missing' in paths ? { nats: '', store: '', collector: '' } : paths);
    const ids: string[] = [];
    const receiver = await StubReceiver.start(({ bytes }, response) => {
      ids.push(...idsOfSpans(bytes));
      accept(response);
    });
    try {
      // Neither name nor order tells which belong together; a trace of Go 1.21 has no clock, and is known by being alone with its profile.
      const files: [key: string, service: string, file: string][] = [
        ['shop/1.pprof', 'go1.26-datadog', 'cpu.pprof'],
        ['shop/2.trace', 'go1.26-traceparent', 'trace.out'],
        ['shop/heap.pprof', 'go1.26-traceparent', 'heap.pprof'],
        ['shop/3.pprof', 'go1.26-traceparent', 'cpu.pprof'],
        ['shop/4.trace', 'go1.26-datadog', 'trace.out'],
        ['old/trace', 'go1.21-traceparent', 'trace.out'],
        ['old/profile', 'go1.21-traceparent', 'cpu.pprof'],
      ];
      const workers = [fleet.startWorker(receiver.url, ['--settle', '3']), fleet.startWorker(receiver.url, ['--settle', '3'])];
      for (const [key, service, file] of files) {
        await fleet.put(key, readRecorded(service, file));
        await sleep(300);
      }
      const events = (event: string) => workers.flatMap(({ log }) => log.filter((line) => line['event'] === event));
      while (events('exported').length + events('beside').length + events('buried').length < files.length) {
        await sleep(50);
      }
      const companions = events('exported').map((line) => [line['file'], line['companions']]);
      expect(companions.sort()).toEqual([
        ['old/trace', ['old/profile']],
        ['shop/2.trace', ['shop/3.pprof']],
        ['shop/4.trace', ['shop/1.pprof']],
      ]);
      expect(new Set(ids).size).toBe(ids.length);
      expect(await fleet.messages()).toEqual({ waiting: 0, dead: 0 });
      expect(events('tried again later')).toEqual([]);
    } finally {
      await receiver.stop();
      await fleet.stop();
    }
  });

  it('exports once what the store tells of twice, and goes on after SIGKILL with the profile it began with', async () => {
    const fleet = await Fleet.start('missing' in paths ? { nats: '', store: '', collector: '' } : paths);
    const ids: string[] = [];
    let isHanging = true;
    let isHung = false;
    const receiver = await StubReceiver.start(({ path, bytes }, response) => {
      const isMetrics = path === '/v1/metrics';
      if (isHanging && isMetrics) {
        isHung = true;
      } else {
        ids.push(...(isMetrics ? [] : idsOfSpans(bytes)));
        accept(response);
      }
    });
    try {
      const trace = readRecorded('go1.26-traceparent', 'trace.out');
      const profile = readRecorded('go1.26-traceparent', 'cpu.pprof');
      await fleet.put('cpu', profile);
      await Promise.all(['trace', 'trace', 'copy'].map((key) => fleet.put(key, trace)));
      const killed = fleet.startWorker(receiver.url, ['--metrics']);
      while (!isHung) {
        await sleep(20);
      }
      killed.kill();
      await killed.ended;
      isHanging = false;
      const before = ids.length;
      // What comes later, nearer by its name, must not change what is sent.
      await fleet.put('trace.pprof', readRecorded('go1.26-datadog', 'cpu.pprof'));
      const workers = [0, 1, 2].map(() => fleet.startWorker(receiver.url, ['--metrics', '--once']));
      await Promise.all(workers.map(({ ended }) => ended));
      const events = (event: string) => workers.flatMap(({ log }) => log.filter((line) => line['event'] === event));
      expect(events('exported').map((line) => line['companions'])).toEqual([['cpu']]);
      expect(events('known')).toHaveLength(2);
      // All spans were accepted and noted before it was killed: only the metrics were left.
      expect(before).toBeGreaterThan(100);
      expect(new Set(ids).size).toBe(before);
      expect(ids.length).toBe(before);
      expect(await fleet.messages()).toEqual({ waiting: 0, dead: 0 });
    } finally {
      await receiver.stop();
      await fleet.stop();
    }
  });
});

function describeRun(spans: number, workers: readonly Worker[], again: number): string {
  return `# A worker killed in the middle of ${captures} captures

Made by \`npm run fleet\` on ${new Date().toISOString().slice(0, 10)}: versitygw announces objects to NATS JetStream, three workers export them to an OpenTelemetry Collector, the first gets SIGKILL
after a third of them.

| | |
| --- | --- |
| captures put into the store, that the collector has whole | ${captures}, ${captures} |
| spans of each, distinct spans in the collector | ${spans}, ${captures * spans} |
| exported by the killed worker, by the others | ${workers.map(({ exported }) => exported).join(', ')} |
| messages left, in the dead-letter stream | 0, 0 |
| spans sent a second time (same ids) | ${again} |
`;
}
