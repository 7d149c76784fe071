import { GclensError } from '../base';
import { decodePercent, readNameValueList } from './nameValueList';
import { type Signal, signals } from './signal';

/** Where spans go, with what the receiver must be told. Header values may be secrets: they are never shown. */
export interface Endpoint {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Options of {@link parseEndpoint}. */
export interface EndpointOptions {
  /** The address is that of the signal already, or of gRPC, which has no paths: nothing is added. */
  readonly isComplete?: boolean;
  /** `traces` without. */
  readonly signal?: Signal;
}

const advice = 'Give the address of an OTLP/HTTP receiver, like http://localhost:4318.';

/**
 * The address of a signal of an OTLP/HTTP receiver: its path, like `/v1/traces`, is added in the place of that of another signal
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#endpoint-urls-for-otlphttp). A user name in the address becomes a Basic authorization.
 * @throws GclensError when the text is no http(s) address
 */
export function parseEndpoint(text: string, headers: Readonly<Record<string, string>> = {}, options: EndpointOptions = {}): Endpoint {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new GclensError(`"${withoutCredentials(text)}" is no http address`, { advice });
  }
  const user = decodePercent(url.username);
  const password = decodePercent(url.password);
  if (user === null || password === null) {
    throw new GclensError(`the user name or password for "${withoutCredentials(text)}" is not percent-encoded`, {
      advice: 'Write a % in it as %25.',
    });
  }
  const basic: Record<string, string> = user === '' ? {} : { authorization: `Basic ${toBase64(`${user}:${password}`)}` };
  url.username = '';
  url.password = '';
  url.hash = '';
  if (options.isComplete !== true) {
    const path = url.pathname.replace(/\/+$/, '');
    const known = Object.values(signals).find((signal) => path.endsWith(signal.path));
    url.pathname = `${path.slice(0, path.length - (known?.path.length ?? 0))}${signals[options.signal ?? 'traces'].path}`;
  }
  return { url: url.href, headers: { ...basic, ...headers } };
}

/**
 * Headers as OTEL_EXPORTER_OTLP_HEADERS holds them: `name=value,name=value`, values percent-encoded
 * (https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables).
 * @param variable where they were given
 * @throws GclensError that tells the position, never the value
 */
export function parseHeaders(text: string, variable = 'OTEL_EXPORTER_OTLP_HEADERS'): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { position, name, value } of readNameValueList(text)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || value === null || /[\r\n\0]/.test(value)) {
      throw new GclensError(`entry ${position} of ${variable} is not name=value`, {
        advice: `Write ${variable} as name=value,name=value with percent-encoded values.`,
      });
    }
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** An address for a message: nothing of what stands before its last @, which may be a password of any characters. */
export function withoutCredentials(address: string): string {
  return address.replace(/^(.*?\/\/)?.*@/s, '$1');
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}
