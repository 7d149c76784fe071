import { serviceNameOf } from './serviceName';

function request(...names: string[]): string {
  const resourceSpans = names.map((name) => ({
    resource: {
      attributes: [
        { key: 'host.name', value: { stringValue: 'h' } },
        { key: 'service.name', value: { stringValue: name } },
      ],
    },
  }));
  return JSON.stringify({ resourceSpans });
}

describe('serviceNameOf', () => {
  const of = (text: string) => serviceNameOf(new TextEncoder().encode(text));

  it('is the name that all resources share, in one request or one a line', () => {
    expect(of(request('shop', 'shop'))).toBe('shop');
    expect(of(`${request('shop')}\n${request('shop')}\n`)).toBe('shop');
  });

  it('is unknown where several services are in the file, or none', () => {
    expect(of(request('shop', 'cart'))).toBeUndefined();
    expect(of('{"resourceSpans":[{}]}')).toBeUndefined();
    expect(of('no JSON')).toBeUndefined();
  });
});
