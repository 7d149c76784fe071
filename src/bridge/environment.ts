import { GclensError } from '../base';
import { type Endpoint, parseEndpoint, parseHeaders } from './endpoint';
import { decodePercent, readNameValueList } from './nameValueList';
import type { Signal } from './signal';

/** How bodies of requests are compressed. */
export type Compression = 'gzip' | 'none';

/** What OTEL_EXPORTER_OTLP_PROTOCOL may say. */
const protocols = ['grpc', 'http/protobuf', 'http/json'] as const;
export type OtlpProtocol = (typeof protocols)[number];

/** What the standard environment variables of OTLP exporters say; a member is missing where nothing was said. */
export interface ExporterSettings {
  readonly endpoint?: Endpoint;
  /** Headers for an endpoint that is given otherwise. */
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol?: OtlpProtocol;
  readonly compression?: Compression;
  /** Time of one attempt. */
  readonly attemptMs?: number;
  readonly certificates: CertificateFiles;
  readonly serviceName?: string;
  readonly resourceAttributes: Readonly<Record<string, string>>;
  /** What was not understood and is therefore not used. */
  readonly problems: readonly string[];
}

/** Paths of PEM files. */
export interface CertificateFiles {
  readonly authority: string | undefined;
  readonly client: string | undefined;
  readonly clientKey: string | undefined;
}

/** Environment variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the variables that OpenTelemetry exporters share (https://opentelemetry.io/docs/specs/otel/protocol/exporter/); one for a signal, like
 * `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, goes before the one for all signals. Its address is taken as it stands, `OTEL_EXPORTER_OTLP_ENDPOINT` gets the signal's path.
 * @throws GclensError for values that must not be passed over: an address, headers, a protocol that is not spoken here
 */
export function readExporterEnvironment(environment: Environment, signal: Signal = 'traces'): ExporterSettings {
  const problems: string[] = [];
  const ofSignal = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}`;
  const read = (name: string) => firstOf(environment, `${ofSignal}_${name}`, `OTEL_EXPORTER_OTLP_${name}`);
  const headers = parseHeaders(read('HEADERS') ?? '');
  const attributes = readResourceAttributes(firstOf(environment, 'OTEL_RESOURCE_ATTRIBUTES'), problems);
  const serviceName = firstOf(environment, 'OTEL_SERVICE_NAME') ?? attributes['service.name'];
  const protocol = readProtocol(read('PROTOCOL'));
  const complete = firstOf(environment, `${ofSignal}_ENDPOINT`);
  const address = complete ?? firstOf(environment, 'OTEL_EXPORTER_OTLP_ENDPOINT');
  const isComplete = complete !== undefined || protocol === 'grpc';
  const endpoint = address === undefined ? undefined : parseEndpoint(address, headers, { isComplete, signal });
  const compression = readCompression(read('COMPRESSION'), problems);
  const attemptMs = readTimeout(read('TIMEOUT'), problems);
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    headers,
    ...(protocol === undefined ? {} : { protocol }),
    ...(compression === undefined ? {} : { compression }),
    ...(attemptMs === undefined ? {} : { attemptMs }),
    certificates: { authority: read('CERTIFICATE'), client: read('CLIENT_CERTIFICATE'), clientKey: read('CLIENT_KEY') },
    ...(serviceName === undefined ? {} : { serviceName }),
    resourceAttributes: attributes,
    problems,
  };
}

/** The first variable that is set; an empty one counts as not set, as the specification says. */
function firstOf(environment: Environment, ...names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]?.trim()).find((value) => value !== undefined && value !== '');
}

function readProtocol(text: string | undefined): OtlpProtocol | undefined {
  const protocol = protocols.find((known) => known === text);
  if (text !== undefined && protocol === undefined) {
    throw new GclensError(`OTEL_EXPORTER_OTLP_PROTOCOL is ${JSON.stringify(text)}, which gclens does not speak`, {
      advice: `Set it to one of ${protocols.join(', ')}; receivers take HTTP on port 4318, gRPC on 4317.`,
    });
  }
  return protocol;
}

function readCompression(value: string | undefined, problems: string[]): Compression | undefined {
  if (value === undefined || value === 'gzip' || value === 'none') {
    return value;
  }
  problems.push(`OTEL_EXPORTER_OTLP_COMPRESSION is ${JSON.stringify(value)}, neither gzip nor none: gzip is used`);
  return undefined;
}

function readTimeout(value: string | undefined, problems: string[]): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const milliseconds = Number(value);
  if (/^\d{1,9}$/.test(value) && milliseconds > 0) {
    return milliseconds;
  }
  problems.push(`OTEL_EXPORTER_OTLP_TIMEOUT is ${JSON.stringify(value)}, not a number of milliseconds above 0: it is not used`);
  return undefined;
}

/**
 * Attributes as `name=value,name=value` with percent-encoded values. One that is damaged discards all of them, as the specification of resources demands
 * (https://opentelemetry.io/docs/specs/otel/resource/sdk/#specifying-resource-information-via-an-environment-variable).
 */
function readResourceAttributes(text: string | undefined, problems: string[]): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const { position, name: encodedName, value } of readNameValueList(text ?? '')) {
    const name = decodePercent(encodedName);
    if (name === null || name === '' || value === null) {
      problems.push(`entry ${position} of OTEL_RESOURCE_ATTRIBUTES is not name=value with percent-encoded values: none of them is used`);
      return {};
    }
    attributes[name] = value;
  }
  return attributes;
}
