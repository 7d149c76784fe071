import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The command line as installed: the built program, run as a user runs it. `npm ci` builds it. */
const root = join(__dirname, '..', '..');
const program = join(root, 'build', 'node', 'gclens.js');
const service = join(root, 'tests', 'fixtures', 'services', 'go1.26-traceparent');
const clockless = join(root, 'tests', 'fixtures', 'services', 'go1.23-none', 'trace.out');
const trace = join(service, 'trace.out');
const profile = join(service, 'cpu.pprof');
const heap = join(service, 'heap.pprof');
const appSpans = join(service, 'spans.otlp.json');
const otherTrace = join(root, 'tests', 'fixtures', 'services', 'go1.26-datadog', 'trace.out');
const folder = mkdtempSync(join(tmpdir(), 'gclens-cli-'));

function gclens(...args: string[]): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return { code: status, stdout, stderr };
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

afterAll(() => rmSync(folder, { recursive: true }));

describe('the command line', () => {
  it('is built', () => {
    expect(existsSync(program)).toBe(true);
  });

  it('answers from a trace and a profile: data on stdout, nothing on stderr, exit code 0', () => {
    const { code, stdout, stderr } = gclens('facts', trace, '--profile', profile);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/11 of 11 cycles began there/);
    expect(stdout).toMatch(/main\.rangeCatalog shop\/walks\.go:22/);
  });

  it('prints facts as JSON with exact times', () => {
    const { stdout } = gclens('facts', trace, '--format', 'json');
    expect(JSON.parse(stdout)).toMatchObject({
      clock: { startNs: 5323036460928, endNs: 5326066428417, wall: { source: 'snapshot' } },
      counts: { events: 50448, gcCycles: 11, stw: 29, assists: 607 },
    });
    expect(stdout).toContain('1795432239241365133');
  });

  it('prints what Grafana would be answered', () => {
    const { code, stdout } = gclens('frames', trace, '--view', 'gcCycles');
    const [frame] = JSON.parse(stdout) as { schema: { refId: string; fields: { name: string }[] }; data: { values: unknown[][] } }[];
    expect(code).toBe(0);
    expect(frame?.schema.refId).toBe('A');
    expect(frame?.data.values).toHaveLength(frame?.schema.fields.length ?? -1);
    expect(frame?.data.values[0]).toHaveLength(11);
  });

  it.each([
    ['Asia/Kathmandu', '2026-11-23 16:55:39 +0545', '2026-11-23T16:55:39.241365133+05:45'],
    ['Europe/Berlin', '2026-11-23 12:10:39 CET', '2026-11-23T12:10:39.241365133+01:00'],
    ['America/Sao_Paulo', '2026-11-23 08:10:39 -03', '2026-11-23T08:10:39.241365133-03:00'],
    ['Of/Nowhere', '2026-11-23 11:10:39 UTC', '2026-11-23T11:10:39.241365133Z'],
  ])('prints times in the zone of the machine, as the official tools do: %s', (timeZone, time, wall) => {
    const env = { ...process.env, TZ: timeZone };
    const stdoutOf = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', maxBuffer: 1 << 28, env }).stdout;
    expect(stdoutOf('top', profile)).toContain(`\nTime: ${time}\n`);
    expect(stdoutOf('dump', trace)).toContain(` Wall=${wall}\n`);
  });

  it('prints a profile as pprof does', () => {
    expect(gclens('top', profile).stdout).toMatch(/^Type: cpu\n|\nType: cpu\n/);
  });

  it('prints a profile that a trace holds, once it is told which', () => {
    expect(gclens('top', trace, '--from', 'sync').stdout).toMatch(/^Type: delay\nShowing nodes/);
    expect(gclens('top', trace, '--from', 'cpu', '--sample-index', 'samples').stdout).toMatch(/^Type: samples\nTime: 2026-11-23 /);
    expect(gclens('top', trace)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/--from net\|sync\|/) });
    expect(gclens('top', profile, '--from', 'cpu')).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/is a profile/) });
  });

  it('writes what a trace holds as a profile, which it reads itself', () => {
    const output = join(folder, 'cpu.pb.gz');
    expect(gclens('convert', trace, '--from', 'cpu', '-o', output)).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(gclens('top', output).stdout).toBe(gclens('top', trace, '--from', 'cpu').stdout);
    expect(gclens('top', output, '--selector', '{region="map.iterate"}').stdout).toMatch(/main\.rangeCatalog/);
    const { code, stderr } = gclens('convert', trace, '--from', 'cpu', '-o', join(folder, 'none', 'cpu.pb.gz'));
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^gclens: .*cpu\.pb\.gz: .*cannot be written.*ENOENT.*\n$/)]);
  });

  it('says of a trace without the alloc/free experiment how to switch it on', () => {
    const { code, stdout, stderr } = gclens('top', trace, '--from', 'alloc');
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^gclens: trace\.out: .*GODEBUG=traceallocfree=1.*\n$/)]);
  });

  it('lists objects of the heap by type, of any moment', () => {
    const recorded = join(root, 'tests', 'fixtures', 'trace', 'recorded', 'af-1.26.trace.gz');
    expect(gclens('top', recorded, '--from', 'alloc', '--nodecount', '2').stdout).toMatch(
      / 9\.48MB +4491 .*\(all\)\n.* uint8\n.*\(unknown\)\n$/,
    );
    expect(gclens('top', recorded, '--from', 'alloc', '--at', '100').stdout).toMatch(
      /^Type: heap objects\nTime: 100\.00 ms of 263\.99 ms\n/,
    );
    expect(gclens('facts', recorded).stdout).toMatch(/Heap by type/);
  });

  it('says of captures without a trace how to get the tasks to identify, and that their spans are joined to nothing', () => {
    const { code, stdout } = gclens('identity', profile, appSpans);
    expect(code).toBe(0);
    expect(stdout).toMatch(/no execution trace among these files.* spans\.otlp\.json are joined to nothing\.\n.*curl -o trace\.out/);
  });

  it('keeps to what a selector takes, also of a trace', () => {
    const taken = gclens('top', trace, '--from', 'cpu', '--selector', '{region="map.iterate"}').stdout;
    expect(taken).toMatch(/main\.rangeCatalog/);
    expect(taken).not.toMatch(/runtime\.gcBgMarkWorker/);
    expect(gclens('top', heap, '--selector', '{map_op="iterate"}').stderr).toBe(
      'gclens: --selector matches no sample: none has a label map_op; pprof.Do and pprof.SetGoroutineLabels set labels\n',
    );
  });

  it('adds profiles up, subtracts one, and goes on without a file that is none', () => {
    const [heap, html] = [join(service, 'heap.pprof'), file('page.pprof', '<html>')];
    const once = gclens('top', heap, '--sample-index', 'alloc_space', '--lines');
    expect(once.stdout).toMatch(/ shop\/\w+\.go:\d+/);
    expect(gclens('top', heap, heap, '--base', heap, '--sample-index', 'alloc_space', '--lines')).toEqual(once);
    const without = gclens('top', heap, html, '--sample-index', 'alloc_space', '--lines');
    expect(without).toEqual({
      code: 1,
      stdout: once.stdout,
      stderr: expect.stringMatching(/^gclens: page\.pprof: .*HTML page.*\n$/) as string,
    });
    expect(gclens('top', heap, profile)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(/no sample type in common/) as string,
    });
  });

  it('takes the program before its profile, an empty base and the usual count of rows as `go tool pprof` does', () => {
    const program = file('renamed-server', '\x7fELF\x02');
    const alone = gclens('top', profile);
    expect(alone).toMatchObject({ code: 0, stdout: expect.stringMatching(/^File: /) as string });
    expect(gclens('top', profile, '--base=', '--nodecount=-1')).toEqual(alone);
    expect(gclens('top', program, profile)).toEqual({ ...alone, stdout: alone.stdout.replace(/^File: .*/, 'File: renamed-server') });
    expect(gclens('top', program)).toMatchObject({ code: 1, stderr: expect.stringMatching(/a program \(ELF\)/) as string });
  });

  it('prints labels and traces of a profile that is filtered', () => {
    expect(gclens('top', profile, '--tags').stdout).toMatch(/^ *map_op: Total /m);
    const { stdout, stderr } = gclens('top', profile, '--traces', '--focus', 'rangeCatalog', '--hide', '^nobody$');
    expect(stdout).toMatch(/main\.rangeCatalog/);
    expect(stderr).toBe('gclens: --hide matches no frame\n');
    expect(gclens('top', profile, '--traces', '--tags').code).toBe(2);
  });

  it('prints spans that carry the request’s own trace id', () => {
    const { code, stdout } = gclens('spans', trace, '--profile', profile, '--format', 'otlp-json');
    expect(code).toBe(0);
    expect(stdout).toContain('"traceId":"5781911bf906901654e0bb8a4984335f"');
  });

  it('refuses to make up a clock, and says how to give one', () => {
    const { code, stderr, stdout } = gclens('spans', clockless, '--format', 'otlp-json');
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^gclens: .*--start-time.*\n$/);
  });

  it('says that a trace is damaged before it asks for a clock', () => {
    const cut = file('clockless.out', readFileSync(trace).subarray(0, 3000));
    expect(gclens('spans', cut)).toEqual({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/^gclens: clockless\.out: the trace is damaged, and nothing of it could be read: .*\n$/),
    });
    const partly = file('partly.out', readFileSync(clockless).subarray(0, 150_000));
    expect(gclens('spans', partly).stderr).toMatch(/^gclens: partly\.out: the trace is damaged \(.*\), and no wall clock .*--start-time/);
  });

  it('takes a clock that is given', () => {
    const { code, stdout } = gclens('spans', clockless, '--format', 'otlp-json', '--start-time', '2026-11-23T10:00:00Z');
    expect(code).toBe(0);
    expect(stdout).toContain('"startTimeUnixNano":"17954');
  });

  it.each([
    ['an HTML page', file('login.out', '<!doctype html><html><body>Sign in</body></html>'), /login\.out: .*HTML page/],
    ['an empty file', file('empty.out', ''), /empty\.out: .*empty/],
    ['a zip', file('a.zip', new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0])), /a\.zip: .*zip/],
    ['no file', join(folder, 'none.out'), /none\.out: there is no such file/],
  ])('says of %s what it is, in one line', (_, path, message) => {
    for (const command of ['facts', 'dump', 'top']) {
      const { code, stdout, stderr } = gclens(command, path);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toMatch(message);
      expect(stderr.trim().split('\n')).toHaveLength(1);
    }
  });

  it.each([['facts'], ['nonsense'], ['facts', trace, '--format', 'xml'], ['spans', trace, '--start-time', 'noon']])(
    'calls wrong use by exit code 2: %s',
    (...args) => {
      const { code, stdout, stderr } = gclens(...args.filter((arg) => arg !== undefined));
      expect([code, stdout.length]).toEqual([2, 0]);
      expect(stderr).not.toMatch(/ at .*\.js:/);
    },
  );

  it.each([
    [['top', profile, '--sample-index', 'nosuch'], /has no sample type nosuch; it has 0 samples, 1 cpu/],
    [['top', profile, '--focus', '('], /focus: bad regular expression/],
    [['top', profile, '--selector', '{a='], /selector, character 4/],
    [['top', appSpans], /this is no profile; this seems to be application spans/],
    [['check', trace, '--rules', join(folder, 'none.yaml')], /none\.yaml: there is no such file/],
    [['check', trace, '--rules', trace], /^gclens: .*trace\.out: this is no rule file; this seems to be an execution trace; .*\n$/],
    [['dump', profile], /this is no execution trace; this seems to be a profile/],
    [['spans', profile], /spans are made from an execution trace, and none was given/],
    [
      ['spans', trace, otherTrace],
      /one execution trace at a time, not from go1\.26-traceparent\/trace\.out and go1\.26-datadog\/trace\.out/,
    ],
    [['facts', profile, '--format', 'json'], /facts of an execution trace, and none was given/],
    [['facts', appSpans], /there are spans in spans\.otlp\.json, and no capture that they go with/],
    [['facts', trace, '--profile', trace], /trace\.out: --profile takes a profile, and this is an execution trace/],
    [['facts', trace, '--profile', heap], /heap\.pprof: --profile takes a CPU profile, and this is one of another kind/],
    [['facts', profile, '--request', '5'], /--request names a request of an execution trace, and none was given/],
    [['frames', profile, '--view', 'gcMap'], /come from an execution trace, and none was given/],
    [['frames', trace, '--view', 'compare'], /there is nothing to compare with/],
    [['top', profile, '--base', heap], /no sample type in common/],
    [['convert', profile, heap], /no sample type in common/],
    [['spans', trace, '--app-spans', profile], /cpu\.pprof: --app-spans takes application spans, and this is a profile/],
    [['capture', 'http://127.0.0.1:1', '-o', profile], /cpu\.pprof: this is a file; name a folder/],
    [['convert', trace, '--from', 'cpu', '-o', folder], /: this is a folder; name a file/],
    [['spans', trace, '--export', 'http://127.0.0.1:1', '--journal', folder], /: this is a folder; name a file/],
    [['watch', folder, '--once', '--export', 'http://127.0.0.1:1', '--state', profile], /cpu\.pprof: a file is where a folder has to be/],
    [['compare', profile, '--baseline', trace], /no figure in common; .* give one on both sides/],
  ])('calls options and files that do not fit wrong use: %j', (args, message) => {
    expect(gclens(...args)).toEqual({ code: 2, stdout: '', stderr: expect.stringMatching(message) as string });
  });

  it('tells files of one name apart by their folders, and says which trace it does not answer from', () => {
    const { code, stderr } = gclens('maps', trace, otherTrace, profile);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/: go1\.26-datadog\/trace\.out is left out\.\n/)]);
    expect(stderr).not.toMatch(/go1\.26-datadog\/trace\.out: info/);
    expect(gclens('compare', trace, '--baseline', otherTrace).stdout).toMatch(
      /^go1\.26-traceparent\/trace\.out \(.*\) against go1\.26-datadog\/trace\.out \(/,
    );
  });

  it('compares nothing of a file that does not belong to the others, unless it is told to', () => {
    const ofCase = (name: string) => join(root, 'tests', 'fixtures', 'cases', 'keys', name);
    const args = ['compare', trace, ofCase('allocs.pprof'), '--baseline', ofCase('trace.out.gz'), ofCase('allocs.pprof')];
    const apart = gclens(...args);
    expect(apart.stderr).toMatch(/allocs\.pprof does not belong to .*trace\.out and is not joined to it/);
    expect(apart.stdout).not.toMatch(/allocated since the process began/);
    expect(gclens(...args, '--join-anyway').stdout).toMatch(/allocated since the process began/);
  });

  it('says what is not of one program, however it is looked at', () => {
    const keys = (name: string) => join(root, 'tests', 'fixtures', 'cases', 'keys', name);
    const otherProgram = /The baseline is of another program: its package main is in .+, not in shop\./;
    expect(gclens('compare', trace, '--baseline', keys('trace.out.gz')).stderr).toMatch(otherProgram);
    expect(gclens('frames', trace, '--view', 'compare', '--baseline', keys('trace.out.gz')).stdout).toMatch(otherProgram);
    expect(gclens('compare', trace, '--baseline', otherTrace).stderr).not.toMatch(/another program/);
    expect(gclens('convert', profile, keys('cpu.pprof'), '-o', join(folder, 'both.pb.gz')).stderr).toMatch(
      /these profiles are not all of one program .*what has the same name is taken for the same/,
    );
    const rules = file('cycles.yaml', 'checks:\n  - { fact: gc.cycles, max: 1000 }\n');
    expect(gclens('check', trace, keys('cpu.pprof'), '--rules', rules).stderr).toMatch(/does not belong to the trace and is not joined/);
    expect(gclens('check', trace, keys('trace.out.gz'), '--rules', rules).stderr).toMatch(/these runs are not all of one program/);
    expect(gclens('check', trace, otherTrace, '--rules', rules).stderr).toBe('');
  });

  it('answers facts from one trace, and says which other it leaves out', () => {
    const { code, stdout, stderr } = gclens('facts', trace, otherTrace, '--format', 'json');
    expect([code, stdout]).toEqual([0, gclens('facts', trace, '--format', 'json').stdout]);
    expect(stderr).toMatch(/One trace is answered from at a time: go1\.26-datadog\/trace\.out is left out\./);
  });

  it('says why a profile out of a trace is empty', () => {
    const unsampled = join(root, 'tests', 'fixtures', 'findings', 'ranged', 'trace.out.gz');
    const { code, stdout, stderr } = gclens('top', unsampled, '--from', 'cpu');
    expect([code, stdout]).toEqual([0, expect.stringMatching(/0 total/)]);
    expect(stderr).toMatch(/holds none of these: no CPU profile was running with it; take one meanwhile: curl/);
    expect(gclens('top', trace, '--from', 'cpu').stderr).toBe('');
  });

  it('says what of a query is not used', () => {
    const { code, stderr } = gclens('frames', trace, '--query', '{"view":"gcCycles","nosuch":1,"limit":-1,"refId":"B"}');
    expect([code, stderr.match(/^gclens: --query: \w+ is not used/gm)]).toEqual([
      0,
      ['gclens: --query: nosuch is not used', 'gclens: --query: limit is not used'],
    ]);
  });

  it('keeps the events before the damage, and exits with 1', () => {
    const whole = gclens('dump', trace).stdout;
    const damaged = file('garbage.out', Buffer.concat([readFileSync(trace), Buffer.from('garbage')]));
    const { code, stdout, stderr } = gclens('dump', damaged);
    expect([code, stdout.length]).toEqual([1, whole.length]);
    expect(stderr).toMatch(/^gclens: .*garbage\.out: offset \d+: expected batch event, got event 103.*\n$/);
  });

  it('exits with 1 for what follows a whole file, also where all of it is shown', () => {
    const damaged = file('behind.pprof', Buffer.concat([readFileSync(profile), Buffer.from('garbage')]));
    for (const args of [
      ['top', damaged],
      ['frames', damaged, '--view', 'top'],
    ]) {
      const { code, stdout, stderr } = gclens(...args);
      expect([code, stdout.length > 0]).toEqual([1, true]);
      expect(stderr).toMatch(/^gclens: behind\.pprof: 7 bytes that are no gzip follow .*\n$/);
    }
  });

  it('stops quietly when its reader does', async () => {
    const child = spawn(process.execPath, [program, 'dump', trace], { stdio: ['ignore', 'pipe', 'pipe'] });
    const errors: string[] = [];
    child.stderr.on('data', (data: Buffer) => errors.push(data.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, errors.join('')]).toEqual([0, '']);
  });
});

