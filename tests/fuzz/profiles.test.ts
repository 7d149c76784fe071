import { expectNoFindings } from './runFuzz';

describe('changed profiles end in a profile whose columns fit together, or a readable error', () => {
  it('profile.proto', () => expectNoFindings('pprof', 800));
  it('formats before profile.proto', () => expectNoFindings('legacy', 200));
  it('gzip, as zlib reads it', () => expectNoFindings('gzip', 300));
  it('any bytes', () => expectNoFindings('bytes', 500));
});
