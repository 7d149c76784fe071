import { expectNoFindings } from './runFuzz';

describe('changed execution traces end in a trace whose events keep the rules, or a readable error', () => {
  it('format v2', () => expectNoFindings('trace-v2', 300));

  it('format v1', () => expectNoFindings('trace-v1', 300));
});
