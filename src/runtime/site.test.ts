import { siteOf } from './site';

describe('siteOf', () => {
  it('passes over the runtime and reflect, not over packages whose name begins alike', () => {
    const stack = [
      { function: 'runtime.mallocgc', file: '/go/src/runtime/malloc.go', line: 1 },
      { function: 'reflect.New', file: '/go/src/reflect/value.go', line: 2 },
      { function: 'runtime/debug.freeOSMemory', file: 'runtime/mheap.go', line: 1814 },
    ];
    expect(siteOf(stack)).toBe('runtime/debug.freeOSMemory runtime/mheap.go:1814');
    expect(siteOf(stack.slice(0, 2))).toBeNull();
  });
});
