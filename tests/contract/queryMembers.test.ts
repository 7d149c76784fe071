import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describeView, type Frame, type QueryMember, type View, type ViewQuery, views } from '../../src/frames';
import { createInProcessDecoder } from '../../src/worker';

const samples = join(__dirname, '../../src/capture/samples');
const files = ['trace.out', 'cpu.pprof'].map((name) => ({ name, file: new Uint8Array(readFileSync(join(samples, name))) }));
const heaps = ['heap-after.pprof', 'heap-before.pprof'].map((name) => {
  const path = join(__dirname, '../fixtures/cases/leaks', name);
  return { name, file: new Uint8Array(readFileSync(path)) };
});
const decoder = createInProcessDecoder();

/** The first half of the sample: on a stretched axis it is another part. */
const range = { fromMs: 1_795_432_239_000, toMs: 1_795_432_240_700 };

/** Views of what lies outside of the captures. */
const ofTheBrowser: readonly View[] = ['captures'];

/** A value of each member that narrows the sample down, whatever the view; some views name other things. */
const values: Readonly<Record<Exclude<QueryMember, 'captures'>, Partial<ViewQuery>>> = {
  baseline: { baseline: [{ by: 'sample' }] },
  selector: { selector: '{map_op="iterate"}' },
  query: { query: 'd6fc093e5bbe5d99' },
  sampleType: { sampleType: 'assist' },
  focus: { focus: 'growslice' },
  maxNodes: { maxNodes: 5 },
  cycle: { cycle: 3 },
  limit: { limit: 1 },
  timeUnit: { timeUnit: 'stretched' },
};

const valuesOfViews: Partial<Readonly<Record<View, Partial<ViewQuery>>>> = {
  goroutines: { selector: '{goroutine="20"}' },
  logs: { selector: '{category="http.request_id"}' },
  events: { selector: '{kind="RangeBegin"}' },
  latency: { sampleType: 'tasks' },
  mmu: { sampleType: 'go tool trace' },
};

function valueOf(view: View, member: Exclude<QueryMember, 'captures'>): Partial<ViewQuery> {
  const own = valuesOfViews[view] ?? {};
  return member in own ? { [member]: own[member] } : values[member];
}

/** What the view draws: columns without what they are said to be. */
async function drawn(view: View, part: Partial<ViewQuery>): Promise<unknown> {
  const frames = await answer(view, part);
  return typeof frames === 'string' ? frames : frames.map(({ fields }) => fields.map(({ name, values: column }) => [name, column]));
}

/** Frames, or why there are none. */
async function answer(view: View, part: Partial<ViewQuery>): Promise<Frame[] | string> {
  // What is asked of one request needs one; what compares needs a baseline.
  const needed = view === 'request' ? { query: '47' } : {};
  const [after, before] = view === 'mapHeap' ? [heaps.slice(0, 1), heaps.slice(1)] : [files, files];
  const baseline = part.baseline === undefined ? {} : { baseline: before };
  return decoder
    .view({
      files: after,
      ...baseline,
      query: { version: 1, view, captures: [{ by: 'sample' }], ...needed, ...part },
      context: { refId: 'A', range },
    })
    .catch((error: Error): Frame[] | string => error.message);
}

describe.each(views.filter((view) => !ofTheBrowser.includes(view)))('the view %s', (view) => {
  const members = Object.keys(values) as (keyof typeof values)[];
  const takes: readonly string[] = describeView(view).takes;

  it('changes with each member that it takes, and with no other', async () => {
    const plain = await drawn(view, {});
    const changing: string[] = [];
    for (const member of members) {
      const other = await drawn(view, valueOf(view, member));
      if (JSON.stringify(other) !== JSON.stringify(plain)) {
        changing.push(member);
      }
    }
    expect(changing).toEqual(members.filter((member) => takes.includes(member)));
  });

  it.each(['selector', 'query'] as const)('says so where it does not go by a %s', async (member) => {
    const frames = await answer(view, { ...(view === 'compare' ? values.baseline : {}), ...valueOf(view, member) });
    const notices = typeof frames === 'string' ? [] : frames.flatMap(({ meta }) => meta?.notices ?? []).map(({ text }) => text);
    expect(notices.includes(`This view does not go by ${member}: it shows all.`)).toBe(
      !takes.includes(member) && typeof frames !== 'string',
    );
  });
});
