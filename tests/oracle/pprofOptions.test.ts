import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openCapture } from '../../src/capture';
import { formatReport, type ReportFlags } from '../../src/cli/topOptions';
import { combineProfiles, decodeWholeProfile, type Profile } from '../../src/pprof';
import { describeWithGo, goNote, runOfficialTool } from './officialTool';

/** What is asked of both tools. */
interface Question {
  readonly files: readonly string[];
  readonly base?: string;
  readonly diffBase?: string;
  readonly flags?: Partial<ReportFlags>;
}

const shared = join(__dirname, '../../../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(__dirname, '../fixtures');
const inPprof = (name: string): string => join(fixtures, 'pprof', name);
const inServices = (name: string): string => join(fixtures, 'services', name);
const [cpu, heap, delta, java, native, datadog] = [
  'go-cpu-labels.pb.gz',
  'go-heap.pb.gz',
  'go-heap-delta.pb.gz',
  'google-java.heap',
  'synth-native-addresses.pb',
  'datadog-heap.pb.gz',
].map(inPprof) as [string, string, string, string, string, string];
const [before, after] = ['datadog-block-before.pb.gz', 'datadog-block-after.pb.gz'].map(inPprof) as [string, string];

async function read(path: string): Promise<Profile> {
  return decodeWholeProfile((await openCapture(readFileSync(path), path)).bytes);
}

async function answer({ files, base, diffBase, flags }: Question): Promise<string> {
  const baseFile = base ?? diffBase;
  const profiles = await Promise.all(files.map(read));
  const isDiff = diffBase !== undefined;
  const profile = combineProfiles(profiles, baseFile === undefined ? null : { profile: await read(baseFile), isDiff });
  return [...formatReport(profile, { sampleIndex: '', ...flags }, () => undefined)].join('');
}

function askOfficial({ files, base, diffBase, flags = {} }: Question): { readonly text: string; readonly isRefused: boolean } {
  const { tags, traces, all, ...others } = flags;
  const named = Object.entries(others).map(
    ([name, value]) => `-${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}=${String(value)}`,
  );
  const { status, stdout } = runOfficialTool('pprof', [
    '-symbolize=none',
    tags === true ? '-tags' : traces === true ? '-traces' : '-top',
    ...(all === true ? ['-nodefraction=0', '-edgefraction=0'] : []),
    ...named,
    ...(base === undefined ? [] : [`-base=${base}`]),
    ...(diffBase === undefined ? [] : [`-diff_base=${diffBase}`]),
    ...files,
  ]);
  return { text: stdout.toString(), isRefused: status !== 0 };
}

describeWithGo(`gclens top prints what go tool pprof prints${goNote}`, () => {
  it.each<[string, Question]>([
    ['lines', { files: [cpu], flags: { lines: true, all: true } }],
    ['lines by cumulative value', { files: [cpu], flags: { lines: true, cum: true, nodecount: 9 } }],
    ['functions by cumulative value', { files: [heap], flags: { cum: true, sampleIndex: 'alloc_space' } }],
    ['functions of each file', { files: [datadog], flags: { filefunctions: true } }],
    ['addresses', { files: [heap], flags: { addresses: true, sampleIndex: '1' } }],
    ['addresses without symbols', { files: [native], flags: { addresses: true, cum: true, all: true } }],
    ['lines of Java', { files: [java], flags: { lines: true, all: true } }],
    ['traces of lines', { files: [java], flags: { traces: true, lines: true } }],
    ['traces in focus', { files: [cpu], flags: { traces: true, focus: 'sync', hide: 'runtime' } }],
    ['labels of what is left', { files: [cpu], flags: { tags: true, focus: 'orders', ignore: 'sync' } }],
    ['a focus', { files: [cpu], flags: { focus: 'main\\..*' } }],
    ['what is not hidden', { files: [heap], flags: { hide: 'runtime|testing', ignore: 'fmt' } }],
    ['what is shown', { files: [cpu], flags: { show: '^(main|sync)\\.', all: true } }],
    ['files that were mapped', { files: [native], flags: { ignore: 'libc', all: true } }],
    ['a focus without match', { files: [cpu], flags: { focus: 'nothing of this name' } }],
    ['a sum of two', { files: [heap, delta], flags: { all: true, sampleIndex: 'alloc_objects' } }],
    ['a sum of two in traces', { files: [before, after, after], flags: { traces: true } }],
    ['a difference', { files: [after], base: before }],
    ['a difference of functions that are gone', { files: [before], base: after, flags: { traces: true } }],
    ['a difference to a base', { files: [after], diffBase: before, flags: { all: true } }],
    ['labels of a difference to a base', { files: [heap], diffBase: delta, flags: { tags: true } }],
    ['values beyond 2^53', { files: [inPprof('synth-labels.pb.gz'), inPprof('odd-unpacked.pb')], flags: { sampleIndex: '1', all: true } }],
    ['a difference beyond 2^53', { files: [inPprof('odd-unpacked.pb')], base: inPprof('synth-labels.pb.gz'), flags: { traces: true } }],
    [
      'a difference of services',
      { files: [inServices('go1.26-traceparent/cpu.pprof')], diffBase: inServices('go1.26-datadog/cpu.pprof'), flags: { lines: true } },
    ],
    [
      'a sum of services',
      { files: ['go1.26-traceparent', 'go1.26-datadog', 'go1.23-none'].map((folder) => inServices(`${folder}/cpu.pprof`)) },
    ],
    ['types that only some have', { files: [heap, inPprof('google-gobench.heap'), datadog], flags: { sampleIndex: '0' } }],
  ])('%s', async (_, question) => {
    const official = askOfficial(question);
    expect(official.isRefused).toBe(false);
    expect(await answer(question)).toBe(official.text);
  });

  it.each<[string, Question, RegExp]>([
    ['a CPU and a heap profile', { files: [cpu, heap] }, /no sample type in common: samples, cpu; alloc_objects/],
    ['a heap without CPU', { files: [heap], base: cpu }, /no sample type in common/],
    ['a filter that is no expression', { files: [cpu], flags: { focus: '(' } }, /^focus: bad regular expression, character 1/],
    ['a sample type that is not there', { files: [cpu], flags: { sampleIndex: 'heap' } }, /0 samples, 1 cpu/],
  ])('refuses %s as it does', async (_, question, message) => {
    expect(askOfficial(question).isRefused).toBe(true);
    await expect(answer(question)).rejects.toThrow(message);
  });
});

describe('labels of a profile without any', () => {
  it('are nothing, as in go tool pprof -tags, and that is said', async () => {
    const warnings: string[] = [];
    const report = formatReport(await read(heap), { sampleIndex: '', tags: true, focus: 'nothing of this name' }, (text) =>
      warnings.push(text),
    );
    expect([[...report].join(''), warnings]).toEqual(['', ['--focus matches no frame', expect.stringContaining('no sample has a label')]]);
  });
});
