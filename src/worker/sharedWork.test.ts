import { SharedWork } from './sharedWork';

/** Work that ends when told to, and knows whether it was aborted. */
function heldWork(value: string, sizeBytes = 1) {
  let finish: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const state = {
    runs: 0,
    signal: undefined as AbortSignal | undefined,
    finish: () => {
      finish();
    },
  };
  const work = async ({ signal, onProgress }: { signal?: AbortSignal; onProgress?: (stage: string, fraction: number) => void }) => {
    state.runs++;
    state.signal = signal;
    onProgress?.('halfway', 0.5);
    await held;
    return { value, sizeBytes };
  };
  return { state, work };
}

const done = (value: string, sizeBytes: number) => () => Promise.resolve({ value, sizeBytes });

describe('SharedWork', () => {
  it('works a key out once for all who ask, and tells them all how far it is', async () => {
    const shared = new SharedWork<string>(100);
    const { state, work } = heldWork('decoded');
    const stages: string[] = [];
    const listen = (panel: string) => ({ onProgress: (stage: string) => stages.push(`${panel}: ${stage}`) });
    const answers = [shared.get('a', listen('left'), work), shared.get('a', listen('right'), work)];
    await Promise.resolve();
    state.finish();
    expect(await Promise.all(answers)).toEqual(['decoded', 'decoded']);
    expect(await shared.get('a', {}, work)).toBe('decoded');
    expect(state.runs).toBe(1);
    expect(stages).toEqual(['left: halfway', 'right: halfway']);
  });

  it('goes on while anybody waits, and aborts when nobody does', async () => {
    const shared = new SharedWork<string>(100);
    const { state, work } = heldWork('decoded');
    const [first, second] = [new AbortController(), new AbortController()];
    const answers = [shared.get('a', { signal: first.signal }, work), shared.get('a', { signal: second.signal }, work)];
    await Promise.resolve();
    first.abort(new Error('panel closed'));
    await expect(answers[0]).rejects.toThrow('panel closed');
    expect(state.signal?.aborted).toBe(false);
    second.abort(new Error('page left'));
    await expect(answers[1]).rejects.toThrow('page left');
    expect(state.signal?.aborted).toBe(true);
    expect(await shared.get('a', {}, done('again', 1))).toBe('again');
  });

  it('does not keep failures', async () => {
    const shared = new SharedWork<string>(100);
    await expect(shared.get('a', {}, () => Promise.reject(new Error('damaged')))).rejects.toThrow('damaged');
    expect(await shared.get('a', {}, done('fine', 1))).toBe('fine');
  });

  it('drops what was used least recently when there is too much, never what came last', async () => {
    const shared = new SharedWork<string>(100);
    await shared.get('a', {}, done('a', 40));
    await shared.get('b', {}, done('b', 40));
    await shared.get('a', {}, done('a', 40));
    await shared.get('c', {}, done('c', 40));
    expect(['a', 'b', 'c'].map((key) => shared.holds(key))).toEqual([true, false, true]);
    await shared.get('huge', {}, done('huge', 1000));
    expect(['a', 'c', 'huge'].map((key) => shared.holds(key))).toEqual([false, false, true]);
  });
});
