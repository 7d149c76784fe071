import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GclensError } from '../base';
import { type PageServer, servePage } from './server';

interface Reply {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/** A raw request: unlike fetch it sends the path and the Host header as they are given. */
function ask(url: string, path: string, { method = 'GET', host }: { method?: string; host?: string } = {}): Promise<Reply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers: host === undefined ? {} : { Host: host } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('servePage', () => {
  const firstPort = 18420;
  let folder: string;
  let pageDirectory: string;
  let capture: string;
  let server: PageServer;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gclens-server-'));
    pageDirectory = join(folder, 'page');
    mkdirSync(join(pageDirectory, 'assets'), { recursive: true });
    writeFileSync(join(pageDirectory, 'index.html'), '<!doctype html>page');
    writeFileSync(join(pageDirectory, 'assets/index-abc.js'), 'export {};');
    writeFileSync(join(folder, 'secret.txt'), 'secret');
    capture = join(folder, 'my trace#1.out');
    writeFileSync(capture, 'go 1.26 trace');
    server = await servePage({ pageDirectory, captures: [capture], port: firstPort });
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  it('gives the page, and says what its files are', async () => {
    const page = await ask(server.url, '/');
    expect(page).toMatchObject({ status: 200, body: '<!doctype html>page' });
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(page.headers['cache-control']).toBe('no-cache');
    const script = await ask(server.url, '/assets/index-abc.js');
    expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(script.headers['cache-control']).toContain('immutable');
  });

  it('names the captures of the command line and gives their bytes', async () => {
    const manifest = JSON.parse((await ask(server.url, '/captures.json')).body);
    expect(manifest).toEqual({ captures: [{ name: 'my trace#1.out', url: 'captures/0' }] });
    expect((await ask(server.url, '/captures/0')).body).toBe('go 1.26 trace');
  });

  it.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '//etc/passwd',
    '/captures/1',
    '/captures/../../secret.txt',
  ])('does not give what is not listed: %s', async (path) => {
    const reply = await ask(server.url, path);
    expect(reply.status).toBe(404);
    expect(reply.body).not.toContain('secret');
  });

  it('refuses other names for this machine, as DNS rebinding uses them', async () => {
    expect((await ask(server.url, '/captures/0', { host: 'evil.example' })).status).toBe(403);
    expect((await ask(server.url, '/captures/0', { host: `localhost:${new URL(server.url).port}` })).status).toBe(200);
  });

  it('takes nothing', async () => {
    expect((await ask(server.url, '/', { method: 'POST' })).status).toBe(405);
  });

  it('lets the page talk to its own address only', async () => {
    const { headers } = await ask(server.url, '/');
    expect(headers['content-security-policy']).toContain("connect-src 'self'");
    expect(headers['content-security-policy']).toContain("default-src 'none'");
  });

  it('listens on the loopback only, and takes the next port when one is taken', async () => {
    const second = await servePage({ pageDirectory, captures: [], port: Number(new URL(server.url).port) });
    try {
      expect(new URL(second.url).hostname).toBe('127.0.0.1');
      expect(Number(new URL(second.url).port)).toBeGreaterThan(Number(new URL(server.url).port));
      expect(JSON.parse((await ask(second.url, '/captures.json')).body)).toEqual({ captures: [] });
    } finally {
      await second.close();
    }
  });

  it('names a capture that is not there, or a folder', async () => {
    const missing = join(folder, 'nowhere.out');
    await expect(servePage({ pageDirectory, captures: [missing], port: firstPort })).rejects.toThrow(`${missing}: there is no such file`);
    await expect(servePage({ pageDirectory, captures: [folder], port: firstPort })).rejects.toThrow(GclensError);
  });
});
