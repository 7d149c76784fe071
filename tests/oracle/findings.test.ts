import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { analyzeTrace, type Finding, findFindings, measure, shippedRules } from '../../src/correlate';
import { decodeTrace } from '../../src/gotrace';
import { openCapture } from '../../src/capture';
import { decodeProfile } from '../../src/pprof';

async function findingsOf(program: string): Promise<Finding[]> {
  const open = (name: string) => openCapture(new Uint8Array(readFileSync(join(__dirname, '../fixtures/findings', program, name))), name);
  const [trace, cpu] = [await open('trace.out'), await open('cpu.pprof')];
  const measured = measure([
    { kind: 'trace', name: 'trace.out', sha256: trace.info.sha256, analyzed: await analyzeTrace(await decodeTrace(trace.bytes)) },
    { kind: 'pprof', name: 'cpu.pprof', sha256: cpu.info.sha256, profile: await decodeProfile(cpu.bytes) },
  ]);
  return findFindings(measured, shippedRules());
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
    expect(findings[0]).toMatchObject({ rule: 'allocation-drives-gc', subject: { name: 'main.render' } });
    expect(accused(findings)).toEqual(['main.render', 'GET /render']);
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
});
