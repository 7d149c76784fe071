import { parseSha256 } from '../../capture';
import { linkCaptures } from './linkCaptures';

const sha256 = parseSha256('ab'.repeat(32))!;
const file = { name: 'trace.out', file: new Uint8Array(), sha256 };
const kept = () => Promise.resolve(true);
const notKept = () => Promise.resolve(false);

describe('linkCaptures', () => {
  it('names the files of a live capture and of the newest drop, not whatever is live or newest by then', async () => {
    const refs = [{ by: 'live' as const, profiles: ['trace' as const] }];
    await expect(linkCaptures(refs, [file], kept)).resolves.toEqual([{ by: 'sha256', sha256, name: 'trace.out' }]);
    await expect(linkCaptures([{ by: 'latest' }], [file], kept)).resolves.toEqual([{ by: 'sha256', sha256, name: 'trace.out' }]);
    await expect(linkCaptures(refs, [file], notKept)).resolves.toEqual(refs);
  });

  it('keeps references that find the same again', async () => {
    const refs = [{ by: 'url' as const, path: 'shop/trace.out' }];
    await expect(linkCaptures(refs, [file], kept)).resolves.toEqual(refs);
  });

  it('makes no links of captures that no address can carry', async () => {
    const embedded = { by: 'embedded' as const, name: 'trace.out', data: 'A'.repeat(10_000) };
    await expect(linkCaptures([embedded], [file], notKept)).resolves.toEqual([]);
    await expect(linkCaptures([embedded], [file], kept)).resolves.toEqual([{ by: 'sha256', sha256, name: 'trace.out' }]);
  });
});
