import { readExporterEnvironment } from './environment';

describe('readExporterEnvironment', () => {
  it('adds the traces path to the address of all signals, and takes that of traces as it stands', () => {
    expect(readExporterEnvironment({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/otlp/' }).endpoint?.url).toBe(
      'http://collector:4318/otlp/v1/traces',
    );
    const both = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://all:4318', OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://traces:4318/ingest' };
    expect(readExporterEnvironment(both).endpoint?.url).toBe('http://traces:4318/ingest');
  });

  it('lets a variable for traces go before the one for all, and takes an empty one as not set', () => {
    const settings = readExporterEnvironment({
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'http/json',
      OTEL_EXPORTER_OTLP_HEADERS: 'a=1',
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: '',
      OTEL_EXPORTER_OTLP_TIMEOUT: '5000',
      OTEL_EXPORTER_OTLP_COMPRESSION: 'none',
      OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
    });
    expect(settings).toMatchObject({
      protocol: 'http/json',
      headers: { a: '1' },
      attemptMs: 5000,
      compression: 'none',
      certificates: { authority: '/ca.pem' },
      problems: [],
    });
    expect(settings.endpoint).toBeUndefined();
  });

  it('names the service by its own variable first', () => {
    const attributes = 'service.name=from-attributes,deployment.environment=a%20b';
    expect(readExporterEnvironment({ OTEL_RESOURCE_ATTRIBUTES: attributes })).toMatchObject({
      serviceName: 'from-attributes',
      resourceAttributes: { 'deployment.environment': 'a b' },
    });
    expect(readExporterEnvironment({ OTEL_RESOURCE_ATTRIBUTES: attributes, OTEL_SERVICE_NAME: 'shop' }).serviceName).toBe('shop');
  });

  it.each([
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b' }, /entry 2 of OTEL_RESOURCE_ATTRIBUTES/],
    [{ OTEL_RESOURCE_ATTRIBUTES: 'a=%zz' }, /entry 1 of OTEL_RESOURCE_ATTRIBUTES/],
    [{ OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' }, /OTEL_EXPORTER_OTLP_TIMEOUT is "soon"/],
    [{ OTEL_EXPORTER_OTLP_COMPRESSION: 'zstd' }, /OTEL_EXPORTER_OTLP_COMPRESSION is "zstd"/],
  ])('says what it cannot use: %j', (environment, problem) => {
    const { problems, resourceAttributes, attemptMs, compression } = readExporterEnvironment(environment);
    expect(problems).toEqual([expect.stringMatching(problem)]);
    expect([resourceAttributes, attemptMs, compression]).toEqual([{}, undefined, undefined]);
  });

  it('refuses gRPC and tells what to set', () => {
    expect(() => readExporterEnvironment({ OTEL_EXPORTER_OTLP_PROTOCOL: 'thrift' })).toThrow(/"thrift".*grpc, http\/protobuf, http\/json/s);
  });

  it('never shows a header', () => {
    expect(() => readExporterEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization' })).toThrow(/entry 1/);
    expect(() => readExporterEnvironment({ OTEL_EXPORTER_OTLP_HEADERS: 'bad name=secret' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') as string }) as Error,
    );
  });

  it('gives gRPC an address without a path, and each signal its own', () => {
    const ofAll = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    expect(readExporterEnvironment(ofAll).endpoint?.url).toBe('http://collector:4317/');
    const ofHttp = {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://mimir/otlp/v1/metrics',
    };
    expect(readExporterEnvironment(ofHttp, 'metrics').endpoint?.url).toBe('http://mimir/otlp/v1/metrics');
    expect(readExporterEnvironment(ofHttp, 'profiles').endpoint?.url).toBe('http://collector:4318/v1development/profiles');
  });
});
