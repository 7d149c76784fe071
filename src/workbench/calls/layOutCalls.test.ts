import { boxHeight, boxWidth, type CallLayout, layOutCalls } from './layOutCalls';

/** `0>1 1>2`: who calls whom. */
function layOut(functionCount: number, drawn: string): CallLayout {
  const calls = drawn.split(' ').map((call) => {
    const [caller = 0, callee = 0] = call.split('>').map(Number);
    return { caller, callee, thickness: 2 };
  });
  return layOutCalls({ functionCount, calls });
}

describe('layOutCalls', () => {
  it('draws callers above what they call, boxes apart from each other, and all of it within its size', () => {
    const { functions, width, height } = layOut(7, '0>1 0>2 1>3 2>3 2>4 4>5 0>6');
    const yOf = (row: number) => functions[row]?.y ?? NaN;
    expect(yOf(0)).toBeLessThan(yOf(1));
    expect(yOf(1)).toBeLessThan(yOf(3));
    expect(yOf(4)).toBeLessThan(yOf(5));
    functions.forEach((one, row) => {
      const isApart = functions.every(
        (other, n) => n === row || Math.abs(one.x - other.x) >= boxWidth || Math.abs(one.y - other.y) >= boxHeight,
      );
      expect(isApart).toBe(true);
      expect(one.x).toBeGreaterThanOrEqual(boxWidth / 2);
      expect(one.x).toBeLessThanOrEqual(width - boxWidth / 2);
      expect(one.y).toBeLessThanOrEqual(height - boxHeight / 2);
    });
  });

  it('draws each call from its caller to its callee, also where functions call each other', () => {
    const { functions, calls } = layOut(3, '0>1 1>2 2>1');
    const near = (a = { x: 0, y: 0 }, b = { x: 0, y: 0 }) => Math.abs(a.x - b.x) <= boxWidth && Math.abs(a.y - b.y) <= boxHeight;
    [
      [0, 1],
      [1, 2],
      [2, 1],
    ].forEach(([caller = 0, callee = 0], n) => {
      expect(near(calls[n]?.[0], functions[caller])).toBe(true);
      expect(near(calls[n]?.at(-1), functions[callee])).toBe(true);
    });
  });

  it('draws functions that nobody calls', () => {
    expect(layOutCalls({ functionCount: 2, calls: [] }).functions).toHaveLength(2);
    expect(layOutCalls({ functionCount: 0, calls: [] })).toMatchObject({ functions: [], calls: [] });
  });
});
