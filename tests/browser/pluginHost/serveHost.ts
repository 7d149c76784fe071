import { createReadStream, existsSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize, resolve } from 'node:path';

import { type React, hostFolder } from './buildHost';

const root = resolve(import.meta.dirname, '../../..');
const pluginPath = '/public/plugins/gclens-datasource/';
const iconsPath = '/public/build/img/icons/';
const nonce = 'c3VwcGxpZWQ';

/** Content security policies of Grafana (conf/defaults.ini, `content_security_policy_template`), and what administrators make of it. */
export const policies = {
  none: undefined,
  default: `script-src 'self' 'unsafe-eval' 'unsafe-inline' 'strict-dynamic' 'nonce-${nonce}';object-src 'none';font-src 'self';style-src 'self' 'unsafe-inline' blob:;img-src * data:;base-uri 'self';connect-src 'self';manifest-src 'self';media-src 'none';form-action 'self'`,
  withoutWasm: `script-src 'self' 'strict-dynamic' 'nonce-${nonce}';object-src 'none';style-src 'self' 'unsafe-inline' blob:;connect-src 'self'`,
  withoutWorkers: `script-src 'self' 'unsafe-eval';object-src 'none';style-src 'self' 'unsafe-inline' blob:;connect-src 'self'`,
} as const;

/** A page with one of the two Reacts under one of the policies, at `/REACT/POLICY/`; the built plugin where Grafana serves it. */
export async function serveHost(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').replace(/\?.*$/, '')));
    const [, react, policy, rest = ''] = /^\/(18|19)\/(\w+)(\/.*)$/.exec(path) ?? [];
    if (rest === '/') {
      const header = policies[policy as keyof typeof policies];
      response.writeHead(200, {
        'Content-Type': 'text/html; charset=utf-8',
        ...(header === undefined ? {} : { 'Content-Security-Policy': header }),
      });
      response.end(pageOf(react as React));
      return;
    }
    sendFile(fileOf(rest), response);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, stop: () => close(server) };
}

function pageOf(react: React): string {
  const script = (name: string) => `<script type="module" nonce="${nonce}" src="${name}"></script>`;
  return `<!doctype html><html lang="en"><head><title>host</title><link rel="icon" href="data:," />
<script nonce="${nonce}" src="boot.js"></script>${script(`react-${react}.js`)}${script('host.js')}</head><body><div id="root"></div></body></html>`;
}

function fileOf(path: string): string | undefined {
  if (path.startsWith(pluginPath)) {
    return join(root, 'dist', path.slice(pluginPath.length));
  }
  if (path.startsWith(iconsPath)) {
    const icon = path.slice(iconsPath.length);
    const own = join(root, 'src/workbench/icons', icon.replace(/^unicons\//, ''));
    return existsSync(own) ? own : join(root, 'node_modules/@grafana/ui/dist/public/img/icons', icon);
  }
  return path === '/boot.js' ? join(import.meta.dirname, 'boot.js') : join(hostFolder, path);
}

function sendFile(file: string | undefined, response: import('node:http').ServerResponse): void {
  if (file === undefined || !existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const type = file.endsWith('.js') ? 'text/javascript' : file.endsWith('.svg') ? 'image/svg+xml' : 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type });
  createReadStream(file).pipe(response);
}

function close(server: Server): Promise<void> {
  return new Promise((closed) => {
    server.close(() => closed());
    server.closeAllConnections();
  });
}
