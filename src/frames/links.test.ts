import { tracingLink, viewLink } from './links';

const linkTo = (type: string) =>
  tracingLink({ refId: 'A', tracingDatasource: { uid: 'traces', name: 'Traces', type } }, '4bf92f3577b34da6a3ce929d0e0e4736')[0];

describe('tracingLink', () => {
  it.each([
    ['tempo', { refId: 'A', queryType: 'traceql', query: '4bf92f3577b34da6a3ce929d0e0e4736' }],
    ['jaeger', { refId: 'A', query: '4bf92f3577b34da6a3ce929d0e0e4736' }],
    ['zipkin', { refId: 'A', query: '4bf92f3577b34da6a3ce929d0e0e4736' }],
  ])('asks %s for a trace as its own query editor does', (type, query) => {
    expect(linkTo(type)).toEqual({
      title: 'Trace of the application',
      url: '',
      internal: { datasourceUid: 'traces', datasourceName: 'Traces', query },
    });
  });

  it('is none where no tracing data source is configured', () => {
    expect(tracingLink({ refId: 'A' }, '4bf92f3577b34da6a3ce929d0e0e4736')).toEqual([]);
  });
});

describe('viewLink', () => {
  it('is none where nothing that fits into a link finds the captures again', () => {
    const context = { refId: 'A', datasource: { uid: 'gclens', name: 'gclens' }, linkCaptures: [] };
    expect(viewLink(context, 'Requests', { view: 'requests', captures: [{ by: 'sample' }] })).toEqual([]);
  });
});
