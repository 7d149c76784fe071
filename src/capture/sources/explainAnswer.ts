import { excerpt, GclensError } from '../../base';
import { parseS3Error, type S3Error } from './listings';

/** An answer that is no capture, as far as it was read. */
export interface Refusal {
  readonly status: number;
  readonly contentType: string;
  /** The first bytes of the body. */
  readonly start: Uint8Array;
  /** How long the head of the answer took. */
  readonly tookMs: number;
}

/** What was asked, for the message. */
export interface Asked {
  /** The path, without its query string, which may hold a signature. */
  readonly name: string;
  /** Through Grafana's data source proxy, whose own answers are told from those behind it. */
  readonly isProxied: boolean;
  /** How long the proxy waits for the head of an answer. */
  readonly timeoutSeconds: number;
}

interface Explanation {
  readonly reason: string;
  readonly advice: string;
}

/** Why there is no capture in an answer whose status is not 2xx, and what to do. */
export function explainRefusal(refusal: Refusal, asked: Asked): GclensError {
  const text = new TextDecoder().decode(refusal.start);
  const s3 = parseS3Error(text);
  const { reason, advice } =
    explainPprof(refusal, text) ??
    (s3 === undefined ? undefined : explainS3(refusal, s3)) ??
    (asked.isProxied ? explainProxy(refusal, text, asked) : undefined) ??
    explainStatus(refusal, text);
  return new GclensError(reason, { file: asked.name, advice });
}

/** What net/http/pprof says (Go src/net/http/pprof/pprof.go). */
function explainPprof({ status }: Refusal, text: string): Explanation | undefined {
  const said = excerpt(text.trim());
  if (/Could not enable (CPU profiling|tracing)/.test(text)) {
    return {
      reason: `the service is recording already (“${said}”)`,
      advice:
        'A Go program records one CPU profile and one trace at a time: wait for the other one, or find out who takes it (a continuous profiler does all the time)',
    };
  }
  if (/profile duration exceeds server's WriteTimeout/.test(text)) {
    return {
      reason: `the service ends answers sooner than the capture takes (“${said}”)`,
      advice: "Ask for fewer seconds, or raise the WriteTimeout of the service's http.Server for /debug/pprof",
    };
  }
  if (status === 404 && /^Unknown profile/.test(text)) {
    return { reason: 'the service has no profile of this name', advice: 'Choose another profile' };
  }
  return undefined;
}

const s3Advice: Readonly<Record<string, string>> = {
  AccessDenied:
    'Allow s3:ListBucket and s3:GetObject to everybody, or give a bearer token (Authorization) or basic authentication as a header in the settings; if the address is presigned, it has expired or lacks something',
  InvalidRequest: 'The bucket wants signed requests: make it readable, or put a gateway before it that signs',
  SignatureDoesNotMatch: 'The address was changed after it was signed: sign it for this very host and path',
  ExpiredToken: 'Sign the address anew',
  RequestTimeTooSkewed: 'The clocks of store and signer differ: set them right',
  NoSuchKey: 'The file is gone or has another name. The URL ends with the name of the bucket; folders in it stand in the path pattern',
  NoSuchBucket: 'The URL ends with the name of the bucket: correct it',
  PermanentRedirect: 'The bucket lives in another region: use the address of that region',
  SlowDown: 'The store is busy: try again later',
};

function explainS3({ status }: Refusal, { code, message }: S3Error): Explanation {
  return {
    reason: `the store answered HTTP ${status} ${excerpt(code)} (“${excerpt(message)}”)`,
    advice: (Object.hasOwn(s3Advice, code) ? s3Advice[code] : undefined) ?? 'Look at the permissions and the logs of the store',
  };
}

