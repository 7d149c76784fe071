import type { Frame, FrameNotice, ViewQuery } from '../../frames';
import type { Labels } from '../labels';
import { knownMatchers } from './knownMatchers';
import type { PyroscopeAnswer } from './pyroscope';

interface Asking {
  readonly labels: () => Promise<Labels>;
  readonly view: (query: ViewQuery, notices: readonly FrameNotice[]) => Promise<Frame[]>;
}

/**
 * Answers as Grafana's Pyroscope data source does: a flame graph in a frame named `response`, which Tempo looks for, and the value of the profile over time. Label names that
 * no capture knows do not select: there they tell series apart, here captures are named by the query.
 * @param query the flame graph that the foreign query asks for
 */
export async function answerPyroscope(answer: PyroscopeAnswer, query: ViewQuery, { labels, view }: Asking): Promise<Frame[]> {
  const { selector, unknown } = knownMatchers(query.selector ?? '', await labels());
  const notices: FrameNotice[] =
    unknown.length === 0 ? [] : [{ severity: 'info', text: `The captures know no label ${unknown.join(', ')}: it does not select.` }];
  const frames = await view({ ...query, selector }, notices);
  const flame = frames.map((frame) => ({ ...frame, name: 'response' }));
  const series = frames.flatMap(seriesOf);
  return answer === 'profile' ? flame : answer === 'metrics' ? series : [...series, ...flame];
}

/** The value of the whole flame graph, from the beginning of its capture to the end; nothing where it is not known when that was. */
function seriesOf({ refId, fields, meta }: Frame): Frame[] {
  const time: unknown = meta?.custom?.time;
  const value = fields.find(({ name }) => name === 'value');
  if (!isTime(time) || value === undefined) {
    return [];
  }
  const total = value.values[0] ?? null;
  return [
    {
      refId,
      meta: { preferredVisualisationType: 'graph', type: 'timeseries-multi', typeVersion: [0, 1] },
      fields: [
        { name: 'time', type: 'time', config: {}, values: [time.fromMs, time.toMs] },
        { name: 'value', type: 'number', config: { ...value.config, custom: { showPoints: 'always' } }, values: [total, total] },
      ],
      length: 2,
    },
  ];
}

function isTime(time: unknown): time is { readonly fromMs: number; readonly toMs: number } {
  return typeof time === 'object' && time !== null && 'fromMs' in time && 'toMs' in time;
}
