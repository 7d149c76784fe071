import { type Answer, judgeAnswer, retryAfterMs } from './answers';

const utf8 = new TextEncoder();

function answer(status: number, headers: Record<string, string> = {}, body: string | Uint8Array = ''): Answer {
  return { status, headers: new Headers(headers), body: typeof body === 'string' ? utf8.encode(body) : body };
}

const json = { 'content-type': 'application/json' };

describe('judgeAnswer', () => {
  it('takes an empty success for all accepted', () => {
    expect(judgeAnswer(answer(200), 0)).toEqual({ kind: 'accepted', rejectedItems: 0, message: '' });
  });

  it('reads a partial success in JSON, where int64 is a string', () => {
    const body = '{"partialSuccess":{"rejectedSpans":"7","errorMessage":"too old"}}';
    expect(judgeAnswer(answer(200, json, body), 0)).toEqual({ kind: 'accepted', rejectedItems: 7, message: 'too old' });
    const ofMetrics = '{"partialSuccess":{"rejectedDataPoints":3}}';
    expect(judgeAnswer(answer(200, json, ofMetrics), 0)).toEqual({ kind: 'accepted', rejectedItems: 3, message: '' });
  });

  it('reads a partial success in protobuf', () => {
    const body = new Uint8Array([0x0a, 0x07, 0x08, 0x05, 0x12, 0x03, 0x6f, 0x6c, 0x64]);
    expect(judgeAnswer(answer(200, { 'content-type': 'application/x-protobuf' }, body), 0)).toEqual({
      kind: 'accepted',
      rejectedItems: 5,
      message: 'old',
    });
  });

  it.each([
    ['an HTML page', { 'content-type': 'text/html' }, '<!doctype html><title>Login</title>', /HTML page/],
    ['text', { 'content-type': 'text/plain' }, 'OK', /text\/plain: not the answer/],
    ['damaged JSON', json, '{"partial', /no answer of an OTLP receiver/],
    ['damaged protobuf', { 'content-type': 'application/x-protobuf' }, '\n\u007f', /no answer of an OTLP receiver/],
  ])('does not take a success with %s for a proof', (_, headers, body, reason) => {
    expect(judgeAnswer(answer(200, headers, body), 0)).toEqual({ kind: 'hopeless', reason: expect.stringMatching(reason) });
  });

  it.each([429, 502, 503, 504])('tries again after %i', (status) => {
    expect(judgeAnswer(answer(status, { 'retry-after': '90' }), 0)).toMatchObject({ kind: 'later', retryAfterMs: 90_000 });
  });

  it.each([
    [413, ''],
    [400, '{"code":3,"message":"http: request body too large"}'],
  ])('asks for smaller requests after %i', (status, body) => {
    expect(judgeAnswer(answer(status, json, body), 0)).toMatchObject({ kind: 'tooLarge' });
  });

  it('counts other refusals as rejected, with the message of the status', () => {
    expect(judgeAnswer(answer(400, json, '{"code":3,"message":"bad trace id"}'), 0)).toEqual({
      kind: 'rejected',
      reason: 'HTTP 400: bad trace id',
    });
    expect(judgeAnswer(answer(500, {}, 'broken'), 0)).toMatchObject({ kind: 'rejected' });
  });

  it('explains redirects without following them', () => {
    const verdict = judgeAnswer(answer(302, { location: 'https://me:secret@login.example/start?token=secret' }), 0);
    expect(verdict).toEqual({ kind: 'hopeless', reason: expect.stringContaining('redirects to https://login.example/start:') });
  });

  it.each([
    [401, /OTEL_EXPORTER_OTLP_HEADERS/],
    [404, /\/v1\/traces/],
    [405, /4318/],
    [415, /protobuf/],
  ])('says what to do about %i', (status, reason) => {
    expect(judgeAnswer(answer(status), 0)).toEqual({ kind: 'hopeless', reason: expect.stringMatching(reason) });
  });

  it('keeps control characters of a message off the terminal', () => {
    expect(judgeAnswer(answer(400, {}, 'a\u001b[31mb\nc'), 0)).toEqual({ kind: 'rejected', reason: 'HTTP 400: a [31mb c' });
  });
});

describe('retryAfterMs', () => {
  it.each([
    ['30', 30_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
    ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
    ['soon', null],
  ])('%s at 00:00:10', (header, delay) => {
    expect(retryAfterMs(header, 10_000)).toBe(delay);
  });
});
