import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { type AnalyzedTrace, analyzeTrace, type Capture, type Finding, findFindings, measure, shippedRules } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { openCapture } from '../../src/capture';
import { decodeProfile, type Profile } from '../../src/pprof';
import { pickRows } from '../../src/runtime';

const folder = join(__dirname, '../fixtures/findings');

const open = (program: string, name: string) => openCapture(new Uint8Array(readFileSync(join(folder, program, name))), name);

async function analyzed(program: string): Promise<AnalyzedTrace> {
  const { bytes } = await open(program, existsSync(join(folder, program, 'trace.out.gz')) ? 'trace.out.gz' : 'trace.out');
  return analyzeTrace(await decodeTrace(bytes));
}

/** The trace as it would be where no CPU profile was running. */
async function unsampled(program: string): Promise<AnalyzedTrace> {
  const trace = await analyzed(program);
  const { length, sites, periodNs, ...columns } = trace.facts.samples;
  expect(length).toBeGreaterThan(0);
  const samples = { length: 0, sites, periodNs, ...pickRows(columns, new Uint32Array()) };
  return { ...trace, facts: { ...trace.facts, samples } };
}

function captureOf(trace: AnalyzedTrace): Capture {
  return { kind: 'trace', name: 'trace.out', sha256: '', analyzed: trace };
}

async function findingsOf(program: string, profiles: readonly string[] = ['cpu.pprof', 'allocs.pprof']): Promise<Finding[]> {
  const captures = [captureOf(await analyzed(program))];
  for (const name of profiles.filter((file) => existsSync(join(folder, program, file)))) {
    const { info, bytes } = await open(program, name);
    captures.push({ kind: 'pprof', name, sha256: info.sha256, profile: await decodeProfile(bytes) });
  }
  return findFindings(measure(captures), shippedRules());
}

const accused = (findings: readonly Finding[]) =>
  findings.filter(({ kind }) => kind === 'cause').flatMap(({ subject }) => (subject === null ? [] : [subject.name]));

