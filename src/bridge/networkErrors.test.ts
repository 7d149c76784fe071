import { explainNoAnswer } from './networkErrors';

function fetchFailed(code: string): Error {
  return new TypeError('fetch failed', { cause: Object.assign(new Error('socket'), { code }) });
}

describe('explainNoAnswer', () => {
  it.each([
    ['ECONNREFUSED', 'unreachable', /is the receiver running/],
    ['ENOTFOUND', 'unreachable', /host name is unknown/],
    ['ECONNRESET', 'interrupted', /connection broke \(ECONNRESET\)/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'untrusted', /self-signed.*OTEL_EXPORTER_OTLP_CERTIFICATE/],
    ['CERT_HAS_EXPIRED', 'untrusted', /expired/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'untrusted', /use http:\/\//],
  ])('%s', (code, kind, reason) => {
    expect(explainNoAnswer(fetchFailed(code))).toEqual({ kind, reason: expect.stringMatching(reason) });
  });

  it('looks into the errors of several addresses', () => {
    const refused = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    expect(explainNoAnswer(new TypeError('fetch failed', { cause: new AggregateError([refused]) })).kind).toBe('unreachable');
  });

  it('does not try again what was never sent', () => {
    expect(explainNoAnswer(new TypeError('fetch failed', { cause: new Error('bad port') }))).toEqual({
      kind: 'unreachable',
      reason: 'no connection can be made (bad port)',
    });
  });

  it('knows a timeout', () => {
    expect(explainNoAnswer(new DOMException('late', 'TimeoutError')).kind).toBe('interrupted');
  });
});
