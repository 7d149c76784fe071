import { expectNoFindings } from './runFuzz';

describe('whatever a changed trace holds', () => {
  it('has facts, an answer and spans', () => expectNoFindings('facts', 90));
  it('has frames in every view', () => expectNoFindings('frames', 60));
});
