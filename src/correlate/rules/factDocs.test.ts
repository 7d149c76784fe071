import { factCatalogue } from './factDocs';

describe('factCatalogue', () => {
  it('says of each fact what it is', () => {
    expect(factCatalogue.filter(({ doc }) => doc === '')).toEqual([]);
    expect(factCatalogue.find(({ name }) => name === 'gc.cycles')?.doc).toBe('GC cycles that ran in the trace, cut ones included');
  });
});
