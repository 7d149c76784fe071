import { namesApart } from './names';

const namesOf = (...paths: readonly string[]): string[] => [...namesApart(paths).values()];

describe('names of the files of one command', () => {
  it.each([
    [
      ['/a/trace.out', '/b/cpu.pprof'],
      ['trace.out', 'cpu.pprof'],
    ],
    [
      ['/x/after/trace.out', '/x/before/trace.out'],
      ['after/trace.out', 'before/trace.out'],
    ],
    [
      ['after/trace.out', 'trace.out', 'cpu.pprof'],
      ['after/trace.out', `${process.cwd().split('/').at(-1)}/trace.out`, 'cpu.pprof'],
    ],
    [
      ['/a/x/trace.out', '/b/x/trace.out', '/b/y/trace.out'],
      ['a/x/trace.out', 'b/x/trace.out', 'y/trace.out'],
    ],
    [
      ['http://one/debug/trace', 'http://two:80/debug/trace'],
      ['one/debug/trace', 'two/debug/trace'],
    ],
    [
      ['./trace.out', 'trace.out'],
      ['trace.out', 'trace.out'],
    ],
  ])('are as long as it takes to tell them apart: %j', (paths, names) => {
    expect(namesOf(...paths)).toEqual(names);
  });
});
