import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { analyzeTrace, type Capture, type Finding, findFindings, measure, type Measured, shippedRules } from '../../src/correlate';
import { openCapture } from '../../src/capture';
import { decodeTrace } from '../../src/gotrace';
import { decodeProfile } from '../../src/pprof';
import { captureFolders, readCaptures } from '../contract/captures';

/**
 * What the source of the service says (shared fixtures, workload/walks.go): each function that allocates in map work, its map operation, the lines of it that
 * ask for that and that allocate, and the routes that call it.
 */
const mapWork: Readonly<Record<string, { op: string | null; lines: readonly [number, number]; routes: readonly string[] }>> = {
  'main.rangeCatalog': { op: 'iterate', lines: [20, 31], routes: ['/range', '/nested'] },
  'main.summarize': { op: 'iterate', lines: [35, 46], routes: ['/silent-range'] },
  'main.collectKeys': { op: 'iterate', lines: [48, 54], routes: ['/keys'] },
  'main.copySessions': { op: 'iterate', lines: [74, 81], routes: ['/rwmutex'] },
  'main.rangeSyncMap': { op: 'syncmap', lines: [92, 99], routes: ['/syncmap'] },
  'main.growIndex': { op: 'grow', lines: [102, 115], routes: ['/grow'] },
  'main.cloneCarts': { op: 'clone', lines: [118, 118], routes: ['/delete'] },
};
/** They walk maps, or nothing, and allocate next to nothing: GC taxes them. */
const controls = ['/light', '/snapshot', '/pooled', 'session.janitor', 'pricing.lookup', 'render'];

async function readAll(folder: string): Promise<Capture[]> {
  const captures: Capture[] = [];
  for (const { name, file } of readCaptures(folder, ['trace.out', 'cpu.pprof', 'allocs.pprof', 'heap.pprof'])) {
    const { info, bytes } = await openCapture(file as Uint8Array, name);
    captures.push(
      info.kind === 'pprof'
        ? { kind: 'pprof', name, sha256: info.sha256, profile: await decodeProfile(bytes) }
        : { kind: 'trace', name, sha256: info.sha256, analyzed: await analyzeTrace(await decodeTrace(bytes)) },
    );
  }
  return captures;
}

/** What the service itself says happened, where it is there. */
function routesServed(folder: string): Set<string> | null {
  const path = join(__dirname, '../../../shared/fixtures/services', folder, 'truth.json');
  if (!existsSync(path)) {
    return null;
  }
  const { requests } = JSON.parse(readFileSync(path, 'utf8')) as { requests: { route: string; walks?: object[] }[] };
  return new Set(requests.filter(({ walks = [] }) => walks.length > 0).map(({ route }) => route));
}

