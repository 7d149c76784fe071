import { Client, credentials, type CallOptions, type ChannelCredentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';

import { type Endpoint, judgeGrpcFailure, judgeGrpcResponse, type Transport, type Verdict } from '../bridge';
import type { PemFiles } from './certificates';

/** Options of {@link grpcTransport}. */
export interface GrpcOptions {
  /** Full name of the method, like /opentelemetry.proto.collector.trace.v1.TraceService/Export. */
  readonly method: string;
  readonly compression: 'gzip' | 'none';
  readonly pem: PemFiles;
}

const gzipAlgorithm = 2;
const usualPort = '4317';
/** grpc-js says in words alone why it has no connection; these are the words of OpenSSL and the codes of sockets. */
const failures: readonly (readonly [RegExp, string])[] = [
  [/self-signed certificate in certificate chain/i, 'SELF_SIGNED_CERT_IN_CHAIN'],
  [/self-signed certificate/i, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  [/unable to (verify the first|get local issuer|get issuer) certificate/i, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  [/certificate has expired/i, 'CERT_HAS_EXPIRED'],
  [/does not match certificate/i, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  [/wrong version number/i, 'ERR_SSL_WRONG_VERSION_NUMBER'],
  [/Name resolution failed/i, 'ENOTFOUND'],
  [/Protocol error/i, 'ERR_HTTP2_SESSION_ERROR'],
];

/** OTLP/gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc) to `http://host:4317`, or with TLS to `https://host:4317`. */
export function grpcTransport({ url, headers }: Endpoint, { method, compression, pem }: GrpcOptions): Transport {
  const { protocol, hostname, port } = new URL(url);
  const address = `${hostname}:${port || usualPort}`;
  const client = new Client(address, credentialsOf(protocol, pem), {
    'grpc.default_compression_algorithm': compression === 'gzip' ? gzipAlgorithm : 0,
    // Retries are this program's own: it counts and says them.
    'grpc.enable_retries': 0,
    'grpc.initial_reconnect_backoff_ms': 500,
    'grpc.max_reconnect_backoff_ms': 5000,
  });
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    metadata.set(name, value);
  }
  return {
    host: address,
    send: async (body, signal) =>
      new Promise<Verdict>((resolve, reject) => {
        const options: CallOptions = {};
        const call = client.makeUnaryRequest(
          method,
          (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
          (bytes: Buffer) => bytes,
          body,
          metadata,
          options,
          (error, response) => {
            signal.removeEventListener('abort', cancel);
            if (error === null) {
              resolve(judgeGrpcResponse(new Uint8Array(response ?? [])));
            } else if (signal.aborted || isWithoutConnection(error)) {
              reject(
                signal.aborted ? abortReason(signal) : Object.assign(new Error(error.details), { code: codeOfConnection(error.details) }),
              );
            } else {
              const [details] = error.metadata.get('grpc-status-details-bin');
              resolve(
                judgeGrpcFailure({
                  code: status[error.code],
                  message: error.details,
                  details: Buffer.isBuffer(details) ? new Uint8Array(details) : null,
                }),
              );
            }
          },
        );
        const cancel = () => call.cancel();
        signal.addEventListener('abort', cancel);
      }),
  };
}

function credentialsOf(protocol: string, { ca, key, cert }: PemFiles): ChannelCredentials {
  if (protocol !== 'https:' && ca === undefined) {
    return credentials.createInsecure();
  }
  const bytes = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  return credentials.createSsl(bytes(ca), bytes(key), bytes(cert));
}

/** A call that never got to a server. */
function isWithoutConnection({ code, details }: ServiceError): boolean {
  return code === status.UNAVAILABLE && /No connection established|Name resolution failed/.test(details);
}

function codeOfConnection(details: string): string {
  return failures.find(([words]) => words.test(details))?.[1] ?? /\bE[A-Z]{4,}\b/.exec(details)?.[0] ?? 'ECONNREFUSED';
}

function abortReason(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new DOMException('stopped', 'AbortError');
}