describe('gclens report', () => {
  it.each([
    ['text', /^[^\n]*11 of 11[\s\S]*Findings[\s\S]*main\.rangeCatalog shop\/walks\.go:22/],
    ['markdown', /^## GC report\n[\s\S]*#### High, cause: [\s\S]*```go\n/],
    ['html', /^<!doctype html>[\s\S]*prefers-color-scheme[\s\S]*main\.rangeCatalog shop\/walks\.go:22[\s\S]*<\/html>\n$/],
  ])('as %s names the cause', (format, expected) => {
    const { code, stdout, stderr } = gclens('report', trace, profile, '--format', format);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(expected);
  });

  it('shows what the GC took of goroutines that worked for a request beside what it took of the request', () => {
    const { stdout } = gclens('report', trace, profile, '--format', 'markdown');
    const [head = '', row = ''] = ['| request | count', '| GET /nested |'].map((text) =>
      stdout.split('\n').find((line) => line.includes(text)),
    );
    const cells = (line: string) => line.split('|').map((cell) => cell.trim());
    expect(cells(row)[cells(head).indexOf('GC elsewhere')]).toMatch(/^\d+ %$/);
  });

  it('asks rules of one’s own beside the shipped ones', () => {
    const own = file(
      'own.yaml',
      "rules:\n  - { id: own, title: Mine, severity: critical, kind: context, when: { fact: gc.cycles, op: '>', value: 5 }, text: '{gc.cycles} cycles.' }\n  - { id: low-gogc, off: true }\n",
    );
    const { stdout } = gclens('report', trace, '--rules', own);
    expect(stdout).toMatch(/\[Critical, context\] Mine\n {2}11 cycles\./);
    expect(stdout).not.toMatch(/GOGC is set low/);
  });
});

describe('gclens check', () => {
  const rules = (name: string, ...checks: string[]) => file(name, `checks:\n${checks.map((check) => `  - ${check}\n`).join('')}`);

  it('exits with 0 where all is kept, with 1 where a threshold is broken or a fact missing', () => {
    expect(gclens('check', trace, '--rules', rules('kept.yaml', '{ fact: gc.cycles, max: 11 }'))).toMatchObject({ code: 0, stderr: '' });
    const broken = gclens('check', trace, '--rules', rules('broken.yaml', '{ fact: gc.cycles, max: 10 }'), '--format', 'github');
    expect([broken.code, broken.stdout.split('\n')[0]]).toEqual([1, '::error title=gclens%3A gc.cycles::11: more than 10']);
    expect(gclens('check', trace, '--rules', rules('missing.yaml', '{ fact: heap.inuse, max: 1GB }')).code).toBe(1);
  });

  it('compares with a baseline', () => {
    const own = rules('baseline.yaml', '{ fact: gc.cycles, maxIncrease: 0 }');
    expect(gclens('check', trace, '--rules', own, '--baseline', trace).code).toBe(0);
    expect(gclens('check', trace, '--rules', own).stdout).toMatch(/give one with --baseline FILE/);
    const runs = gclens('check', trace, trace, '--rules', own, '--baseline', trace, trace);
    expect(runs).toMatchObject({ code: 0, stdout: expect.stringMatching(/11, the middle of 2 runs \(baseline 11/), stderr: '' });
  });

  it.each([
    ['text', /│ ERROR +│ damaged\.out +│ +│ The trace is damaged; .*\n.*│ ok .*\n└.*\n1 check: 1 ok, 0 failed; 1 file with errors\n$/],
    ['json', /^\{\s+"passed": false,[^]*"outcome": "passed",[^]*"file": "damaged\.out"/],
    ['junit', /tests="2" failures="0" errors="1"[^]*name="reading damaged\.out" time="0"><error message="The trace is damaged; /],
    ['github', /^::error title=gclens%3A reading damaged\.out::The trace is damaged; .*\n::notice /],
  ])('judges what could be read of a damaged trace, and does not pass: %s', (format, expected) => {
    const damaged = file('damaged.out', Buffer.concat([readFileSync(trace), Buffer.from('garbage')]));
    const own = rules('damaged.yaml', '{ fact: gc.cycles, max: 1000 }');
    const { code, stdout, stderr } = gclens('check', damaged, '--rules', own, '--format', format);
    expect([code, stdout, stderr]).toEqual([1, expect.stringMatching(expected), expect.stringMatching(/damaged/)]);
  });

  it('calls no threshold kept by a trace of which nothing could be read', () => {
    const cut = file('cut.out', readFileSync(trace).subarray(0, 3000));
    const own = rules('cut.yaml', '{ fact: gc.pauseMax, max: 5ms }', '{ fact: cause.share, max: 5%, optional: true }');
    expect(gclens('check', cut, '--rules', own, '--format', 'junit')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/tests="3" failures="0" errors="2" .* skipped="1".*nothing of it could be read/),
    });
    expect(gclens('check', cut, trace, '--rules', rules('cycles.yaml', '{ fact: gc.cycles, max: 1 }')).stdout).toMatch(
      /nothing of it could be read[^]*11: more than 1 /,
    );
  });

  it('reports a file that cannot be read where its reader looks', () => {
    const own = rules('unreadable.yaml', '{ fact: gc.cycles, max: 11 }');
    expect(gclens('check', file('page.out', '<html>'), '--rules', own, '--format', 'github')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^::error title=gclens%3A reading page\.out::.*HTML page/),
      stderr: expect.stringMatching(/HTML page/),
    });
  });

  it('calls wrong use by exit code 2, and says where a rule file is wrong', () => {
    expect(gclens('check', trace).code).toBe(2);
    expect(gclens('check', '--rules', rules('kept2.yaml', '{ fact: gc.cycles, max: 11 }')).code).toBe(2);
    const wrong = gclens('check', trace, '--rules', rules('wrong.yaml', '{ fact: gc.cycels, max: 11 }'));
    expect([wrong.code, wrong.stdout]).toEqual([2, '']);
    expect(wrong.stderr).toMatch(/wrong\.yaml:2:13: there is no fact "gc\.cycels"; did you mean "gc\.cycles"\?/);
  });

  it('lists the facts', () => {
    expect(gclens('check', '--list-facts').stdout).toMatch(/gc\.pauseMax .*ns/);
  });
});