describe.each(captureFolders)('the report of %s', (folder) => {
  let measured: Measured;
  let findings: readonly Finding[];
  const causes = () => findings.filter(({ kind, severity }) => kind === 'cause' && severity === 'high');
  const functions = () => causes().flatMap(({ subject }) => (subject?.scope === 'cause' ? [subject.name] : []));

  beforeAll(async () => {
    measured = measure(await readAll(folder));
    findings = findFindings(measured, shippedRules());
  });

  it('accuses only code that works on maps and allocates, by the line and the operation of the source', () => {
    for (const { subject, text, rule } of causes().filter(({ subject }) => subject?.scope === 'cause')) {
      const truth = mapWork[subject?.name ?? ''];
      expect({ accused: subject?.name, known: truth !== undefined }).toEqual({ accused: subject?.name, known: true });
      for (const [, line] of text.matchAll(/shop\/walks\.go:(\d+)/g)) {
        expect(Number(line)).toBeGreaterThanOrEqual(truth!.lines[0]);
        expect(Number(line)).toBeLessThanOrEqual(truth!.lines[1]);
      }
      const cause = measured.causes.find((each) => each.function === subject?.name);
      // Without region and label a walk is known by CPU samples alone: where none of them met it, the report must not claim to know.
      const isSeen = cause?.mapWork !== null;
      expect([truth!.op, 'other']).toContain(isSeen ? cause?.mapWork?.op : truth!.op);
      expect(['allocation-drives-gc', 'unseen-allocation-drives-gc'].includes(rule)).toBe(!isSeen);
      expect(isSeen || /too few to tell whether it works on a map|if it works on a map, that is likely a small part/.test(text)).toBe(true);
    }
  });

  it('names a cause wherever GC costs the requests anything, with the endpoints that run it', () => {
    if (measured.rootCause?.cost.cycles === 0) {
      expect(findings[0]).toMatchObject({ rule: 'nothing-wrong', severity: 'none' });
      expect(functions()).toEqual([]);
      return;
    }
    expect(functions().length).toBeGreaterThan(0);
    const served = routesServed(folder);
    for (const { subject, text } of causes().filter(({ subject }) => subject?.scope === 'cause')) {
      const { routes } = mapWork[subject?.name ?? '']!;
      expect(text).toMatch(new RegExp(`Served there: .*(${routes.join('|')})`));
      expect(served === null || routes.some((route) => served.has(route))).toBe(true);
    }
  });

  it('accuses no control', () => {
    const accused = findings.filter(({ kind }) => kind === 'cause').map(({ subject, text }) => `${subject?.name ?? ''} ${text}`);
    for (const control of controls) {
      expect(accused.filter((text) => new RegExp(`(^|[ ,])(GET )?${control}([ ,.]|$)`).test(text))).toEqual([]);
    }
  });

  it('accuses of driving GC the endpoint that did most', () => {
    const [endpoint] = findings.filter(({ rule }) => rule === 'endpoint-drives-gc');
    if (measured.rootCause?.cost.cycles !== 0) {
      const routes = Object.values(mapWork).flatMap((work) => work.routes);
      expect(routes.map((route) => `GET ${route}`)).toContain(endpoint?.subject?.name);
    }
  });

  it('says of every figure how sure it is, and of every finding where to see it', () => {
    for (const { severity, sure, evidence, text } of findings.filter((finding) => finding.severity !== 'none')) {
      expect({ severity, evidence: evidence.length > 0 }).toEqual({ severity, evidence: true });
      expect(sure === null || /^(measured in|estimated from) .*\d/.test(sure.text)).toBe(true);
      expect(text).not.toMatch(/\{|unknown|NaN|undefined/);
    }
  });
});

describe('captures whose cause is one endpoint', () => {
  it.each([
    ['compare/syncmap', 'sync-map-drives-gc', 'main.rangeSyncMap', 'GET /syncmap', 'shop/walks.go:93'],
    ['compare/rwmutex', 'map-iteration-drives-gc', 'main.copySessions', 'GET /rwmutex', 'shop/walks.go:77'],
    ['compare/keys-alloc', 'map-iteration-drives-gc', 'main.collectKeys', 'GET /keys', 'shop/walks.go:50'],
  ])('%s: %s in %s, served by %s, at %s', async (folder, rule, name, endpoint, line) => {
    if (!captureFolders.includes(folder)) {
      return;
    }
    const [first, ...others] = findFindings(measure(await readAll(folder)), shippedRules());
    expect(first).toMatchObject({ rule, subject: { name } });
    expect(first?.text).toContain(endpoint);
    expect(first?.text).toContain(line);
    expect(others.filter(({ subject, kind }) => kind === 'cause' && subject?.scope === 'cause')).toEqual([]);
    expect(others.filter(({ rule: other }) => other === 'endpoint-drives-gc').map(({ subject }) => subject?.name)).toEqual([endpoint]);
  });

  it('go1.26-memlimit: the limit starts the cycles', async () => {
    if (captureFolders.includes('go1.26-memlimit')) {
      const findings = findFindings(measure(await readAll('go1.26-memlimit')), shippedRules());
      expect(findings.map(({ rule }) => rule)).toContain('memory-limit');
      expect(findings.map(({ rule }) => rule)).not.toContain('low-gogc');
    }
  });
});
