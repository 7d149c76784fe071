import { existsSync, readFileSync } from 'node:fs';
import { Agent, fetch as fetchWith } from 'undici';

import { GclensError } from '../base';
import type { CertificateFiles, Post } from '../bridge';

/**
 * A {@link Post} that trusts an authority or shows a client's certificate, as OTEL_EXPORTER_OTLP_CERTIFICATE, _CLIENT_CERTIFICATE and _CLIENT_KEY name them; undefined
 * where none is named.
 * @throws GclensError when a file is not there or is no PEM, or a certificate has no key
 */
export function postWithCertificates({ authority, client, clientKey }: CertificateFiles): Post | undefined {
  if (authority === undefined && client === undefined && clientKey === undefined) {
    return undefined;
  }
  if ((client === undefined) !== (clientKey === undefined)) {
    throw new GclensError(
      `OTEL_EXPORTER_OTLP_${client === undefined ? 'CLIENT_KEY' : 'CLIENT_CERTIFICATE'} is set without its ${client === undefined ? 'certificate' : 'key'}`,
      { advice: 'Set OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE and OTEL_EXPORTER_OTLP_CLIENT_KEY together.' },
    );
  }
  const dispatcher = new Agent({
    connect: {
      ...(authority === undefined ? {} : { ca: readPem(authority, 'CERTIFICATE') }),
      ...(client === undefined ? {} : { cert: readPem(client, 'CLIENT_CERTIFICATE') }),
      ...(clientKey === undefined ? {} : { key: readPem(clientKey, 'CLIENT_KEY') }),
    },
  });
  return async (url, request) => fetchWith(url, { ...request, dispatcher });
}

function readPem(file: string, variable: string): string {
  if (!existsSync(file)) {
    throw new GclensError(`OTEL_EXPORTER_OTLP_${variable}: there is no file ${file}`);
  }
  const text = readFileSync(file, 'utf8');
  if (!text.includes('-----BEGIN ')) {
    throw new GclensError(`OTEL_EXPORTER_OTLP_${variable}: ${file} is no PEM file`, {
      advice: 'It begins with -----BEGIN CERTIFICATE----- or a key.',
    });
  }
  return text;
}
