import { embed, maxEmbeddedBytes, readEmbedded } from './embedded';

describe('embedded captures', () => {
  it('come back as the bytes that they were', async () => {
    const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) & 255);
    const ref = await embed('trace.out', new Blob([bytes]));
    expect(readEmbedded(ref)).toEqual({ name: 'trace.out', file: bytes });
  });

  it('are small', async () => {
    await expect(embed('trace.out', new Blob([new Uint8Array(maxEmbeddedBytes + 1)]))).rejects.toThrow(
      /^trace\.out: too large to be embedded \(500001 bytes\); Up to 500000 bytes/,
    );
  });

  it('say when they are damaged', () => {
    expect(() => readEmbedded({ by: 'embedded', name: 'trace.out', data: '%%%' })).toThrow(/^trace\.out: .*damaged; Embed it again/);
  });
});
