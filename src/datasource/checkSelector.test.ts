import { checkSelector } from './checkSelector';

describe('checkSelector', () => {
  it('has nothing to say of a selector that is fine', () => {
    expect(checkSelector('{map_op="iterate", route=~"/a.*"}')).toBeUndefined();
    expect(checkSelector(' ')).toBeUndefined();
  });

  it('points at the character of the mistake', () => {
    expect(checkSelector('{map_op "iterate"}')).toEqual({ message: expect.stringContaining('= != =~ !~'), offset: 8 });
    expect(checkSelector('{map_op=~"("}')?.offset).toBeGreaterThanOrEqual(10);
  });
});
