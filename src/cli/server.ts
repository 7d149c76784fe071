import { createReadStream } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import { basename, extname, join, relative, sep } from 'node:path';

import { GclensError } from '../base';

/** The page's own machine and nobody else. */
const loopback = '127.0.0.1';
const portsTried = 50;

/** The server of the local page. */
export interface PageServer {
  /** With a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

/** What to serve, and where. */
export interface PageServerOptions {
  /** Folder of the built page. */
  readonly pageDirectory: string;
  /** Paths of captures that the page opens with. */
  readonly captures: readonly string[];
  /** The first port to try. */
  readonly port: number;
}

/** What the page reads first: the captures that were named on the command line. */
export interface CaptureManifest {
  readonly captures: readonly { readonly name: string; readonly url: string }[];
}

interface ServedFile {
  readonly path: string;
  readonly contentType: string;
  readonly cacheControl: string;
}

/**
 * Serves the page and the named captures on the loopback interface, on the first free port from `port` on. Only files that were listed at the
 * start can be asked for, so no address can reach anything else.
 *
 * @throws GclensError when a capture cannot be read or no port is free
 */
export async function servePage({ pageDirectory, captures, port }: PageServerOptions): Promise<PageServer> {
  const [page, named] = await Promise.all([listPage(pageDirectory), listCaptures(captures)]);
  const manifest = JSON.stringify({ captures: named.map(({ name, url }) => ({ name, url })) } satisfies CaptureManifest);
  const files = new Map([...page, ...named.map(({ url, file }) => [`/${url}`, file] as const)]);
  const server = createServer((request, response) => {
    answer(request, response, files, manifest);
  });
  const chosenPort = await listenOnFreePort(server, port);
  return {
    url: `http://${loopback}:${chosenPort}/`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error) {
            reject(error);
          } else {
            resolve();
          }
        });
        server.closeAllConnections();
      }),
  };
}

/** Every file of the page by the path it is asked for. */
async function listPage(directory: string): Promise<Map<string, ServedFile>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = new Map<string, ServedFile>();
  for (const entry of entries) {
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      const address = `/${relative(directory, path).split(sep).join('/')}`;
      const hashed = address.startsWith('/assets/');
      files.set(address, {
        path,
        contentType: contentTypes[extname(entry.name)] ?? 'application/octet-stream',
        cacheControl: hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      });
    }
  }
  const index = files.get('/index.html');
  if (index !== undefined) {
    files.set('/', index);
  }
  return files;
}

interface NamedCapture {
  readonly name: string;
  /** Relative to the page. */
  readonly url: string;
  readonly file: ServedFile;
}

async function listCaptures(paths: readonly string[]): Promise<NamedCapture[]> {
  await Promise.all(paths.map(checkReadable));
  return paths.map((path, index) => ({
    name: basename(path),
    url: `captures/${index}`,
    file: { path, contentType: 'application/octet-stream', cacheControl: 'no-store' },
  }));
}

async function checkReadable(path: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw new GclensError(codeOf(error) === 'ENOENT' ? 'there is no such file' : 'this file may not be read', { file: path });
  }
  const isFile = (await handle.stat().finally(() => handle.close())).isFile();
  if (!isFile) {
    throw new GclensError('this is no file; name the capture files in it', { file: path });
  }
}

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The page talks to its own address alone; the decode worker is a Blob. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function answer(request: IncomingMessage, response: ServerResponse, files: ReadonlyMap<string, ServedFile>, manifest: string): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Content-Security-Policy', contentSecurityPolicy);
  if (!isOwnName(request)) {
    refuse(response, 403, 'This server answers to 127.0.0.1 and localhost only.');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    refuse(response, 405, 'This server only gives files.');
    return;
  }
  const path = (request.url ?? '/').replace(/[?#].*$/, '');
  if (path === '/captures.json') {
    response.writeHead(200, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }).end(manifest);
    return;
  }
  const file = files.get(path);
  if (file === undefined) {
    refuse(response, 404, 'There is nothing at this address.');
    return;
  }
  sendFile(request, response, file);
}

/** A page of another site whose name was made to point here (DNS rebinding) asks under its own name. */
function isOwnName(request: IncomingMessage): boolean {
  const port = request.socket.localPort;
  return request.headers.host === `${loopback}:${port}` || request.headers.host === `localhost:${port}`;
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: ServedFile): void {
  const stream = createReadStream(file.path);
  stream.once('error', () => {
    if (response.headersSent) {
      response.destroy();
    } else {
      refuse(response, 404, 'This file is gone.');
    }
  });
  stream.once('open', () => {
    response.writeHead(200, { 'Content-Type': file.contentType, 'Cache-Control': file.cacheControl });
    if (request.method === 'HEAD') {
      response.end();
      stream.destroy();
    } else {
      stream.pipe(response);
    }
  });
  response.once('close', () => {
    stream.destroy();
  });
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(`${text}\n`);
}

async function listenOnFreePort(server: Server, firstPort: number): Promise<number> {
  for (let port = firstPort; port < Math.min(firstPort + portsTried, 65536); port++) {
    if (await tryListen(server, port)) {
      return port;
    }
  }
  throw new GclensError(`none of the ports ${firstPort} to ${firstPort + portsTried - 1} is free`, {
    advice: 'Choose another with --port',
  });
}

/** False when the port is taken. */
function tryListen(server: Server, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => {
      server.off('listening', onListening);
      if (['EADDRINUSE', 'EACCES'].includes(String(codeOf(error)))) {
        resolve(false);
      } else {
        reject(error);
      }
    };
    const onListening = () => {
      server.off('error', onError);
      resolve(true);
    };
    server.once('error', onError).once('listening', onListening).listen(port, loopback);
  });
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
