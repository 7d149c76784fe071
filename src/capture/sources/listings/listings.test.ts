import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { encodePath, parseListing, parseS3Error, s3Query } from '.';

const recorded = (name: string) => readFileSync(join(__dirname, '../../../../tests/fixtures/listings', name), 'utf8');

const folders = ['captures/cart', 'captures/checkout'];
const names = ['captures/a&b <c> 100%.trace', 'captures/ümlaut.out'];
const writtenMs = Date.UTC(2026, 10, 27, 8, 0, 1);
const minuteMs = writtenMs - 1000;

describe('parseListing', () => {
  it.each([
    ['nginx.json', 'json-index', [70000, 1], writtenMs],
    ['nginx.html', 'html-index', [70000, 1], minuteMs],
    ['apacheTable.html', 'html-index', [68 * 1024, 1], minuteMs],
    ['apachePlain.html', 'html-index', [68 * 1024, 1], minuteMs],
    ['python.html', 'html-index', [null, null], null],
    ['nginxWebdav.xml', 'webdav', [70000, 1], writtenMs],
  ])('reads the folder that %s lists', (file, kind, sizes, modifiedUnixMs) => {
    const listing = parseListing(recorded(file), 'captures')!;
    expect(listing.kind).toBe(kind);
    expect([...listing.folders].sort()).toEqual(folders);
    expect(listing.files.map(({ path }) => path)).toEqual(names);
    expect(listing.files.map(({ sizeBytes }) => sizeBytes)).toEqual(sizes);
    expect(listing.files.map((one) => one.modifiedUnixMs)).toEqual([modifiedUnixMs, modifiedUnixMs]);
    expect(listing.continuation).toBeNull();
  });

  it('reads a bucket, and asks for the rest of it', () => {
    const whole = parseListing(recorded('versitygw.xml'), 'in');
    expect(whole).toMatchObject({ kind: 's3', folders: ['in/checkout'], continuation: null });
    expect(whole?.files.map(({ path, sizeBytes }) => [path, sizeBytes])).toEqual([
      ['in/a&b <c> 100%+.trace', 5],
      ['in/ümlaut.out', 5],
    ]);
    expect(whole?.files[0]?.version).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const page = parseListing(recorded('versitygwPage.xml'), '');
    expect(page?.files).toHaveLength(2);
    expect(page?.continuation).toBe('in/checkout/pod 1/2026-11-27T09-34-57Z.pprof');
    expect(s3Query('in', false, page?.continuation)).toBe(
      'list-type=2&encoding-type=url&prefix=in%2F&delimiter=%2F&continuation-token=in%2Fcheckout%2Fpod%201%2F2026-11-27T09-34-57Z.pprof',
    );
  });

  it('decodes keys where the bucket encoded them', () => {
    const body =
      '<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>a+b%2Bc%2Fd.trace</Key><Size>1</Size></Contents></ListBucketResult>';
    expect(parseListing(body, '')?.files.map(({ path }) => path)).toEqual(['a b+c/d.trace']);
  });

  it('takes only what lies in the folder from a page', () => {
    const page = `<title>Index of /x</title><a href="../">up</a><a href="/">top</a><a href="https://evil.example/a.trace">a</a>
      <a href="//evil.example/b.trace">b</a><a href="javascript:alert(1)">c</a><a href="other/deep.trace">d</a><a href="/elsewhere/e.trace">e</a>
      <a href="/base/x/f.trace">f</a><a href="./g.trace">g</a><a href="?sort=size">size</a>`;
    expect(parseListing(page, 'x')?.files.map(({ path }) => path)).toEqual(['x/f.trace', 'x/g.trace']);
  });

  it('takes no login page, no pprof index, no other document for a listing', () => {
    expect(parseListing('<html><title>Index of login</title><form><input type="password"></form><a href="a">a</a>', '')).toBeUndefined();
    expect(parseListing('<html><title>/debug/pprof/</title><a href="heap?debug=1">heap</a>', '')).toBeUndefined();
    expect(parseListing('[1, 2]', '')).toBeUndefined();
    expect(parseListing('[{"name": 1}]', '')).toBeUndefined();
    expect(parseListing('{"message": "no"}', '')).toBeUndefined();
    expect(parseListing('<a'.repeat(10_000), '')).toBeUndefined();
    expect(parseListing('', '')).toBeUndefined();
  });

  it('reads what a bucket refuses with', () => {
    expect(parseS3Error(recorded('versitygwError.xml'))).toEqual({ code: 'NoSuchKey', message: 'The specified key does not exist.' });
    expect(parseS3Error('<html>')).toBeUndefined();
  });

  it('writes paths as addresses do', () => {
    expect(encodePath('in/a&b <c> 100%+.trace')).toBe('in/a%26b%20%3Cc%3E%20100%25%2B.trace');
  });
});
