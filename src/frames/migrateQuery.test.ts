import fc from 'fast-check';

import { migrateQuery } from './migrateQuery';

const sha256 = 'ab'.repeat(32);

describe('migrateQuery', () => {
  it('leaves a query of the current version as it is', () => {
    const query = {
      version: 1,
      view: 'flame',
      captures: [{ by: 'sha256', sha256, name: 'trace.out' }, { by: 'sample' }, { by: 'latest' }],
      selector: '{map_op="iterate"}',
      query: 'd6fc093e5bbe5d99',
      sampleType: 'cpu',
      cycle: 0,
      focus: 'mapiter',
      maxNodes: 100,
      limit: 5,
      timeUnit: 'stretched',
    };
    expect(migrateQuery(query)).toEqual(query);
    expect(migrateQuery(migrateQuery(query))).toEqual(query);
  });

  it('reads every kind of reference', () => {
    const captures = [
      { by: 'embedded', name: 'cpu.pprof', data: 'AAEC' },
      { by: 'live', profiles: ['profile', 'trace'], seconds: 5 },
      { by: 'live', profiles: [], path: 'debug/flight', method: 'POST' },
      { by: 'url', path: 'shop/trace.out?version=3' },
      { by: 'store', glob: '{service}/{time}.*', pick: 'range', labels: { service: 'checkout' } },
      { by: 'store', pick: 'latest' },
    ];
    expect(migrateQuery({ captures }).captures).toEqual(captures);
  });

  it('keeps no header of a live capture', () => {
    const live = { by: 'live', profiles: ['heap'], seconds: '10', method: 'DELETE', headers: { authorization: 'secret' } };
    expect(migrateQuery({ captures: [live] }).captures).toEqual([{ by: 'live', profiles: ['heap'], seconds: 10 }]);
  });

  it('reads what links and variables write as text, and as numbers', () => {
    expect(migrateQuery({ view: 'flame', cycle: '3', maxNodes: '500', query: 47 })).toMatchObject({ cycle: 3, maxNodes: 500, query: '47' });
    expect(migrateQuery({ captures: [{ by: 'sha256', sha256: sha256.toUpperCase() }] }).captures).toEqual([{ by: 'sha256', sha256 }]);
  });

  it('lets a view it does not know be chosen by the panel, and leaves out what makes no sense', () => {
    expect(
      migrateQuery({
        version: 7,
        view: 'not-a-view',
        captures: [
          { by: 'url', url: 'http://x' },
          { by: 'live', profiles: ['cmdline'] },
          { by: 'embedded', name: 'x' },
          null,
          { by: 'sha256', sha256: 'abc' },
        ],
        cycle: -1,
        maxNodes: 1.5,
        limit: 'many',
        timeUnit: 'years',
        selector: {},
        refId: 'A',
      }),
    ).toEqual({ version: 1, view: 'auto', captures: [] });
  });

  it('takes anything without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(migrateQuery(input)).toMatchObject({ version: 1 });
      }),
    );
  });
});
