import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { openCapture } from '../../src/capture';
import { decodeWholeProfile, drawGraph, type DrawnGraph } from '../../src/pprof';
import { describeWithGo, goNote, runOfficialTool } from './officialTool';

const shared = join(__dirname, '../../../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(__dirname, '../fixtures');

/** Units in which values are whole. */
const units: Readonly<Record<string, string>> = { nanoseconds: 'ns', bytes: 'B' };

async function ourGraph(path: string, type: string): Promise<{ graph: DrawnGraph; unit: string }> {
  const profile = await decodeWholeProfile((await openCapture(readFileSync(path), path)).bytes);
  const sampleType = profile.sampleTypes.findIndex((candidate) => candidate.type === type);
  return { graph: drawGraph(profile, { sampleType }), unit: profile.sampleTypes[sampleType]?.unit ?? '' };
}

/** Nodes in the order in which they are drawn, and edges between their numbers. */
interface Drawn {
  readonly nodes: readonly string[];
  readonly edges: readonly string[];
}

function describeGraph({ nodes, edges }: DrawnGraph): Drawn {
  return {
    nodes: nodes.map(({ name, flat, cum }) => `${name} ${flat} ${cum}`),
    edges: edges
      .map(({ caller, callee, weight, isInline, isResidual }) => edgeText(caller + 1, callee + 1, weight, isInline, isResidual))
      .sort(),
  };
}

function edgeText(caller: number, callee: number, weight: number, isInline: boolean, isResidual: boolean): string {
  return `${caller} ${callee} ${weight}${isInline ? ' inline' : ''}${isResidual ? ' residual' : ''}`;
}

function officialGraph(path: string, type: string, unit: string): Drawn {
  const { stdout } = runOfficialTool('pprof', [
    '-dot',
    '-symbolize=none',
    `-sample_index=${type}`,
    `-unit=${units[unit] ?? 'count'}`,
    path,
  ]);
  const text = stdout.toString();
  const value = (number: string | undefined) => Number(/^-?[\d.]+/.exec(number ?? '')?.[0] ?? '0');
  const nodes = [...text.matchAll(/^N\d+ \[label="(.*)" id="node\d+" .* tooltip="(.*) \((\S+)\)" color=/gm)].map(
    ([, label = '', name = '', cum]) => {
      const flat = /\\n(-?[\d.]+\w*) \([^)]*\)(?:\\nof \S+ \([^)]*\))?$/.exec(label)?.[1];
      return `${name.replace(/\\(.)/g, '$1')} ${value(flat)} ${value(cum)}`;
    },
  );
  const edges = [
    ...text.matchAll(/^N(\d+) -> N(\d+) \[label=" (\S+?)(\\n \(inline\))?".*tooltip="(?:.*) (->|\.\.\.) .*" labeltooltip/gm),
  ].map(([, caller, callee, weight, inline, arrow]) =>
    edgeText(Number(caller), Number(callee), value(weight), inline !== undefined, arrow === '...'),
  );
  return { nodes, edges: edges.sort() };
}

describeWithGo(`the graph of calls is the one that go tool pprof -dot draws${goNote}`, () => {
  it.each([
    ['pprof/go-cpu-labels.pb.gz', 'cpu'],
    ['pprof/go-cpu-labels.pb.gz', 'samples'],
    ['pprof/go-heap.pb.gz', 'inuse_space'],
    ['pprof/go-allocs.pb.gz', 'alloc_space'],
    ['pprof/go-heap-delta.pb.gz', 'inuse_objects'],
    ['pprof/datadog-heap.pb.gz', 'alloc_space'],
    ['pprof/datadog-block-after.pb.gz', 'delay'],
    ['pprof/google-cppbench.cpu', 'cpu'],
    ['pprof/google-java.cpu', 'cpu'],
    ['services/go1.26-traceparent/cpu.pprof', 'cpu'],
    ['services/go1.26-datadog/cpu.pprof', 'cpu'],
    ['services/go1.26-traceparent/heap.pprof', 'alloc_space'],
    ['services/go1.21-traceparent/cpu.pprof', 'samples'],
  ])('%s by %s', async (name, type) => {
    const path = join(fixtures, name);
    const { graph, unit } = await ourGraph(path, type);
    const official = officialGraph(path, type, unit);
    expect(official.nodes.length).toBeGreaterThan(0);
    expect(describeGraph(graph)).toEqual(official);
  });

  const compiler = join(fixtures, 'pprof/go-compiler-default-1.26.pgo');
  (existsSync(compiler) ? it : it.skip)('a profile of more functions than are drawn', async () => {
    const { graph } = await ourGraph(compiler, 'cpu');
    expect(graph.candidateNodes).toBeGreaterThan(80);
    expect(describeGraph(graph)).toEqual(officialGraph(compiler, 'cpu', 'nanoseconds'));
  });
});
