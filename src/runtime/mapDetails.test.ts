import { encodeTrace } from '../gotrace/encodeTrace.testing';
import { decodeTrace } from '../gotrace';
import { computeRuntimeFacts } from './computeRuntimeFacts';
import { MapDetails, readMapDetail } from './mapDetails';

describe('MapDetails', () => {
  const text = `Trace Go1.22
EventBatch gen=1 m=0 time=0 size=?
Frequency freq=1000000000
EventBatch gen=1 m=0 time=0 size=?
Strings
String id=1
  data="map.iterate"
String id=2
  data="map_range_start"
String id=3
  data="map_range_end"
String id=4
  data="{\\"name\\":\\"catalog\\",\\"op\\":\\"iterate\\",\\"entries\\":7}"
String id=5
  data="not json"
String id=6
  data="map.stats"
EventBatch gen=1 m=7 time=0 size=?
ProcStatus dt=1 p=0 pstatus=1
GoStatus dt=1 g=1 m=7 gstatus=2
UserRegionBegin dt=10 task=0 name_string=1 stack=0
UserLog dt=10 task=0 key_string=2 value_string=4 stack=0
UserLog dt=10 task=0 key_string=3 value_string=4 stack=0
UserRegionEnd dt=10 task=0 name_string=1 stack=0
UserLog dt=10 task=0 key_string=2 value_string=5 stack=0
UserLog dt=10 task=0 key_string=3 value_string=5 stack=0
UserRegionBegin dt=10 task=0 name_string=1 stack=0
UserLog dt=10 task=0 key_string=6 value_string=4 stack=0
UserLog dt=10 task=0 key_string=2 value_string=4 stack=0
`;

  it('lets a pair of logs inside a region describe the region, and no other', async () => {
    const trace = await decodeTrace(encodeTrace(text));
    const { mapIntervals, logs } = await computeRuntimeFacts(trace);
    const details = new MapDetails(trace, logs, mapIntervals);
    const rows = Array.from({ length: mapIntervals.length }, (_, row) => ({
      evidence: mapIntervals.at(row)?.evidence,
      inside: details.isInsideRegion(row),
      detail: details.of(row),
    }));
    expect(rows).toEqual([
      { evidence: 'region', inside: false, detail: { name: 'catalog', entries: 7 } },
      { evidence: 'log', inside: true, detail: { name: 'catalog', entries: 7 } },
      { evidence: 'log', inside: false, detail: {} },
      // Still open when the trace ends; a map.stats inside is an event of its own.
      { evidence: 'region', inside: false, detail: { name: 'catalog', entries: 7 } },
      { evidence: 'log', inside: false, detail: { name: 'catalog', entries: 7 } },
      { evidence: 'log', inside: true, detail: { name: 'catalog', entries: 7 } },
    ]);
  });
});

describe('readMapDetail', () => {
  it.each(['', 'entries=3', '{', '[1]', '{"entries":-1}', '{"entries":1.5,"name":4}', 'null'])('says nothing for %s', (message) => {
    expect(readMapDetail(message)).toEqual({});
  });
});
