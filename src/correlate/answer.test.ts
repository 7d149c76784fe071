import type { Profile } from '../pprof';
import type { RuntimeFacts } from '../runtime';
import { answer } from './answer';
import type { AnalyzedTrace, Capture } from './capture';
import { correlateCycles } from './cycleActivity';
import { drawFacts, emptyTrace, identityTableOf, nothingJoined, withSamples } from './drawnFacts.testing';
import { countMapSites } from './mapSites';

function answerOf(facts: RuntimeFacts): string {
  const analyzed: AnalyzedTrace = {
    trace: emptyTrace,
    facts,
    identities: identityTableOf(facts.tasks.length),
    ...correlateCycles(facts),
    mapSites: countMapSites(facts.samples),
    joins: nothingJoined,
    notices: [],
  };
  const { headline, details } = answer([{ kind: 'trace', sha256: '', name: 'trace.out', analyzed }]);
  const text = [headline, ...details].join('\n');
  expect(text).not.toMatch(/NaN|undefined|Infinity|null/);
  return text;
}

function mapProfile(functions: readonly string[], stacks: readonly (readonly number[])[]): Profile {
  const strings = ['', 'cpu', 'nanoseconds', ...functions];
  const column = (length: number) => new Uint32Array(length);
  return {
    sampleTypes: [{ type: 'cpu', unit: 'nanoseconds' }],
    defaultSampleType: 0,
    defaultSampleTypeName: '',
    periodType: null,
    period: 0,
    timeUnixNs: 0n,
    durationNs: 0,
    comments: [],
    docUrl: '',
    dropFrames: '',
    keepFrames: '',
    strings,
    samples: {
      length: stacks.length,
      values: [Float64Array.from(stacks, () => 1e7)],
      stack: Uint32Array.from(stacks.keys()),
      labelStart: column(stacks.length + 1),
    },
    stacks: {
      length: stacks.length,
      locationStart: Uint32Array.from([0, ...stacks.map((_, k) => stacks.slice(0, k + 1).flat().length)]),
      location: Uint32Array.from(stacks.flat()),
    },
    labels: { length: 0, key: column(0), text: column(0), number: new Float64Array(), unit: column(0) },
    locations: {
      length: functions.length,
      address: new BigUint64Array(functions.length),
      mapping: new Int32Array(functions.length),
      lineStart: Uint32Array.from([...functions.keys(), functions.length]),
      lineFunction: Uint32Array.from(functions.keys()),
      lineNumber: Float64Array.from(functions, () => 5),
      lineColumn: new Float64Array(functions.length),
      isFolded: new Uint8Array(functions.length),
    },
    functions: {
      length: functions.length,
      name: Uint32Array.from(functions, (_, k) => k + 3),
      systemName: column(functions.length),
      file: column(functions.length),
      startLine: new Float64Array(functions.length),
    },
    mappings: [],
    notices: [],
  };
}

describe('answer', () => {
  it('says when no GC ran', () => {
    expect(answerOf(drawFacts('g1 P0 RRRR'))).toMatch(/^No GC cycle ran in the 4 ns/);
  });

  it('says when nothing was read', () => {
    expect(answerOf(drawFacts(''))).toMatch(/^This trace holds no events/);
  });

  it('says when nothing can be told', () => {
    expect(answerOf(drawFacts('mark .xx.'))).toMatch(/cannot be told: it has neither CPU samples nor map regions/);
  });

  it('says when samples show no map work', () => {
    expect(answerOf(withSamples(drawFacts('mark .xx.'), [[1, -1]]))).toMatch(
      /^Map iteration is not what triggers GC here: none of 1 CPU sample/,
    );
  });

  it('gives shares, lift, lines, doubt and who paid', () => {
    const facts = withSamples(
      drawFacts(`
        g1 P0    RRRRRRRRRR
        mark     xxxxx.....
        assist 1 ..xx......
        map 1    .xxxxxx...
        task 5 1 .xxxxxxx..`),
      [
        [1, 1],
        [2, 1],
        [7, 1],
      ],
    );
    const text = answerOf(facts);
    expect(text).toMatch(/2 of 3 map samples fell into GC cycles, which cover 50 % of the time \(lift 2.00\), too few samples to be sure/);
    expect(text).toMatch(/67 % of the time inside map regions \(4 ns of 6 ns/);
    expect(text).toMatch(/iterate at main.f m\/m.go:1 \(3\)/);
    expect(text).toMatch(/GET \/x \(task 5, no span id\) 2 ns, 29 % of its 7 ns, mostly assisting/);
  });

  it('works with regions alone', () => {
    expect(answerOf(drawFacts('mark xx..\n map 1 xxxx'))).toMatch(
      /50 % of the time in map regions fell into GC cycles, which cover 50 % of the time/,
    );
  });

  it('says what a profile alone can and cannot say', () => {
    const profile = mapProfile(['runtime.mapiternext', 'main.f', 'runtime.gcBgMarkWorker'], [[0, 1], [1], [2], [2]]);
    const capture: Capture = { kind: 'pprof', sha256: '', name: 'cpu.pprof', profile };
    const { headline, details } = answer([capture]);
    expect(headline).toMatch(/^25 % of the CPU time is in map operations, 50 % in the garbage collector; a profile has no time axis/);
    expect(details.join('\n')).toMatch(/iterate at main.f :5 \(25 %\)/);
    expect(answer([{ ...capture, profile: mapProfile([''], [[0]]) }]).headline).toMatch(/no function names/);
    expect(answer([{ ...capture, profile: mapProfile([], []) }]).headline).toMatch(/holds no CPU time/);
  });

  it('says that there is nothing', () => {
    expect(answer([]).headline).toBe('There is no capture to answer from.');
  });
});
