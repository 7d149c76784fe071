import { enclosingFunction, hideTypeArguments } from './functionName';

describe('hideTypeArguments', () => {
  it.each([
    ['main.f', 'main.f'],
    ['maps.Keys[go.shape.map[int]int,go.shape.int].func1', 'maps.Keys[...].func1'],
    ['sync.(*HashTrieMap[go.shape.interface {}]).Load[go.shape.int]', 'sync.(*HashTrieMap[...]).Load[...]'],
    ['maps.Keys[...].func1', 'maps.Keys[...].func1'],
    ['broken[go.shape', 'broken[...]'],
  ])('%s becomes %s', (name, shown) => {
    expect(hideTypeArguments(name)).toBe(shown);
  });
});

describe('enclosingFunction', () => {
  it.each([
    ['main.f.func1.2', 'main.f'],
    ['main.f.gowrap1', 'main.f'],
    ['main.f.deferwrap2.func3.abi0', 'main.f'],
    ['main.func1x', 'main.func1x'],
  ])('%s was made in %s', (name, outer) => {
    expect(enclosingFunction(name)).toBe(outer);
  });
});
