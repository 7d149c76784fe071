import { parseEndpoint, parseHeaders } from './endpoint';

describe('parseEndpoint', () => {
  it.each([
    ['http://localhost:4318', 'http://localhost:4318/v1/traces'],
    ['http://localhost:4318/', 'http://localhost:4318/v1/traces'],
    ['https://otlp.example/otlp', 'https://otlp.example/otlp/v1/traces'],
    ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/traces'],
    ['http://localhost:4318/v1/traces/', 'http://localhost:4318/v1/traces'],
    ['https://otlp.example/?tenant=a', 'https://otlp.example/v1/traces?tenant=a'],
  ])('%s is %s', (text, url) => {
    expect(parseEndpoint(text).url).toBe(url);
  });

  it('turns a user name into a header and out of the address', () => {
    const { url, headers } = parseEndpoint('https://me:p%40ss@otlp.example');
    expect(url).toBe('https://otlp.example/v1/traces');
    expect(headers).toEqual({ authorization: `Basic ${btoa('me:p@ss')}` });
  });

  it('lets given headers win', () => {
    expect(parseEndpoint('http://me@host', { authorization: 'Bearer x' }).headers).toEqual({ authorization: 'Bearer x' });
  });

  it.each(['localhost:4318', 'grpc://localhost:4317', '', 'http://'])('refuses "%s" with advice', (text) => {
    expect(() => parseEndpoint(text)).toThrow(/no http address; Give the address/);
  });

  it.each(['ftp://me:secret@host', 'http://me:se/secret@host', 'me:secret@host:4318', 'http://me:x@secret@', 'http://me:secret%zz@host'])(
    'does not repeat the password of %s in its error',
    (text) => {
      expect(() => parseEndpoint(text)).toThrow(
        expect.objectContaining({ name: 'GclensError', message: expect.not.stringContaining('secret') }),
      );
    },
  );
});

describe('parseHeaders', () => {
  it('reads names and percent-encoded values', () => {
    expect(parseHeaders('Authorization=Basic%20YTpi, x-scope-orgid = tenant-1 ,')).toEqual({
      authorization: 'Basic YTpi',
      'x-scope-orgid': 'tenant-1',
    });
  });

  it('keeps equals signs of a value', () => {
    expect(parseHeaders('api-key=YTpi==')).toEqual({ 'api-key': 'YTpi==' });
  });

  it.each(['secret', 'a b=secret', 'x=secret%zz', 'x=secret%0d%0ay'])('refuses "%s" without repeating it', (text) => {
    expect(() => parseHeaders(text)).toThrow(expect.objectContaining({ message: expect.not.stringContaining('secret') }));
  });
});
