import { parseSha256 } from '../capture';
import { views } from '../frames';
import { describeQuery } from './describeQuery';

const captures = [{ by: 'sample' }] as const;

describe('describeQuery', () => {
  it.each(['auto', ...views] as const)('says what %s shows and whose', (view) => {
    const text = describeQuery({ version: 1, view, captures });
    expect(text).toMatch(/^[A-Z]/);
    expect(text.endsWith('from sample capture')).toBe(true);
  });

  it('says what narrows a view down, as far as the view takes it', () => {
    const query = {
      version: 1,
      captures,
      query: '47',
      selector: '{map_op="grow"}',
      sampleType: 'assist',
      focus: 'main',
      cycle: 3,
      limit: 5,
    } as const;
    expect(describeQuery({ ...query, view: 'flame' })).toBe(
      'Flame graph of request 47 {map_op="grow"} by assist with main in GC cycle 3 from sample capture',
    );
    expect(describeQuery({ ...query, view: 'gcMap', timeUnit: 'stretched' })).toBe(
      'GC against map activity (time stretched) from sample capture',
    );
    expect(describeQuery({ ...query, view: 'request' })).toBe('One request 47 from sample capture');
    expect(describeQuery({ ...query, view: 'requests' })).toBe(
      'Requests of request 47 {map_op="grow"} in GC cycle 3 (5 at most) from sample capture',
    );
  });

  it('names captures of every kind', () => {
    const sha256 = parseSha256('ab'.repeat(32))!;
    expect(
      describeQuery({
        version: 1,
        view: 'compare',
        captures: [
          { by: 'sha256', sha256 },
          { by: 'sha256', sha256, name: 'trace.out' },
          { by: 'latest' },
          { by: 'embedded', name: 'cpu.pprof', data: '' },
          { by: 'url', path: 'a/b.out?sig=secret' },
        ],
        baseline: [
          { by: 'live', profiles: ['profile', 'trace'], seconds: 5, path: '/flight', method: 'POST' },
          { by: 'store', glob: '{service}/*', pick: 'range', labels: { service: '$service' } },
          { by: 'store', pick: 'latest' },
        ],
      }),
    ).toBe(
      'Compare from abababababab + trace.out + newest drop + cpu.pprof (embedded) + a/b.out?sig=… ' +
        'against live CPU profile + Execution trace + POST /flight of 5 s + {service}/* service=$service in the time range + newest of store',
    );
  });
});
