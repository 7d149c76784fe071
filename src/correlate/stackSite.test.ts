import type { SourceFrame } from '../runtime';
import { describeStack, functionAt } from './stackSite';

/** Frames from `function file:line` texts, leaf first. */
function stackOf(...frames: string[]): SourceFrame[] {
  return frames.map((text) => {
    const [, name = '', file = '', line = '0'] = /^(.*) (\S+):(\d+)$/.exec(text) ?? [];
    return { function: name, file, line: Number(line) };
  });
}

describe('describeStack', () => {
  it('takes the program’s own line, and what called its function', () => {
    expect(
      describeStack(
        stackOf(
          'runtime.mallocgc runtime/malloc.go:1100',
          'internal/strconv.formatBits strconv/itoa.go:100',
          'strconv.FormatInt strconv/itoa.go:40',
          'example.com/shop.rows shop/rows.go:7',
          'example.com/shop.handle.func2 shop/handle.go:20',
        ),
      ),
    ).toMatchObject({
      site: 'internal/strconv.formatBits strconv/itoa.go:100',
      line: 'example.com/shop.rows shop/rows.go:7',
      function: 'example.com/shop.rows',
      caller: 'example.com/shop.handle.func2',
      mapOp: null,
      allocates: true,
    });
  });

  it.each([
    ['in the module cache', '/root/go/pkg/mod/gopkg.in/yaml.v3@v3.0.1/emitterc.go', 'main.export shop/export.go:9'],
    ['in the module cache, with -trimpath', 'gopkg.in/yaml.v3@v3.0.1/emitterc.go', 'main.export shop/export.go:9'],
    ['vendored', '/src/shop/vendor/gopkg.in/yaml.v3/emitterc.go', 'main.export shop/export.go:9'],
    ['of the program', '/src/shop/yaml/emitterc.go', null],
  ])('says from where a line is reached that is %s', (_, file, calledFrom) => {
    const stack = stackOf('runtime.mallocgc runtime/malloc.go:1', `gopkg.in/yaml%2ev3.emit ${file}:147`, 'main.export shop/export.go:9');
    expect(describeStack(stack)).toMatchObject({ function: 'gopkg.in/yaml%2ev3.emit', calledFrom });
  });

  it('says from where a map operation of a dependency is reached', () => {
    const stack = stackOf(
      'internal/runtime/maps.(*Iter).Next maps/table.go:800',
      'github.com/prometheus/prometheus/tsdb/index.(*MemPostings).Stats github.com/prometheus/prometheus@v0.316.0/tsdb/index/postings.go:226',
      'main.stats shop/stats.go:9',
    );
    expect(describeStack(stack)).toMatchObject({
      mapOp: 'iterate',
      mapLine: 'github.com/prometheus/prometheus/tsdb/index.(*MemPostings).Stats index/postings.go:226',
      mapCalledFrom: 'main.stats shop/stats.go:9',
    });
    expect(describeStack(stack.slice(2))).toMatchObject({ calledFrom: null, mapCalledFrom: null });
  });

  it('tells an allocation by a map from one by the function that sync.Map.Range calls', () => {
    const trie = ['internal/sync.(*HashTrieMap[...]).iter sync/hashtriemap.go:500', 'main.sessions shop/s.go:4'];
    const callback = describeStack(stackOf('runtime.mallocgc runtime/malloc.go:1', 'main.sessions.func1 shop/s.go:5', ...trie));
    expect(callback).toMatchObject({
      mapOp: 'syncmap',
      isMapCallback: true,
      line: 'main.sessions.func1 shop/s.go:5',
      mapLine: 'main.sessions shop/s.go:4',
    });
    const own = describeStack(stackOf('runtime.mallocgc runtime/malloc.go:1', ...trie));
    expect(own).toMatchObject({ mapOp: 'syncmap', isMapCallback: false, iteration: 'sync.Map', implementation: 'sync.Map' });
  });

  it.each([
    ['range', ['internal/runtime/maps.(*Iter).Next maps/table.go:1', 'runtime.mapIterNext runtime/map.go:1', 'main.f a/b.go:3']],
    ['reflect', ['runtime.mapiternext runtime/map.go:1', 'reflect.(*MapIter).Next reflect/value.go:1', 'main.f a/b.go:3']],
    ['maps package', ['runtime.mapIterNext runtime/map.go:1', 'maps.Keys[...].func1 maps/iter.go:27', 'main.f a/b.go:3']],
    // Inlined, and named after the function that uses it; in traces of generic functions without its own name.
    ['maps package', ['runtime.mapIterNext runtime/map.go:1', 'example.org/m.f[...].func1 maps/iter.go:28', 'main.f a/b.go:3']],
    [
      'maps package',
      ['runtime.mapIterNext runtime/map.go:1', 'main.f.Keys[...].func1 /usr/local/go/src/maps/iter.go:27', 'main.f a/b.go:3'],
    ],
    [
      'library',
      [
        'internal/runtime/maps.(*Iter).Next m/t.go:1',
        'runtime.mapIterStart r/m.go:1',
        'encoding/json/v2.marshalObjectAny v2/a.go:1',
        'main.f a/b.go:3',
      ],
    ],
    ['sync.Map', ['runtime.mapiternext runtime/map.go:1', 'sync.(*Map).Range sync/map.go:1', 'main.f a/b.go:3']],
  ])('iterates by %s', (iteration, frames) => {
    expect(describeStack(stackOf(...frames))).toMatchObject({ mapOp: 'iterate', iteration, mapLine: 'main.f a/b.go:3' });
  });

  it.each([
    ['encoding/json', ['reflect.copyVal reflect/value.go:1', 'encoding/json.mapEncoder.encode json/encode.go:752']],
    [
      'encoding/json of Go 1.27',
      [
        'runtime.growslice runtime/slice.go:1',
        'encoding/json/v2.makeMapArshaler.func2 v2/arshal_default.go:897',
        'encoding/json/v2.Marshal v2/a.go:1',
      ],
    ],
    ['fmt', ['slices.Grow[...] slices/s.go:1', 'internal/fmtsort.Sort fmtsort/sort.go:60', 'fmt.(*pp).printValue fmt/print.go:1']],
  ])('knows a walk over a map by %s between two of its steps', (_, frames) => {
    const within = (...others: string[]) => describeStack(stackOf(...others, ...frames, 'main.f a/b.go:3'));
    expect(within('runtime.mallocgc runtime/malloc.go:1')).toMatchObject({ libraryWalk: 'reflect', mapOp: null, line: 'main.f a/b.go:3' });
    expect(within('main.(*Price).MarshalText a/p.go:9').libraryWalk).toBeNull();
    expect(within('runtime.growslice runtime/slice.go:1', 'encoding/json.arrayEncoder.encode json/encode.go:1').libraryWalk).toBeNull();
    expect(within('encoding/json/v2.makeSliceArshaler.func2 v2/arshal_default.go:1').libraryWalk).toBeNull();
  });

  it.each([
    ['maps.Keys[...].func1 /usr/local/go/src/maps/iter.go:27', 'maps package'],
    ['main.f.Values[...].func1 maps/iter.go:41', 'maps package'],
    ['maps.Insert[...]-range1 maps/iter.go:52', null],
    ['example.com/x/maps.Keys[...].func1 /src/x/maps/iter.go:3', null],
  ])('knows what collects from an iterator of a map: %s', (iterator, libraryWalk) => {
    const collecting = ['runtime.growslice runtime/slice.go:1', 'slices.AppendSeq[...]-range1 slices/iter.go:51'];
    expect(describeStack(stackOf(...collecting, iterator, 'slices.Collect[...] slices/iter.go:58', 'main.f a/b.go:3'))).toMatchObject({
      libraryWalk,
    });
  });

  it('takes decoding into a map for no walk', () => {
    const stack = [
      'reflect.unsafe_New runtime/malloc.go:1',
      'encoding/json/v2.makeMapArshaler.func3 v2/arshal_default.go:990',
      'main.f a/b.go:3',
    ];
    expect(describeStack(stackOf(...stack)).libraryWalk).toBeNull();
  });

  it('takes a package of the program that is called as one of Go’s own for the program', () => {
    expect(describeStack(stackOf('example.com/x/maps.Walk[...].func1 /src/maps/iter.go:3', 'main.f a/b.go:3')).line).toBe(
      'example.com/x/maps.Walk[...].func1 maps/iter.go:3',
    );
  });

  it('has no line of an empty stack', () => {
    expect(describeStack([])).toMatchObject({
      site: null,
      line: null,
      function: '',
      caller: '',
      mapOp: null,
      mapLine: null,
      allocates: false,
    });
  });
});

describe('functionAt', () => {
  it.each([
    ['main.work.func1.2', ['main.work.func1', 'main.work'], 'main.work'],
    ['main.work.func1.2', ['main.work.func1', 'main.pool'], 'main.work.func1'],
    ['main.work-range1', ['main.all', 'main.work'], 'main.work'],
    ['main.work.func3-range2.func1', ['main.work.func3', 'net/http.HandlerFunc.ServeHTTP'], 'main.work.func3'],
    // Registered in main, run by the server: what other closures of main do is not its doing.
    ['main.main.func2', ['net/http.HandlerFunc.ServeHTTP', 'net/http.(*conn).serve'], 'main.main.func2'],
    ['main.main.func2', ['main.serve', 'main.main'], 'main.main'],
    ['main.each[go.shape.int].func1', ['slices.SortFunc[go.shape.int]', 'main.each[go.shape.int]'], 'main.each[...]'],
    ['main.(*server).walk', ['main.main'], 'main.(*server).walk'],
  ])('counts %s called by %j for %s', (name, callers, counted) => {
    expect(functionAt(stackOf(`${name} a/b.go:1`, ...callers.map((caller) => `${caller} a/b.go:2`)), 0)).toBe(counted);
  });
});
