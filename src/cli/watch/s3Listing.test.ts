import { readS3Listing } from './s3Listing';

/** As versitygw 1.8 answers ListObjectsV2 with encoding-type=url. */
const page = `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>captures</Name><Prefix></Prefix><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys>
<EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextContinuationToken>a b&amp;c</NextContinuationToken>
<Contents><Key>a%20b/x%2By.trace</Key><LastModified>2026-11-27T09:59:11.123Z</LastModified><ETag>&#34;7fd8290f&#34;</ETag><Size>505871</Size></Contents>
<Contents><Key>c.trace</Key><LastModified>2026-11-27T09:59:12Z</LastModified><Size>1</Size></Contents></ListBucketResult>`;

describe('readS3Listing', () => {
  it('reads the objects of a page, and what the next one is asked for with', () => {
    expect(readS3Listing(page)).toEqual({
      objects: [
        { key: 'a b/x+y.trace', sizeBytes: 505871, etag: '7fd8290f', modifiedUnixMs: Date.UTC(2026, 10, 27, 9, 59, 11, 123) },
        { key: 'c.trace', sizeBytes: 1, etag: '', modifiedUnixMs: Date.UTC(2026, 10, 27, 9, 59, 12) },
      ],
      nextToken: 'a b&c',
    });
    expect(readS3Listing(page.replace('true', 'false')).nextToken).toBeNull();
  });

  it.each(['<html><body>Login</body></html>', '{"error":"no"}', '<Error><Code>AccessDenied</Code></Error>', ''])('refuses %j', (text) => {
    expect(() => readS3Listing(text)).toThrow('no list of objects');
  });
});
