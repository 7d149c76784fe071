import { once } from 'node:events';
import { createServer, type Server } from 'node:http';

import { GclensError } from '../../base';
import { errorCode } from '../errorCode';
import type { WatchMetrics } from './watchMetrics';

/** Where to listen. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Serves `/healthz` (503 while the source cannot be read) and `/metrics`. @throws GclensError when the address cannot be listened at */
export async function serveWatch({ host, port }: ListenAddress, metrics: WatchMetrics, isHealthy: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/s, '');
    if (path === '/healthz') {
      response
        .writeHead(isHealthy() ? 200 : 503, { 'content-type': 'text/plain' })
        .end(isHealthy() ? 'ok\n' : 'the source cannot be read\n');
    } else if (path === '/metrics') {
      void metrics.registry.metrics().then((text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text));
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('There are /healthz and /metrics.\n');
    }
  });
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new GclensError(`cannot listen at ${host}:${port} (${errorCode(error)})`);
  }
  return server;
}
