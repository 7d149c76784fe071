import { ns } from '../base';
import { EventType, type EventIndex, type StringIndex, type Trace } from '../gotrace';
import { listOf, type Log, type RuntimeFacts, type Task } from '../runtime';
import type { TaskIdentity } from './capture';
import { drawFacts, emptyTrace, logTableOf, taskTableOf } from './drawnFacts.testing';
import { identifyTasks } from './identity';

const traceparent = (span: number) => `00-${'a'.repeat(32)}-${String(span).padStart(16, '0')}-01`;

/** User events of goroutine 1 in order: `begin ID PARENT`, `end ID`, `region`, `log TASK CATEGORY MESSAGE`. */
function identify(...script: string[]): TaskIdentity[] {
  const texts: string[] = [];
  const indexOf = (text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1) as StringIndex;
  const drawn = drawFacts('task 1 1 x').tasks.at(0);
  const tasks: Task[] = [];
  const logs: Log[] = [];
  const types = script.map((line, event) => {
    const [what, id = '0', second = '0', message = ''] = line.split(' ');
    if (what === 'begin') {
      tasks.push({ ...drawn!, id: Number(id), parent: Number(second), startNs: ns(event), beginEvent: event as EventIndex });
      return EventType.UserTaskBegin;
    }
    if (what === 'log') {
      indexOf(second);
      const index = indexOf(message);
      logs.push({ event: event as EventIndex, timeNs: ns(event), goroutine: 1, task: Number(id), category: second, message: index });
      return EventType.UserLog;
    }
    return what === 'end' ? EventType.UserTaskEnd : EventType.UserRegionBegin;
  });
  const trace: Trace = {
    ...emptyTrace,
    events: {
      ...emptyTrace.events,
      length: types.length,
      rows: {
        ...emptyTrace.events.rows,
        type: Uint8Array.from(types),
        goroutine: new Uint32Array(types.length).fill(1),
        goroutineIds: [1],
      },
    },
    strings: {
      ...emptyTrace.strings,
      textOf: (index) => texts[index] ?? '',
      bytesOf: (index) => new TextEncoder().encode(texts[index]),
      find: (text) => (texts.includes(text) ? indexOf(text) : undefined),
    },
  };
  const facts: RuntimeFacts = { ...drawFacts('task 1 1 x'), tasks: taskTableOf(tasks), logs: logTableOf(logs, texts) };
  return listOf(identifyTasks(trace, facts));
}

const spansOf = (identities: readonly TaskIdentity[]) => identities.map(({ ids }) => ids.map((id) => Number(id.spanId)));

describe('identifyTasks', () => {
  it('lets a log name its own task where loggers follow the begin', () => {
    const identities = identify(
      'begin 1 0',
      `log 1 otel.traceparent ${traceparent(11)}`,
      'begin 2 1',
      `log 2 otel.traceparent ${traceparent(12)}`,
    );
    expect(spansOf(identities)).toEqual([[11], [12]]);
    expect(identities[0]?.ids[0]).toMatchObject({
      traceId: 'a'.repeat(32),
      spanId: '0000000000000011',
      source: 'otel.traceparent',
      dialect: 'traceparent',
    });
  });

  it('lets a log name the task that begins next where a span processor logs on the parent', () => {
    const script = [
      `log 0 otel.traceparent ${traceparent(11)}`,
      'begin 1 0',
      `log 1 otel.traceparent ${traceparent(12)}`,
      'begin 2 1',
      'region',
      `log 2 otel.traceparent ${traceparent(13)}`,
      'begin 3 2',
    ];
    expect(spansOf(identify(...script))).toEqual([[11], [12], [13]]);
  });

  it('keeps the first traceparent of a task, and names nothing by what does not parse', () => {
    const script = [
      'begin 1 0',
      'log 1 otel.traceparent nonsense',
      `log 1 otel.traceparent ${traceparent(11)}`,
      `log 1 otel.traceparent ${traceparent(12)}`,
      `log 0 otel.traceparent ${traceparent(13)}`,
      `log 9 otel.traceparent ${traceparent(14)}`,
    ];
    expect(spansOf(identify(...script))).toEqual([[11]]);
  });

  it('reads Datadog span ids and takes request ids as attributes', () => {
    const [identity] = identify(
      'begin 1 0',
      'log 1 datadog.uint64_span_id 5577006791947779410',
      'log 1 http.request_id req-7',
      'log 1 X-Request-ID abc',
      'log 1 message hello',
    );
    expect(identity).toMatchObject({
      ids: [{ spanId: '4d65822107fcfd52', source: 'datadog.uint64_span_id', dialect: 'datadog-decimal' }],
      attributes: { 'http.request_id': 'req-7', 'X-Request-ID': 'abc' },
    });
  });

  it('reads ids of log lines: for the task whose logs name the span first, each id once, not of tasks within it', () => {
    const line = (span: number, request: string) =>
      `{"msg":"hello","request_id":"${request}","trace_id":"${'a'.repeat(32)}","span_id":"${String(span).padStart(16, '0')}"}`;
    const identities = identify(
      'begin 1 0',
      `log 1 zap ${line(11, 'r1')}`,
      `log 1 zap ${line(12, 'r2')}`,
      'begin 2 1',
      // A logger that was made with the ids of the request.
      `log 2 zap ${line(11, 'r1')}`,
      'begin 3 0',
      'log 3 zap request_id=r3',
    );
    expect(spansOf(identities)).toEqual([[11], [], []]);
    expect(identities[0]?.ids[0]).toMatchObject({ traceId: 'a'.repeat(32), source: 'zap', dialect: 'log-line' });
    expect(identities.map(({ attributes }) => attributes)).toEqual([{ request_id: 'r1' }, {}, { request_id: 'r3' }]);
  });

  it('takes no megabytes for a line', () => {
    const ids = `trace_id=${'a'.repeat(32)},span_id=0000000000000011`;
    expect(spansOf(identify('begin 1 0', `log 1 dump ${ids},${'x'.repeat(10_000)}`))).toEqual([[]]);
  });

  it('looks no further at lines of a category that name nothing', () => {
    const script = Array.from({ length: 64 }, (_, k) => `log 1 cache miss-${k}`);
    const named = `log 1 cache trace_id=${'a'.repeat(32)},span_id=0000000000000011`;
    expect(spansOf(identify('begin 1 0', ...script.slice(1), named))).toEqual([[11]]);
    expect(spansOf(identify('begin 1 0', ...script, named))).toEqual([[]]);
  });
});