/** Grafana's own answers (pkg/api/pluginproxy, pkg/services/accesscontrol). */
function explainProxy({ status, start, tookMs }: Refusal, text: string, { timeoutSeconds }: Asked): Explanation | undefined {
  if (status === 401) {
    return { reason: 'Grafana does not know who you are (HTTP 401)', advice: 'Log in again' };
  }
  if (status === 400 && /Authentication to data source failed/.test(text)) {
    return {
      reason: 'the service refused the credentials (HTTP 401 behind Grafana)',
      advice: 'Set basic authentication, or a header with its secret value, in the settings',
    };
  }
  if (status === 403 && /"accessErrorId"|additional permissions|Access denied/.test(text)) {
    return { reason: 'Grafana does not let you use this data source (HTTP 403)', advice: 'Ask for the permission datasources:query on it' };
  }
  if (status === 403 && /non-whitelisted|not whitelisted|whitelist/i.test(text)) {
    return { reason: 'Grafana may not reach this host (HTTP 403)', advice: 'Add host:port to data_source_proxy_whitelist in grafana.ini' };
  }
  if (status === 404 && /"message":\s*"(Data source not found|Unable to find datasource|Not found)"/i.test(text)) {
    return {
      reason: 'Grafana has no such data source any more (HTTP 404)',
      advice: 'Reload the page; if that does not help, choose another data source',
    };
  }
  if (status === 499) {
    return { reason: 'the request was cancelled', advice: 'Run the query again' };
  }
  if ((status === 502 || status === 504) && start.length === 0 && tookMs >= (timeoutSeconds - 1) * 1000) {
    return {
      reason: `no answer began within ${timeoutSeconds} s (HTTP ${status} with an empty body)`,
      advice:
        'Raise “Timeout” in the settings above the seconds of the capture, or ask for fewer seconds; a proxy before Grafana may have a timeout of its own',
    };
  }
  if (status === 502) {
    return {
      reason: `Grafana’s server cannot reach the service (HTTP 502${said(text)})`,
      advice:
        'The URL in the settings is reached from Grafana’s server, not from this browser: look whether host and port are right and the service runs',
    };
  }
  return undefined;
}

const statusExplanations: Readonly<Record<number, Explanation>> = {
  401: {
    reason: 'the service wants credentials',
    advice: 'Set basic authentication or an Authorization header in the settings',
  },
  403: {
    reason: 'the service forbids it',
    advice: 'Allow the path, or set the credentials in the settings; a directory may not be listed there',
  },
  404: { reason: 'there is nothing at this path', advice: 'The file may be gone: choose another, or correct the URL' },
  405: { reason: 'this path does not take the method', advice: 'Choose GET or POST as the service wants' },
  407: { reason: 'a proxy on the way wants credentials', advice: 'Set them where the proxy is configured' },
  410: { reason: 'the file is gone', advice: 'Choose another' },
  429: { reason: 'the service wants fewer requests', advice: 'Try again later, or refresh the dashboard less often' },
  503: { reason: 'the service cannot answer now', advice: 'Try again later' },
  504: { reason: 'a proxy on the way waited too long', advice: 'Ask for fewer seconds, or raise the timeout of that proxy' },
};

function explainStatus({ status, contentType }: Refusal, text: string): Explanation {
  const known = statusExplanations[status] ?? {
    reason: status >= 500 ? 'the service failed' : 'the service refused',
    advice: 'Look at the logs of the service',
  };
  return { ...known, reason: `${known.reason} (HTTP ${status}${isHtml(contentType, text) ? ' with an HTML page' : said(text)})` };
}

/** Why what came with a 2xx status is no capture; undefined where it may be one. */
export function explainContent({ status, contentType, start }: Refusal, asked: Asked): GclensError | undefined {
  const text = new TextDecoder().decode(start);
  if (start.length === 0) {
    return new GclensError(`the answer is empty (HTTP ${status})`, {
      file: asked.name,
      advice: 'Look whether the service writes a capture there',
    });
  }
  if (!isHtml(contentType, text)) {
    return undefined;
  }
  const isLogin = /type\s*=\s*["']?password|<title>[^<]*(log ?in|sign ?in|sso|auth)/i.test(text);
  return new GclensError(`the answer is an HTML page, not a capture (HTTP ${status})`, {
    file: asked.name,
    ...(isLogin ? { looksLike: 'a login page' } : {}),
    advice: isLogin
      ? 'The service wants a login: set credentials in the settings, or let Grafana past the login'
      : 'The path is that of a page: look at the URL and the path',
  });
}

function isHtml(contentType: string, text: string): boolean {
  return /^\s*<(!doctype html|html|head|body)\b/i.test(text) || (/text\/html/i.test(contentType) && /^\s*</.test(text));
}

function said(text: string): string {
  const message = messageOf(text).trim();
  return message === '' || message.startsWith('<') ? '' : `, “${excerpt(message)}”`;
}

function messageOf(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string' ? value.message : text;
  } catch {
    return text;
  }
}
