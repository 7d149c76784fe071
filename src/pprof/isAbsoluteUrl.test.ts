import { isAbsoluteUrl } from './isAbsoluteUrl';

// What url.Parse of Go 1.26 says of each.
describe('isAbsoluteUrl', () => {
  it.each([
    'http://127.0.0.1:8080/debug/pprof/profile?seconds=5',
    'C:/app.exe',
    'C:\\app.exe',
    'https://user:secret@[::1]:443/a%20b#c%20d',
    'mailto:someone%',
    'file:///tmp/server',
  ])('takes %s', (text) => {
    expect(isAbsoluteUrl(text)).toBe(true);
  });

  it.each([
    '',
    '/usr/bin/server',
    '/tmp/a:b',
    'server',
    '1:2',
    'C:/50%off/app.exe',
    'http://host:port/server',
    'http://ho st/server',
    'http://host/a#%',
    'http://host/\u0001',
  ])('refuses %s', (text) => {
    expect(isAbsoluteUrl(text)).toBe(false);
  });
});
