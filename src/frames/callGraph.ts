import type { Notice } from '../base';
import { drawGraph, type DrawnEdge, type DrawnGraph, type DrawnNode } from '../pprof';
import { chooseProfile } from './chosenProfile';
import { grafanaUnit } from './grafanaUnit';
import { type FrameDraft, numberField, stringField } from './makeFrame';
import type { ViewQuery } from './query';
import type { Sources } from './sources';

/** Grafana draws no more. */
const mostNodes = 200;
const usualNodes = 80;

/** Edges are drawn up to this thick. */
const thickest = 8;

/**
 * The graph of calls that `go tool pprof -dot` draws, as the frames `nodes` and `edges` of Grafana's node graph. That panel scales no units, so values are in one unit
 * that suits the smallest of them; the `detail__…` fields of the context menu hold the exact values.
 */
export function callGraphFrames(sources: Sources, query: ViewQuery): FrameDraft[] {
  const { profile, sampleType, sampleFilter, title, sampleTypeName, sampleTypeNames, notices } = chooseProfile(sources, query);
  const graph = drawGraph(profile, { sampleType, sampleFilter, nodeCount: Math.min(mostNodes, query.maxNodes ?? usualNodes) });
  const { unit, factor } = grafanaUnit(profile.sampleTypes[sampleType]?.unit ?? '');
  const scale = scaleFor(graph.total * factor, unit, factor);
  return [
    nodeFrame(graph, scale, [...notices, ...prunedNotices(graph), ...emptyNotice(graph)], {
      title,
      sampleType: sampleTypeName,
      sampleTypes: sampleTypeNames,
    }),
    edgeFrame(graph, scale),
  ];
}

/** How values are shown. */
interface Scale {
  readonly unit: string;
  readonly decimals: number;
  readonly factor: number;
}

const steps: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  ns: [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ],
  bytes: [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ],
};

/** The largest unit in which half a percent of the total, the smallest node that is drawn, is one at least. */
function scaleFor(total: number, unit: string, factor: number): Scale {
  const least = { ns: 'ns', bytes: 'B' }[unit];
  const [size, name] = steps[unit]?.find(([of]) => Math.abs(total) / 200 >= of) ?? [1, least ?? ''];
  return { unit: name, decimals: size === 1 ? 0 : 2, factor: factor / size };
}

function nodeFrame({ nodes, total }: DrawnGraph, scale: Scale, notices: readonly Notice[], custom: Record<string, unknown>): FrameDraft {
  const texts = (name: string, valueOf: (node: DrawnNode, row: number) => string) => stringField(name, nodes.map(valueOf));
  const share = (value: number) => (total === 0 ? 0 : Math.max(0, Math.min(1, value / total)));
  return {
    name: 'nodes',
    meta: { preferredVisualisationType: 'nodeGraph', custom },
    notices,
    fields: [
      texts('id', (_, row) => String(row)),
      texts('title', ({ name }) => shortName(name)),
      texts('subtitle', ({ name }) => packageOf(name)),
      numberField(
        'mainstat',
        nodes.map(({ cum }) => cum * scale.factor),
        { displayName: 'Cumulative', unit: scale.unit, decimals: scale.decimals },
      ),
      numberField(
        'secondarystat',
        nodes.map(({ flat }) => flat * scale.factor),
        { displayName: 'Flat', unit: scale.unit, decimals: scale.decimals },
      ),
      numberField(
        'arc__flat',
        nodes.map(({ flat }) => share(flat)),
        { displayName: 'in the function itself', color: { mode: 'fixed', fixedColor: 'red' } },
      ),
      numberField(
        'arc__below',
        nodes.map(({ flat, cum }) => share(cum) - Math.min(share(cum), share(flat))),
        {
          displayName: 'in what it calls',
          color: { mode: 'fixed', fixedColor: 'orange' },
        },
      ),
      numberField(
        'arc__rest',
        nodes.map(({ flat, cum }) => 1 - Math.max(share(cum), share(flat))),
        {
          displayName: 'elsewhere',
          color: { mode: 'fixed', fixedColor: 'transparent' },
        },
      ),
      texts('detail__function', ({ name }) => name),
      texts('detail__share', ({ cum, flat }) => `${percent(cum, total)} cumulative, ${percent(flat, total)} flat`),
      numberField(
        'detail__flat',
        nodes.map(({ flat }) => flat),
      ),
      numberField(
        'detail__cum',
        nodes.map(({ cum }) => cum),
      ),
    ],
  };
}

function edgeFrame({ edges: drawn, total }: DrawnGraph, scale: Scale): FrameDraft {
  const edges = [...drawn].sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight));
  const texts = (name: string, valueOf: (edge: DrawnEdge) => string) => stringField(name, edges.map(valueOf));
  return {
    name: 'edges',
    meta: { preferredVisualisationType: 'nodeGraph' },
    fields: [
      texts('id', ({ caller, callee }) => `${caller}-${callee}`),
      texts('source', ({ caller }) => String(caller)),
      texts('target', ({ callee }) => String(callee)),
      numberField(
        'mainstat',
        edges.map(({ weight }) => weight * scale.factor),
        { displayName: 'Value', unit: scale.unit, decimals: scale.decimals },
      ),
      texts('secondarystat', ({ isInline, isResidual }) =>
        [isInline ? 'inlined' : '', isResidual ? 'over others' : ''].filter((text) => text !== '').join(', '),
      ),
      numberField(
        'thickness',
        edges.map(({ weight }) => (total === 0 ? 1 : Math.max(1, Math.min(thickest, (thickest * Math.abs(weight)) / total)))),
      ),
      texts('strokedasharray', ({ isResidual }) => (isResidual ? '4 4' : '')),
      numberField(
        'detail__weight',
        edges.map(({ weight }) => weight),
      ),
    ],
  };
}

function percent(value: number, total: number): string {
  return `${total === 0 ? 0 : Number(((value / total) * 100).toPrecision(3))} %`;
}

/** `(*Server).Serve` of `net/http.(*Server).Serve`. */
function shortName(name: string): string {
  return name.slice(name.indexOf('.', name.lastIndexOf('/', firstBracket(name)) + 1) + 1) || name;
}

function packageOf(name: string): string {
  const short = shortName(name);
  return short.length < name.length ? name.slice(0, name.length - short.length - 1) : '';
}

/** Type arguments hold paths too. */
function firstBracket(name: string): number {
  const bracket = name.indexOf('[');
  return bracket < 0 ? name.length : bracket;
}

function prunedNotices({ nodes, candidateNodes, droppedNodes, droppedEdges }: DrawnGraph): Notice[] {
  const left = [
    droppedNodes > 0 ? `${droppedNodes} functions below half a percent` : '',
    candidateNodes > nodes.length ? `${candidateNodes - nodes.length} more functions (“max nodes” shows more)` : '',
    droppedEdges > 0 ? `${droppedEdges} calls below a thousandth` : '',
  ].filter((text) => text !== '');
  return left.length === 0 ? [] : [{ severity: 'info', text: `Left out, as go tool pprof does: ${left.join(', ')}.` }];
}

function emptyNotice({ nodes }: DrawnGraph): Notice[] {
  return nodes.length > 0 ? [] : [{ severity: 'info', text: 'There are no samples.' }];
}
