import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

import { decodeTrace, type Trace } from '../gotrace';
import { decodeProfile, type Profile } from '../pprof';
import { pickRows } from '../runtime';
import { analyzeTrace } from './analyzeTrace';
import { profileBelongs } from './belonging';
import type { Capture } from './capture';
import { findStrangers, joinedCpuProfile } from './strangers';

const services = join(__dirname, '../../tests/fixtures/services');
let trace: Trace;
let own: Profile;
let foreign: Profile;

beforeAll(async () => {
  const read = (name: string) => new Uint8Array(readFileSync(join(services, name)));
  trace = await decodeTrace(read('go1.26-traceparent/trace.out'));
  own = await decodeProfile(gunzipSync(read('go1.26-traceparent/cpu.pprof')));
  foreign = await decodeProfile(gunzipSync(read('go1.26-datadog/cpu.pprof')));
});

async function joinTo(...profiles: readonly [Profile, Profile]) {
  const [profile, ...otherProfiles] = profiles;
  const analyzed = await analyzeTrace(trace, { profile, otherProfiles, names: { profile: 'first', otherProfiles: ['second'] } });
  const given = profiles.map((each, n): Extract<Capture, { kind: 'pprof' }> => ({
    kind: 'pprof',
    sha256: '',
    name: `${n}.pprof`,
    profile: each,
  }));
  const { strangers, notices } = findStrangers([{ kind: 'trace', sha256: '', name: 'trace.out', analyzed }, ...given], false);
  return {
    joined: joinedCpuProfile(analyzed.joins, given)?.name,
    isJoined: analyzed.joins.profile?.isJoined,
    strangers: Array.from(strangers, ({ name }) => name),
    notices: notices.map(({ text }) => text),
  };
}

describe('a heap profile of another process of the same program', () => {
  const findings = join(__dirname, '../../tests/fixtures/findings');

  it.each([
    ['library', []],
    ['sorted', ['heap.pprof does not belong to trace.out and is not joined to it: it holds nothing of ']],
  ])('that did what %s does', async (program, said) => {
    const bytes = (folder: string, name: string) => gunzipSync(readFileSync(join(findings, folder, name)));
    const profile = await decodeProfile(bytes(program, 'heap.pprof'));
    const analyzed = await analyzeTrace(await decodeTrace(bytes('library', 'trace.out.gz')));
    const { strangers, notices } = findStrangers(
      [
        { kind: 'trace', sha256: '', name: 'trace.out', analyzed },
        { kind: 'pprof', sha256: '', name: 'heap.pprof', profile },
      ],
      false,
    );
    expect(strangers.size).toBe(said.length);
    expect(notices.map(({ text }) => text)).toEqual(said.map((text) => expect.stringContaining(text)));
  });
});

describe('a profile and a trace without a clock of its own', () => {
  it('are not of one moment where the trace holds none of the samples that the profile took', async () => {
    const { facts, joins, identities } = await analyzeTrace(trace);
    const known = { trace, facts: { ...facts, wall: null }, code: joins.code, identities };
    expect(profileBelongs(known, own).reasons).toEqual([]);
    const unsampled = {
      ...facts.samples,
      length: 0,
      ...pickRows({ timeNs: facts.samples.timeNs, stack: facts.samples.stack }, new Uint32Array()),
    };
    const reasons = [expect.stringMatching(/^the trace would hold about \d+ of its samples had both run at once, and holds 0$/)];
    expect(profileBelongs({ ...known, facts: { ...known.facts, samples: unsampled } }, own).reasons).toEqual(reasons);
    // Format v1 knows samples since Go 1.19.
    const old = { ...trace, goVersion: 11 };
    expect(profileBelongs({ ...known, trace: old, facts: { ...known.facts, samples: unsampled } }, own).reasons).toEqual([]);
  });
});

describe('of several CPU profiles', () => {
  it('the first that belongs to the trace is joined, and it is said why another is not', async () => {
    for (const [profiles, joined, stranger] of [
      [[foreign, own], '1.pprof', '0.pprof'],
      [[own, foreign], '0.pprof', '1.pprof'],
    ] as const) {
      const result = await joinTo(...profiles);
      expect(result).toMatchObject({ joined, isJoined: true, strangers: [stranger] });
      expect(result.notices).toEqual([expect.stringContaining(`${stranger} does not belong to trace.out`)]);
    }
  });

  it('it is said which of those that belong is asked', async () => {
    const { joined, strangers, notices } = await joinTo(own, own);
    expect([joined, strangers]).toEqual(['0.pprof', []]);
    expect(notices).toEqual([expect.stringMatching(/labels and samples are read from 0\.pprof; 1\.pprof only shows its own views/)]);
  });

  it('none is joined where none belongs', async () => {
    expect(await joinTo(foreign, foreign)).toMatchObject({ isJoined: false, strangers: ['0.pprof', '1.pprof'] });
  });
});
