import type { DataFrame } from '@grafana/data';

import { numbersOf, textsOf, valuesOf } from './columns';

/** A span of the view `request`, placed in its tree. */
export interface TreeSpan {
  readonly id: string;
  readonly depth: number;
  readonly name: string;
  /** What kind of time it was: the frame's service name. */
  readonly kind: string;
  /** Of Grafana's time axis, with a fraction. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly tags: readonly Tag[];
  readonly stacks: readonly string[];
}

export interface Tag {
  readonly key: string;
  readonly value: string;
}

/**
 * Reads a trace frame (fields as Grafana's trace view takes them) into rows: each span is followed by its children, earliest first. A span whose
 * parent is not in the frame, as that of a request whose caller was not traced, stands on top.
 */
export function buildSpanTree(frame: DataFrame): readonly TreeSpan[] {
  const spans = readSpans(frame);
  const ids = new Set(spans.map(({ id }) => id));
  const children = new Map<string, Span[]>();
  for (const span of spans) {
    const parent = ids.has(span.parentId) && span.parentId !== span.id ? span.parentId : '';
    const siblings = children.get(parent) ?? [];
    children.set(parent, siblings);
    siblings.push(span);
  }
  const rows: TreeSpan[] = [];
  const pending = inReverse(children.get('') ?? [], 0);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    rows.push(next);
    inReverse(children.get(next.id) ?? [], next.depth + 1).forEach((child) => pending.push(child));
    children.delete(next.id);
  }
  return rows;
}

/** The first to show last, as a stack wants them. */
function inReverse(siblings: readonly Span[], depth: number): TreeSpan[] {
  return [...siblings].sort((a, b) => b.startMs - a.startMs || a.durationMs - b.durationMs).map((span) => ({ ...span, depth }));
}

interface Span extends Omit<TreeSpan, 'depth'> {
  readonly parentId: string;
}

function readSpans(frame: DataFrame): Span[] {
  const [ids, parents, names] = [textsOf(frame, 'spanID'), textsOf(frame, 'parentSpanID'), textsOf(frame, 'operationName')];
  const kinds = textsOf(frame, 'serviceName');
  const [starts, durations] = [numbersOf(frame, 'startTime'), numbersOf(frame, 'duration')];
  const [tags, stacks] = [valuesOf(frame, 'tags'), valuesOf(frame, 'stackTraces')];
  return ids.map((id, row) => ({
    id,
    parentId: parents[row] ?? '',
    name: names[row] ?? '',
    kind: kinds[row] ?? '',
    startMs: starts[row] ?? 0,
    durationMs: durations[row] ?? 0,
    tags: readTags(tags[row]),
    stacks: readTexts(stacks[row]),
  }));
}

function readTags(value: unknown): readonly Tag[] {
  return Array.isArray(value) ? value.flatMap((item: unknown) => (isTag(item) ? [{ key: item.key, value: String(item.value) }] : [])) : [];
}

function isTag(value: unknown): value is { readonly key: string; readonly value: unknown } {
  return typeof value === 'object' && value !== null && 'key' in value && 'value' in value && typeof value.key === 'string';
}

function readTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
