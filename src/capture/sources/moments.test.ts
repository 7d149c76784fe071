import type { FoundFile } from './listFiles';
import { groupMoments } from './moments';
import { parsePathPattern } from './pathPattern';

const second = (offset: number) => new Date(Date.UTC(2026, 10, 27, 9, 0, offset)).toISOString().slice(0, 19).replaceAll(':', '-');

function found(path: string, pattern = '**'): FoundFile {
  const { labels, unixMs } = parsePathPattern(pattern).match(path)!;
  return { path, labels, unixMs, timeFrom: unixMs === null ? null : 'path', sizeBytes: null, modifiedUnixMs: null, version: null };
}

const pathsOf = (files: readonly FoundFile[]) => groupMoments(files).map((moment) => moment.files.map(({ path }) => path));

describe('groupMoments', () => {
  it('puts files of one process and moment together, newest first', () => {
    const paths = [`p/${second(0)}.trace`, `p/${second(1)}.pprof`, `p/${second(60)}.trace`, `p/${second(60)}.pprof`];
    expect(pathsOf(paths.map((path) => found(path)))).toEqual([
      [`p/${second(60)}.pprof`, `p/${second(60)}.trace`],
      [`p/${second(1)}.pprof`, `p/${second(0)}.trace`],
    ]);
  });

  it('keeps processes apart: by folder, by labels, but not by what kind of file it is', () => {
    const time = second(0);
    expect(pathsOf([found(`pod-1/${time}.trace`), found(`pod-2/${time}.trace`)])).toHaveLength(2);
    expect(pathsOf([found(`${time}/cpu.pprof`), found(`${time}/trace.out`)])).toHaveLength(1);
    const pattern = '{kind}/{service}-{time}.*';
    expect(
      pathsOf([
        found(`cpu/shop-${time}.pprof`, pattern),
        found(`trace/shop-${time}.out`, pattern),
        found(`cpu/cart-${time}.pprof`, pattern),
      ]),
    ).toEqual([[`cpu/shop-${time}.pprof`, `trace/shop-${time}.out`], [`cpu/cart-${time}.pprof`]]);
  });

  it('takes one file of a sort', () => {
    expect(pathsOf([found(`${second(1)}.trace`), found(`${second(0)}.trace`), found(`${second(0)}.pprof`)])).toEqual([
      [`${second(1)}.trace`, `${second(0)}.pprof`],
    ]);
  });

  it('knows nothing newer than files without a time', () => {
    expect(pathsOf([found('trace.out'), found('cpu.pprof'), found(`${second(0)}.trace`)])).toEqual([
      [`${second(0)}.trace`],
      ['cpu.pprof', 'trace.out'],
    ]);
  });
});
