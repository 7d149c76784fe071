import { memberOf } from './memberOf';

/** A request that got no answer: why, and whether trying again can help. */
export interface NoAnswer {
  readonly reason: string;
  /** Nothing was listening or the name is unknown: worth a retry only where something answered before. */
  readonly kind: 'unreachable' | 'interrupted' | 'untrusted';
}

const unreachable: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is the receiver running?',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  UND_ERR_CONNECT_TIMEOUT: 'the host does not answer',
  ETIMEDOUT: 'the host does not answer',
  ERR_HTTP2_SESSION_ERROR: 'it does not speak gRPC: that is on port 4317, HTTP on 4318 with OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
};

const untrusted: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate comes from an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate comes from an unknown authority',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: do the clocks agree?',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: use http:// instead of https://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: use http:// instead of https://',
};

/** What a named authority helps against. */
const wantsAuthority = /self-signed|unknown authority/;

/**
 * Explains why a fetch got no answer. The code of the socket is in the error's chain of causes.
 * @param authorityVariable the environment variable that names a file of trusted authorities
 */
export function explainNoAnswer(error: unknown, authorityVariable = 'OTEL_EXPORTER_OTLP_CERTIFICATE'): NoAnswer {
  const codes = codesOf(error);
  for (const code of codes) {
    if (untrusted[code] !== undefined) {
      const advice = wantsAuthority.test(untrusted[code]) ? `: name its authority with ${authorityVariable}=ca.pem` : '';
      return { kind: 'untrusted', reason: `${untrusted[code]}${advice}` };
    }
    if (unreachable[code] !== undefined) {
      return { kind: 'unreachable', reason: `${unreachable[code]} (${code})` };
    }
  }
  if (codes.some((code) => code.startsWith('HPE_'))) {
    return {
      kind: 'unreachable',
      reason: 'it does not speak HTTP/1: on the port of gRPC (4317) set OTEL_EXPORTER_OTLP_PROTOCOL=grpc, or use 4318',
    };
  }
  if (memberOf(error, 'name') === 'TimeoutError') {
    return { kind: 'interrupted', reason: 'the answer took too long' };
  }
  const [code] = codes;
  // Without a code no socket was opened: browsers and Node refuse some ports, browsers hide why.
  return code === undefined
    ? { kind: 'unreachable', reason: `no connection can be made (${reasonOf(error)})` }
    : { kind: 'interrupted', reason: `the connection broke (${code})` };
}

/** Codes along the causes of an error, several of them where a host has several addresses. Errors may come from another realm, so no `instanceof`. */
function codesOf(error: unknown): string[] {
  const codes: string[] = [];
  const pending: unknown[] = [error];
  for (let depth = 0; depth < 16 && pending.length > 0; depth++) {
    const current = pending.shift();
    const code = memberOf(current, 'code');
    if (typeof code === 'string') {
      codes.push(code);
    }
    const several = memberOf(current, 'errors');
    pending.push(memberOf(current, 'cause'), ...(Array.isArray(several) ? several : []));
  }
  return codes;
}

/** The message of the innermost cause. */
function reasonOf(error: unknown): string {
  const cause = memberOf(error, 'cause');
  const message = memberOf(cause ?? error, 'message');
  return typeof message === 'string' ? message : 'no reason given';
}
