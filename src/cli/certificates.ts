import { existsSync, readFileSync } from 'node:fs';
import { Agent, fetch as fetchWith } from 'undici';

import { GclensError } from '../base';
import type { CertificateFiles, Post } from '../bridge';

/** Contents of PEM files. */
export interface PemFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/**
 * Reads the files that OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY name.
 * @throws GclensError when a file is not there or is no PEM, or a certificate has no key
 */
export function readPemFiles({ authority, client, clientKey }: CertificateFiles): PemFiles {
  if ((client === undefined) !== (clientKey === undefined)) {
    throw new GclensError(
      `OTEL_EXPORTER_OTLP_${client === undefined ? 'CLIENT_KEY' : 'CLIENT_CERTIFICATE'} is set without its ${client === undefined ? 'certificate' : 'key'}`,
      { advice: 'Set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY together.' },
    );
  }
  return {
    ...(authority === undefined ? {} : { ca: readPem(authority, 'OTEL_EXPORTER_OTLP_CERTIFICATE') }),
    ...(client === undefined ? {} : { cert: readPem(client, 'OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE') }),
    ...(clientKey === undefined ? {} : { key: readPem(clientKey, 'OTEL_EXPORTER_OTLP_CLIENT_KEY') }),
  };
}

/** A {@link Post} that trusts an authority or shows a client's certificate; undefined where there is none. */
export function postWithCertificates(files: PemFiles): Post | undefined {
  if (Object.keys(files).length === 0) {
    return undefined;
  }
  const dispatcher = new Agent({ connect: { ...files } });
  return async (url, request) => fetchWith(url, { ...request, dispatcher });
}

/** The text of a PEM file. @param variable of the environment that names it @throws GclensError when it is not there or no PEM */
export function readPem(file: string, variable: string): string {
  if (!existsSync(file)) {
    throw new GclensError(`${variable}: there is no file ${file}`);
  }
  const text = readFileSync(file, 'utf8');
  if (!text.includes('-----BEGIN ')) {
    throw new GclensError(`${variable}: ${file} is no PEM file`, {
      advice: 'It begins with -----BEGIN CERTIFICATE----- or a key.',
    });
  }
  return text;
}
