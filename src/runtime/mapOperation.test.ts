import { classifyMapOp, mapOpOfFunction, mapSite, mapWorkSite } from './mapOperation';

describe('mapOpOfFunction', () => {
  it.each([
    ['runtime.mapiternext', 'iterate'],
    ['runtime.mapIterStart', 'iterate'],
    ['internal/runtime/maps.(*Iter).Next', 'iterate'],
    ['internal/runtime/maps.(*Iter).grownKeyElem', 'iterate'],
    ['reflect.(*MapIter).Value', 'iterate'],
    ['runtime.mapassign_faststr', 'assign'],
    ['internal/runtime/maps.(*Map).putSlotSmallFastStr', 'assign'],
    ['internal/runtime/maps.(*table).uncheckedPutSlot', 'assign'],
    ['runtime.evacuate_fast64', 'grow'],
    ['internal/runtime/maps.(*table).split', 'grow'],
    ['runtime.mapdelete_fast32', 'delete'],
    ['internal/runtime/maps.(*table).Clear', 'clear'],
    ['maps.Clone[go.shape.map[string]int,go.shape.string]', 'clone'],
    ['runtime.makemap_small', 'make'],
    ['internal/runtime/maps.newTable', 'make'],
    ['runtime.mapaccess2_faststr', 'access'],
    ['internal/runtime/maps.(*Map).getWithKey', 'access'],
    ['sync.(*Map).Range.func1', 'syncmap'],
    ['internal/sync.(*HashTrieMap[go.shape.interface {},go.shape.interface {}]).iter', 'syncmap'],
    ['runtime.mapassign.func1.2', 'assign'],
    ['runtime.growWork.abi0', 'grow'],
  ])('%s is %s', (name, op) => {
    expect(mapOpOfFunction(name)).toBe(op);
  });

  it.each(['runtime.mallocgc', 'main.mapiternext', 'runtime.mapiternextX', 'internal/runtime/maps.ctrlGroupMatchH2', 'maps.Keys[...]', ''])(
    '%s is no map operation',
    (name) => {
      expect(mapOpOfFunction(name)).toBeNull();
    },
  );
});

describe('classifyMapOp', () => {
  it('lets the frame nearest to the leaf decide', () => {
    expect(classifyMapOp(['runtime.memmove', 'runtime.mapaccess1', 'main.f', 'runtime.mapiternext'])).toEqual({
      op: 'access',
      decidingFrame: 1,
    });
  });

  it('calls an assignment that grows the map a growth, at the deciding frame', () => {
    expect(classifyMapOp(['runtime.mapassign', 'runtime.hashGrow', 'main.f'])).toEqual({ op: 'grow', decidingFrame: 0 });
  });

  it('takes sync.Map only where no built-in map is in the stack', () => {
    expect(classifyMapOp(['sync.(*Map).Load', 'main.f', 'runtime.mapiternext'])).toEqual({ op: 'iterate', decidingFrame: 2 });
    expect(classifyMapOp(['runtime.memequal', 'sync.(*Map).Load', 'main.f'])).toEqual({ op: 'syncmap', decidingFrame: 1 });
  });

  it('is null without any', () => {
    expect(classifyMapOp(['runtime.mallocgc', 'main.f'])).toBeNull();
    expect(classifyMapOp([])).toBeNull();
  });
});

describe('mapSite', () => {
  const stack = [
    'internal/runtime/maps.(*Iter).Next',
    'runtime.mapIterNext',
    'maps.Keys[...].func1',
    'slices.Collect[...]',
    'main.keys[go.shape.int]',
  ].map((name, line) => ({ function: name, file: `/src/app/pkg/${name.length}.go`, line }));

  it('is the first frame above that is no library, with the last two parts of its file', () => {
    expect(mapSite(stack, 0)).toBe('main.keys[...] pkg/23.go:4');
  });

  it('passes over the iterators of maptrace, also where they were inlined into their caller and bear its name', () => {
    const inlined = [
      { function: 'runtime.mapIterNext', file: '/go/src/runtime/map.go', line: 1 },
      { function: 'gclens/maptrace.walk[...]', file: '/go/pkg/mod/gclens/maptrace@v0.2.0/walk.go', line: 2 },
      { function: 'main.affordable.Range[...].func1', file: '/go/pkg/mod/gclens/maptrace@v0.2.0/walk.go', line: 3 },
      { function: 'main.affordable', file: '/src/shop/walk.go', line: 4 },
    ];
    expect(mapSite(inlined, 0)).toBe('main.affordable shop/walk.go:4');
    expect(mapWorkSite(inlined.slice(1))).toBe('main.affordable shop/walk.go:4');
  });

  it('is null when only the library is in the stack', () => {
    expect(mapSite(stack.slice(0, 3), 0)).toBeNull();
  });
});
