import { parseRfc3339 } from './wallAnchor';

describe('parseRfc3339', () => {
  it('keeps nanoseconds', () => {
    expect(parseRfc3339('2026-11-23T10:00:00.123456789Z')).toBe(BigInt(Date.UTC(2026, 10, 23, 10)) * 1_000_000n + 123_456_789n);
    expect(parseRfc3339('2026-11-23T10:00:00.5+01:00')).toBe(BigInt(Date.UTC(2026, 10, 23, 9)) * 1_000_000n + 500_000_000n);
  });

  it.each(['', 'yesterday', '2026-11-23', '2026-13-45T10:00:00Z'])('is null for %s', (text) => {
    expect(parseRfc3339(text)).toBeNull();
  });
});