describe('findings of programs that no rule was made for', () => {
  it('map iteration in a background goroutine is the cause, and no request is', async () => {
    const findings = await findingsOf('background');
    expect(findings[0]).toMatchObject({ rule: 'map-iteration-drives-gc', subject: { name: 'main.buildIndex' } });
    expect(findings[0]?.text).toMatch(/background\/main\.go:21\..*Served there: goroutines outside of tasks/);
    expect(accused(findings)).toEqual(['main.buildIndex']);
  });

  it('allocation without maps is called that, and who only pays is not accused', async () => {
    const findings = await findingsOf('heavy');
    // Ten CPU samples met it at work: none in a map, but they are few.
    expect(findings[0]).toMatchObject({ rule: 'unseen-allocation-drives-gc', subject: { name: 'main.render' } });
    expect(accused(findings)).toEqual(['main.render', 'GET /render']);
  });

  it('allocation that no CPU sample met may well be of maps', async () => {
    const [first] = findFindings(measure([captureOf(await unsampled('heavy'))]), shippedRules());
    expect(first).toMatchObject({ rule: 'unseen-allocation-drives-gc', subject: { name: 'main.render' } });
    expect(first?.text).toMatch(/0 CPU samples met the function at work.*A CPU profile that is taken .* tells whether/);
  });

  it('a walk that no CPU sample met is known by where goroutines were preempted', async () => {
    const trace = await unsampled('background');
    const [first] = findFindings(measure([captureOf(trace)]), shippedRules());
    expect(first).toMatchObject({ rule: 'map-iteration-drives-gc', subject: { name: 'main.buildIndex' } });
    expect(first?.text).toMatch(/known by: [1-9]\d* preemptions in it/);
  });

  it('a loop over a map that calls what allocates is told from a walk that is over before, by time', async () => {
    const [first, ...others] = await findingsOf('called-back');
    expect(first).toMatchObject({ rule: 'map-iteration-drives-gc', subject: { name: 'main.hEach' } });
    expect(first?.text).toMatch(
      /known by: its caller, seen to walk a map in turn with it\)\. The iteration is at .*coll\.Each\[\.\.\.\] coll\/coll\.go:16/,
    );
    expect(accused(others)).toEqual(['GET /each']);
    const [control] = await findingsOf('walked-before');
    expect(control).toMatchObject({ rule: 'allocation-drives-gc', subject: { name: 'main.banner' } });
  });

  it('without tasks, labels of the CPU profile name the endpoint; of a profile of another process they do not', async () => {
    const { info, bytes } = await open('labelled', 'cpu.pprof');
    const profile = await decodeProfile(bytes);
    const servedBy = async (joined: Profile) => {
      const { trace } = await analyzed('labelled');
      const captures: Capture[] = [
        captureOf(await analyzeTrace(trace, { profile: joined })),
        { kind: 'pprof', name: 'cpu.pprof', sha256: info.sha256, profile: joined },
      ];
      const [first] = findFindings(measure(captures), shippedRules());
      expect(first).toMatchObject({ rule: 'map-iteration-drives-gc', subject: { name: 'main.listViews' } });
      return /Served there: (.*?)\.(?: |$)/.exec(first?.text ?? '')?.[1];
    };
    expect(await servedBy(profile)).toBe('GET /report (label endpoint)');
    expect(await servedBy({ ...profile, timeUnixNs: profile.timeUnixNs + 3_600_000_000_000n })).toBe('goroutines outside of tasks');
  });

  it('without a trace, profiles tell who allocates most, and at which map operation it was seen', async () => {
    const captures = await Promise.all(
      ['cpu.pprof', 'allocs.pprof'].map(async (name): Promise<Capture> => {
        const { info, bytes } = await open('labelled', name);
        return { kind: 'pprof', name, sha256: info.sha256, profile: await decodeProfile(bytes) };
      }),
    );
    const findings = findFindings(measure(captures), shippedRules());
    expect(findings.map(({ rule }) => rule)).toEqual(['nothing-wrong', 'allocates-most', 'map-cpu']);
    expect(findings[1]?.title).toMatch(/^main\.listViews allocates 9\d % of all bytes$/);
    expect(findings[1]?.text).toMatch(
      /at main\.listViews svc\/services\.go:27\. .* 6 CPU samples found it at work on a map: iterate at main\.listViews svc\/services\.go:25\.$/,
    );
  });

  it('the first allocation of a goroutine in a cycle accuses nobody', async () => {
    const findings = await findingsOf('presized');
    expect(findings[0]).toMatchObject({ rule: 'map-growth-drives-gc', subject: { name: 'main.hSet' } });
    expect(findings[0]?.text).toMatch(/does 9\d % of the allocation .*The map operation there: make at main\.hSet svc\/more\.go:180/);
    expect(accused(findings)).toEqual(['main.hSet', 'GET /set']);
  });

  it('requests that wait for a lock or the network are slow for that, and nothing is wrong with GC', async () => {
    const findings = await findingsOf('waiting');
    expect(findings.map(({ rule, subject }) => [rule, subject?.name])).toEqual([
      ['nothing-wrong', undefined],
      ['waits-not-gc', 'POST /order'],
      ['waits-not-gc', 'GET /quote'],
    ]);
    expect(findings[1]?.text).toMatch(/for sync.*main\.locked waiting\/main\.go:20/);
    expect(findings[2]?.text).toMatch(/for network.*main\.remote waiting\/main\.go:29/);
  });

  it('a growing map is the cause, and who only reads is not', async () => {
    const findings = await findingsOf('growth');
    expect(findings[0]).toMatchObject({ rule: 'map-growth-drives-gc', subject: { name: 'main.dedupe' } });
    expect(accused(findings)).toEqual(['main.dedupe', 'POST /dedupe']);
  });

  it('handlers that are registered in one function are told apart: one that concatenates strings is not accused of the map that another walks', async () => {
    const findings = await findingsOf('closures');
    expect(findings[0]).toMatchObject({
      rule: 'unseen-allocation-drives-gc',
      subject: { name: expect.stringMatching(/storefront\.init\.0\.func10\.2$/) },
    });
    expect(findings[0]?.text).toMatch(/storefront\.go:99.*Served there: GET \/concat/);
    expect(accused(findings)).toEqual([findings[0]?.subject?.name, 'GET /concat']);
  });

  it('who allocates little, but waits long in the assist for it, is not accused', async () => {
    const findings = await findingsOf('library');
    expect(findings[0]).toMatchObject({
      rule: 'map-iteration-drives-gc',
      subject: { name: expect.stringMatching(/collect\.Filter\[\.\.\.\]$/) },
    });
    expect(accused(findings)).toEqual([findings[0]?.subject?.name, 'GET /search']);
  });

  it('a map that a library walks by reflection is in sight, with the line that asks for it', async () => {
    const findings = await findingsOf('encoded');
    expect(findings[0]).toMatchObject({
      rule: 'map-reflection-drives-gc',
      subject: { name: expect.stringMatching(/mailer\.document\.encode$/) },
    });
    expect(findings[0]?.text).toMatch(/mailer\.go:20.*encoding\/json\./);
    expect(accused(findings)).toEqual([findings[0]?.subject?.name, 'publish']);
  });

  it('iterators of Go’s own packages that were inlined into a generic function leave the line to it', async () => {
    const findings = await findingsOf('sorted');
    expect(findings[0]).toMatchObject({
      rule: 'map-iteration-drives-gc',
      subject: { name: expect.stringMatching(/flags\.ordered\[\.\.\.\]$/) },
    });
    expect(findings[0]?.text).toContain('flags/flags.go:23');
    expect(findings[0]?.text).not.toContain('maps/iter.go');
  });

  it('storing into a sync.Map is not ranging over it', async () => {
    const findings = await findingsOf('stored');
    expect(findings[0]).toMatchObject({ rule: 'sync-map-store-drives-gc' });
    expect(findings[0]?.text).toContain('presence/presence.go:59');
  });

  it('where cycles are called for, no allocation drives them', async () => {
    const findings = await findingsOf('forced');
    expect(findings[0]).toMatchObject({ rule: 'forced-gc' });
    expect(findings[0]?.text).toContain('gcs/gcs.go:63');
    expect(accused(findings)).toEqual([]);
  });

  it('a memory limit comes before who allocates under it, and who begins its cycles with a few bytes is not accused', async () => {
    const findings = await findingsOf('limit');
    expect(findings[0]).toMatchObject({ rule: 'memory-limit', severity: 'critical' });
    expect(accused(findings)).toEqual([expect.stringMatching(/gcs\.step$/), 'step']);
  });

  it('a function that looks entries up and makes a buffer on another line is not accused of maps', async () => {
    const findings = await findingsOf('lookups');
    expect(findings[0]).toMatchObject({
      rule: 'unseen-allocation-drives-gc',
      subject: { name: expect.stringMatching(/gateway\.\(\*api\)\.download$/) },
    });
    expect(findings[0]?.text).toContain('gateway/gateway.go:48');
    expect(accused(findings)).toEqual([findings[0]?.subject?.name, 'GET /download']);
  });

  it('what sync.Map.Range calls is told by stacks alone, where no CPU profile was running', async () => {
    const findings = await findingsOf('ranged');
    expect(findings[0]).toMatchObject({
      rule: 'sync-map-drives-gc',
      subject: { name: expect.stringMatching(/\(\*registry\)\.snapshot$/) },
    });
    expect(findings[0]?.text).toMatch(/presence\.go:27.*known by: stacks of its allocations.*walked at .*presence\.go:26/);
  });

  it('who calls runtime.GC and waits for the cycle is not slow for other waits', async () => {
    const findings = await findingsOf('called');
    expect(findings[0]).toMatchObject({ rule: 'forced-gc' });
    const ofTrim = findings.filter(({ subject }) => subject?.name === 'trim').map(({ rule }) => rule);
    expect(ofTrim).toContain('endpoint-waits-for-gc');
    expect(ofTrim).not.toContain('waits-not-gc');
  });

  it('a line of a module that the program depends on comes with the program’s own line that leads there', async () => {
    const findings = await findingsOf('yaml');
    expect(findings[0]).toMatchObject({ rule: 'allocation-drives-gc', subject: { name: 'gopkg.in/yaml%2ev3.yaml_emitter_emit' } });
    expect(findings[0]?.text).toMatch(/emitterc\.go:147; .* reached from main\.cases\.func8 misc\/main\.go:\d+: do less of it/);
    expect(accused(findings)).toEqual([findings[0]?.subject?.name, 'GET /yamlmap']);
  });

  it('who has few, but long assists is not accused where the profile of allocations shows little of it', async () => {
    const findings = await findingsOf('router');
    // gin sets a header that is 5 % of all bytes; 41 of 700 assists waited for a CPU there.
    expect(accused(findings)).toEqual([expect.stringMatching(/^main\.cases\.cases\.func4\.func20$/), 'GET /gin']);
    expect(accused(await findingsOf('collected'))).toEqual(['main.cases.func14', 'GET /syncmap']);
  });

  it('who has a single long assist is not accused, also where no profile of allocations shows little of it', async () => {
    // One assist of gin lasted 77 ms, a third of what all 700 worked; one of the connection's reads 9 of 27 ms.
    expect(accused(await findingsOf('router', ['cpu.pprof']))).toEqual([
      expect.stringMatching(/^main\.cases\.cases\.func4\.func20$/),
      'GET /gin',
    ]);
    expect(accused(await findingsOf('collected', ['cpu.pprof']))).toEqual(['main.cases.func14', 'GET /syncmap']);
  });

  it('what a library looks up for itself ties nothing to maps of the program', async () => {
    const findings = await findingsOf('encoded-v2');
    expect(findings[0]).toMatchObject({ rule: 'map-reflection-drives-gc', subject: { name: 'main.main.func1' } });
    expect(findings[0]?.text).toContain('allocation itself is in encoding/json/v2.makeMapArshaler.func2');
    expect(findings.map(({ rule }) => rule)).not.toContain('sync-map-store-drives-gc');
  });

  it('requests are served by the goroutines that they make, as long as they last', async () => {
    const findings = await findingsOf('fanout');
    expect(findings[0]).toMatchObject({ rule: 'map-iteration-drives-gc', subject: { name: 'main.sortedKeys' } });
    expect(findings[0]?.text).toContain('Served there: GET /fanout.');
    // On its own goroutine, which only waits for them, it pays nothing.
    expect(findings[1]?.text).toContain('They paid 26 % of their time for it, that of their other goroutines included.');
    expect(accused(findings)).toEqual(['main.sortedKeys', 'GET /fanout']);
  });

  it('a live heap that grows from cycle to cycle is said to, with the line whose memory stays', async () => {
    const grows = (findings: readonly Finding[]) => findings.find(({ rule }) => rule === 'live-heap-grows')?.text;
    const text = grows(await findingsOf('kept', ['cpu.pprof', 'heap.pprof']));
    expect(text).toMatch(/^32\.8 MB were live .* 59\.6 MB at the last: 26\.8 MB more within 916 ms\./);
    expect(text).toContain('most of it main.remember fresh/main.go:21.');
    expect(grows(await findingsOf('kept', []))).not.toContain('main.remember');
    expect(grows(await findingsOf('heavy'))).toBeUndefined();
  });

  it('a walk in a caller that was seen too seldom is told, and not called absent', async () => {
    const [first] = await findingsOf('callee');
    expect(first).toMatchObject({ rule: 'unseen-allocation-drives-gc', subject: { name: 'main.render' } });
    expect(first?.text).toContain('A caller walks a map at main.hRender svc/services.go:292;');
  });

  it('the name of a region alone makes no map work', async () => {
    const findings = await findingsOf('named');
    expect(findings[0]).toMatchObject({ rule: 'map-region-drives-gc', subject: { name: 'main.hTiles' } });
    expect(findings[0]?.text).toMatch(
      /Only a name speaks of maps \(region render map tiles\): 12 CPU samples .* none of them in a map operation/,
    );
    expect(findings.map(({ text }) => text).join(' ')).not.toContain('The map operation there');
  });
});
