import { readCaptureEvent } from './captureEvent';

const bytes = (text: string) => new TextEncoder().encode(text);
const event = (eventName: string, key: string) =>
  bytes(JSON.stringify({ Records: [{ eventName, s3: { bucket: { name: 'captures' }, object: { key, size: 12 } } }] }));

describe('readCaptureEvent', () => {
  it('takes the key of a new object as stores that encode it and stores that do not may mean it', () => {
    expect(readCaptureEvent(event('s3:ObjectCreated:Put', 'a%20b/1+2.trace'))).toEqual({
      kind: 'created',
      objects: [{ bucket: 'captures', keys: ['a b/1 2.trace', 'a%20b/1+2.trace'] }],
    });
    expect(readCaptureEvent(event('ObjectCreated:CompleteMultipartUpload', '100%.trace'))).toEqual({
      kind: 'created',
      objects: [{ bucket: 'captures', keys: ['100%.trace'] }],
    });
  });

  it('takes names as text', () => {
    expect(readCaptureEvent(bytes('shop/1.trace\n\nshop/2.trace\n'))).toEqual({
      kind: 'created',
      objects: [
        { bucket: null, keys: ['shop/1.trace'] },
        { bucket: null, keys: ['shop/2.trace'] },
      ],
    });
  });

  it('leaves alone what tells of no new object', () => {
    expect(readCaptureEvent(event('s3:ObjectRemoved:Delete', 'x'))).toEqual({ kind: 'other', what: 's3:ObjectRemoved:Delete' });
    expect(readCaptureEvent(bytes('{"Service":"S3","Event":"s3:TestEvent"}'))).toEqual({ kind: 'other', what: 's3:TestEvent' });
  });

  it.each([
    ['no text', Uint8Array.of(0xff, 0xfe)],
    ['nothing', bytes(' \n')],
    ['JSON of something else', bytes('{"a":1}')],
    ['damaged JSON', bytes('{"Records":[')],
    ['a record without an object', bytes('{"Records":[{"eventName":"s3:ObjectCreated:Put","s3":{}}]}')],
    ['more than any event', new Uint8Array(2 ** 20 + 1).fill(0x61)],
  ])('says that it cannot read %s', (_, data) => {
    expect(readCaptureEvent(data)).toMatchObject({ kind: 'unreadable' });
  });
});
