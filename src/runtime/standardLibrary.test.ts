import { isStandardLibrary } from './standardLibrary';

describe('isStandardLibrary', () => {
  it.each([
    'runtime.mallocgc',
    'internal/runtime/maps.(*Iter).Next',
    'net/http.(*conn).serve',
    'slices.AppendSeq[go.shape.[]example.com/shop.item,example.com/shop.item]',
    'go/ast.Walk',
    'vendor/golang.org/x/net/http2/hpack.(*Encoder).WriteField',
    'aeshashbody',
    'type:.eq.main.key',
  ])('%s is Go’s own', (name) => {
    expect(isStandardLibrary(name)).toBe(true);
  });

  it.each([
    'main.main',
    'go.opentelemetry.io/otel/sdk/trace.(*tracer).Start',
    'example.com/shop/maps.Keys',
    'shop/internal/store.(*Store).Get',
    'main.collect[go.shape.map[string]net/http.Header].func1',
  ])('%s is not', (name) => {
    expect(isStandardLibrary(name)).toBe(false);
  });
});
