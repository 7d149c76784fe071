import { type HttpAnswer, readBody } from './http';

/** An answer of pieces of 10 bytes, and how many of them were taken. */
function answerOf(
  pieces: number,
  headers: Readonly<Record<string, string>>,
): { readonly answer: HttpAnswer; readonly taken: () => number } {
  let taken = 0;
  const answer: HttpAnswer = {
    status: 200,
    header: (name) => headers[name] ?? null,
    body: (async function* () {
      for (; taken < pieces;) {
        await Promise.resolve();
        taken++;
        yield new Uint8Array(10);
      }
    })(),
  };
  return { answer, taken: () => taken };
}

describe('a body', () => {
  it.each([
    ['that says that it is larger than the cap is left at once', { 'content-length': '10000' }, 1],
    ['that does not say is read up to the cap', {}, 6],
    ['that says too little is read up to the cap', { 'content-length': '20' }, 6],
  ])('%s', async (_, headers, read) => {
    const { answer, taken } = answerOf(1000, headers);
    await expect(readBody(answer, { name: 'x.trace', maxBytes: 50 })).rejects.toThrow(/x\.trace: larger than the cap of 50 bytes/);
    expect(taken()).toBe(read);
  });

  it('comes whole below the cap', async () => {
    await expect(readBody(answerOf(5, {}).answer, { name: 'x', maxBytes: 50 })).resolves.toHaveLength(50);
  });
});
