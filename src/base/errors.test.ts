import { GclensError, isAbort, toGclensError } from './errors';

describe('GclensError', () => {
  it('is one line: place, reason, what it seems to be, what to do', () => {
    const error = new GclensError('no\nprofile', { file: 'cpu.pprof', offset: 12, looksLike: 'an HTML page', advice: 'log in' });
    expect(error.message).toBe('cpu.pprof: offset 12: no profile; this seems to be an HTML page; log in');
  });

  it('has no control characters, which terminals obey', () => {
    expect(new GclensError('name \u001b[31m\u0007 in a file').message).toBe('name \uFFFD[31m\uFFFD in a file');
  });

  it('learns more of its place, and keeps what it knew', () => {
    const error = new GclensError('cut off', { offset: 3, file: 'inner' }).with({ file: 'outer', offset: 9, advice: 'take it again' });
    expect(error.message).toBe('inner: offset 3: cut off; take it again');
  });
});

describe('toGclensError', () => {
  it('leaves what users may see as it is', () => {
    const error = new GclensError('cut off');
    expect(toGclensError(error)).toBe(error);
  });

  it.each([[new RangeError('too large')], ['text'], [undefined]])('says of %p that gclens itself failed', (error) => {
    expect(toGclensError(error).message).toMatch(/^gclens itself failed \(.+\); Please report it/);
  });
});

describe('isAbort', () => {
  it('tells aborts by their name from failures', () => {
    expect(isAbort(new DOMException('stop', 'AbortError'))).toBe(true);
    expect(isAbort({ name: 'AbortError' })).toBe(true);
    expect([new Error('x'), null, 'AbortError', new DOMException('full', 'QuotaExceededError')].some(isAbort)).toBe(false);
  });
});
