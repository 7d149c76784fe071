import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { explainContent, explainRefusal } from './explainAnswer';

const encode = (text: string) => new TextEncoder().encode(text);
const asked = { name: 'profile', isProxied: true, timeoutSeconds: 30 };
const s3Error = readFileSync(join(__dirname, '../../../tests/fixtures/listings/versitygwError.xml'), 'utf8');

describe('explainRefusal', () => {
  it.each([
    [500, 'Could not enable CPU profiling: cpu profiling already in use\n', /recording already .*wait for the other one/],
    [500, 'Could not enable tracing: tracing is already enabled\n', /recording already .*one trace at a time/],
    [400, "profile duration exceeds server's WriteTimeout\n", /ends answers sooner.*WriteTimeout of the service/],
    [400, 'Authentication to data source failed', /refused the credentials \(HTTP 401 behind Grafana\).*basic authentication/],
    [401, '{"message":"Unauthorized"}', /Grafana does not know who you are.*Log in again/],
    [403, '{"accessErrorId":"ACE1","message":"You\'ll need additional permissions"}', /datasources:query/],
    [403, s3Error.replace('NoSuchKey', 'AccessDenied'), /HTTP 403 AccessDenied.*s3:ListBucket/],
    [403, 'Forbidden', /the service forbids it \(HTTP 403, “Forbidden”\)/],
    [404, s3Error, /HTTP 404 NoSuchKey.*The file is gone or has another name/],
    [404, '<html>nginx</html>', /nothing at this path \(HTTP 404 with an HTML page\).*may be gone/],
    [404, '404 page not found\n', /nothing at this path/],
    [429, '', /wants fewer requests/],
    [500, '{"message":"out of memory"}', /the service failed \(HTTP 500, “out of memory”\).*logs/],
    [502, '', /Grafana’s server cannot reach the service.*not from this browser/],
  ])('names cause and remedy of HTTP %s %s', (status, body, message) => {
    const error = explainRefusal({ status, contentType: '', start: encode(body), tookMs: 100 }, asked);
    expect(error.message).toMatch(/^profile: /);
    expect(error.message).toMatch(message);
    expect(error.details.advice).toBeTruthy();
  });

  it('tells a timeout of the proxy from a service that is not there', () => {
    const error = explainRefusal({ status: 502, contentType: '', start: encode(''), tookMs: 30_010 }, asked);
    expect(error.message).toMatch(/no answer began within 30 s .*Raise “Timeout”/);
    const direct = explainRefusal({ status: 502, contentType: '', start: encode(''), tookMs: 30_010 }, { ...asked, isProxied: false });
    expect(direct.message).not.toMatch(/Grafana/);
  });

  it('shows no more of a body than fits, and no control characters', () => {
    const error = explainRefusal({ status: 500, contentType: 'text/plain', start: encode(`a\u0007${'x'.repeat(5000)}`), tookMs: 1 }, asked);
    expect(error.message.length).toBeLessThan(300);
    expect(error.message).not.toMatch(/\p{Cc}/u);
  });
});

describe('explainContent', () => {
  const content = (body: string, contentType = 'text/html') =>
    explainContent({ status: 200, contentType, start: encode(body), tookMs: 1 }, asked);

  it('tells pages from captures', () => {
    expect(content('<!doctype html><title>Sign in</title>')?.message).toMatch(/HTML page.*login page.*credentials/);
    expect(content('<html><body>shop</body>')?.message).toMatch(/HTML page, not a capture.*path is that of a page/);
    expect(content('')?.message).toMatch(/answer is empty/);
    expect(content('\x1f\x8b\x08', 'text/html')).toBeUndefined();
  });
});
