import { secretParametersIn, withoutSecrets } from './secretParameters';

const presigned = 'a/b%20c.trace?X-Amz-Date=20261127T100000Z&X-Amz-Expires=60&X-Amz-Signature=0a1b';

describe('secrets in paths', () => {
  it('are told from other parameters', () => {
    expect(secretParametersIn(presigned)).toEqual(['X-Amz-Signature']);
    expect(secretParametersIn('dump?token=abc&seconds=3')).toEqual(['token']);
    expect(secretParametersIn('trace?seconds=3')).toEqual([]);
    expect(secretParametersIn('tokens/sig.trace?sig=')).toEqual([]);
  });

  it('are not shown', () => {
    expect(withoutSecrets(presigned)).toBe('a/b%20c.trace?X-Amz-Date=20261127T100000Z&X-Amz-Expires=60&X-Amz-Signature=…');
    expect(withoutSecrets('a/b.trace')).toBe('a/b.trace');
  });
});
