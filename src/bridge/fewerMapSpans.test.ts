import { limitMapWork } from './fewerMapSpans';
import type { MapWork } from './mapSpans';

const piece = (startNs: number, durationNs: number, evidence: string): MapWork => ({
  name: 'map iterate',
  position: `${startNs}`,
  op: 'iterate',
  startNs,
  endNs: startNs + durationNs,
  attributes: {
    'gclens.map.evidence': evidence,
    'gclens.map.op': 'iterate',
    ...(evidence === 'samples' ? { 'gclens.map.samples': 2 } : {}),
  },
});

describe('limitMapWork', () => {
  it('changes nothing within the limit', () => {
    const work = [piece(0, 5, 'region'), piece(10, 5, 'region')];
    expect(limitMapWork(work, 2)).toBe(work);
  });

  it('keeps the longest and tells how many others there were and how long they took', () => {
    const work = [
      piece(0, 1, 'region'),
      piece(10, 50, 'region'),
      piece(100, 2, 'region'),
      piece(200, 3, 'samples'),
      piece(300, 4, 'samples'),
    ];
    expect(limitMapWork(work, 1)).toEqual([
      work[1],
      {
        name: 'map iterate',
        position: 'merged map iterate region',
        op: 'iterate',
        startNs: 0,
        endNs: 102,
        attributes: { 'gclens.map.evidence': 'region', 'gclens.map.op': 'iterate', 'gclens.merged.spans': 2, 'gclens.merged.total_ns': 3 },
      },
      {
        name: 'map iterate',
        position: 'merged map iterate samples',
        op: 'iterate',
        startNs: 200,
        endNs: 304,
        attributes: {
          'gclens.map.evidence': 'samples',
          'gclens.map.op': 'iterate',
          'gclens.map.samples': 4,
          'gclens.merged.spans': 2,
          'gclens.merged.total_ns': 7,
        },
      },
    ]);
  });
});
