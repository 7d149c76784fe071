import { readFileSync } from 'node:fs';
import { type Authenticator, credsAuthenticator, nkeyAuthenticator, type NodeConnectionOptions } from '@nats-io/transport-node';

import { GclensError } from '../../../base';
import type { Environment } from '../../../bridge';
import { decodePath } from '../../../capture';
import { readPem } from '../../certificates';
import { valueOf } from '../../environment';
import { errorCode } from '../../errorCode';

/** Where names of captures come from. */
export interface QueueAddress {
  /** Without credentials. */
  readonly server: string;
  readonly options: NodeConnectionOptions;
}

/**
 * The address of a NATS server, or of several of a cluster with commas between them. Credentials and certificates are what the variables of the `nats` command say: NATS_USER and
 * NATS_PASSWORD, NATS_TOKEN, NATS_NKEY or NATS_CREDS (files), NATS_CA, NATS_CERT, NATS_KEY (files); a user name and password in the address come before them.
 * @throws GclensError that shows no credentials, for an address that is none, and for files that are not there or of another kind
 */
export function parseQueueAddress(text: string, environment: Environment): QueueAddress {
  const urls = text.split(',').map((one) => parseServer(one.trim()));
  const [ca, cert, key] = ['NATS_CA', 'NATS_CERT', 'NATS_KEY'].map((variable) => {
    const file = valueOf(environment, variable);
    return file === undefined ? undefined : readPem(file, variable);
  });
  if ((cert === undefined) !== (key === undefined)) {
    throw new GclensError('NATS_CERT and NATS_KEY are set only together');
  }
  const files = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  };
  const isTls = urls.some(({ protocol }) => protocol === 'tls:') || Object.keys(files).length > 0;
  return {
    server: urls.map(({ host }) => host).join(','),
    options: {
      servers: urls.map(({ host }) => host),
      name: 'gclens watch',
      maxReconnectAttempts: -1,
      ...credentialsOf(urls, environment),
      ...(isTls ? { tls: files } : {}),
    },
  };
}

function parseServer(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^(nats|tls):$/.test(url.protocol) || url.hostname === '') {
    throw new GclensError('--queue is no address of a NATS server', { advice: 'Write it as nats://host:4222, or tls://host:4222.' });
  }
  return url;
}

type Credentials = Pick<NodeConnectionOptions, 'user' | 'pass' | 'token' | 'authenticator'>;

function credentialsOf(urls: readonly URL[], environment: Environment): Credentials {
  const url = urls.find(({ username }) => username !== '');
  const user = url === undefined ? valueOf(environment, 'NATS_USER') : decodePath(url.username);
  const password = url === undefined || url.password === '' ? valueOf(environment, 'NATS_PASSWORD') : decodePath(url.password);
  const token = valueOf(environment, 'NATS_TOKEN');
  const given: readonly (readonly [what: string, credentials: Credentials])[] = [
    // A user name alone is a token, as for all clients of NATS.
    ...(user === undefined ? [] : [['a user name', password === undefined ? { token: user } : { user, pass: password }] as const]),
    ...(token === undefined ? [] : [['NATS_TOKEN', { token }] as const]),
    ...keyOf('NATS_NKEY', /^SU[A-Z2-7]{56}$/, nkeyAuthenticator, environment),
    ...keyOf('NATS_CREDS', /-BEGIN NATS USER JWT-[^]*-BEGIN USER NKEY SEED-/, credsAuthenticator, environment),
  ];
  const [first, second] = given;
  if (first !== undefined && second !== undefined) {
    throw new GclensError(`both ${first[0]} and ${second[0]} are set as credentials of the queue`, { advice: 'Set one of them.' });
  }
  return first?.[1] ?? {};
}

/** Credentials in a file: read anew for each connection, since they are renewed while a worker runs. */
function keyOf(
  variable: string,
  form: RegExp,
  make: (read: () => Uint8Array) => Authenticator,
  environment: Environment,
): (readonly [string, Credentials])[] {
  const file = valueOf(environment, variable);
  if (file === undefined) {
    return [];
  }
  const read = () => {
    let text;
    try {
      text = readFileSync(file, 'utf8').trim();
    } catch (error) {
      throw new GclensError(`${variable}: the file cannot be read (${errorCode(error)})`, { file });
    }
    if (!form.test(text)) {
      throw new GclensError(`${variable}: this file holds no such credentials`, {
        file,
        advice: variable === 'NATS_NKEY' ? 'It holds the seed of a user, which begins with SU.' : 'It is what `nsc generate creds` writes.',
      });
    }
    return new TextEncoder().encode(text);
  };
  read();
  return [[variable, { authenticator: make(read) }]];
}
