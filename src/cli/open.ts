import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { type Command, InvalidArgumentError } from 'commander';

import { GclensError } from '../base';
import { isAddress, nameOfInput, readBytes } from './input';
import { servePage } from './server';

const defaultPort = 8420;

interface OpenOptions {
  readonly port: number;
  readonly browser: boolean;
}

/** `gclens open [FILE…]`: the local page, with the bundled sample or the files that are named. */
export function registerOpen(program: Command): void {
  program
    .command('open')
    .description('serve the local page on this machine, with these captures or the bundled sample')
    .argument('[files...]', 'execution trace, CPU profile, OTLP JSON of the application’s spans')
    .option('--port <port>', 'first port to try', parsePort, defaultPort)
    .option('--no-browser', 'only print the address')
    .action(async (files: string[], options: OpenOptions) => {
      await openPage(files, options);
    });
}

async function openPage(files: readonly string[], { port, browser }: OpenOptions): Promise<void> {
  const pageDirectory = await findPage();
  const fetched = await fetchAddresses(files);
  const server = await servePage({ pageDirectory, captures: fetched.paths, port });
  process.stdout.write(`gclens: ${server.url} (Ctrl+C ends it)\n`);
  if (browser && process.stdout.isTTY) {
    openBrowser(server.url);
  }
  const stop = () => {
    void server.close();
    fetched.remove();
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

/** Files of http addresses are kept in a folder of their own as long as the page is served. */
async function fetchAddresses(files: readonly string[]): Promise<{ readonly paths: readonly string[]; readonly remove: () => void }> {
  if (!files.some(isAddress)) {
    return { paths: files, remove: () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), 'gclens-'));
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const paths: string[] = [];
    for (const [index, file] of files.entries()) {
      const path = isAddress(file) ? join(folder, String(index), nameOfInput(file)) : file;
      if (path !== file) {
        mkdirSync(dirname(path));
        writeFileSync(path, await readBytes(file));
      }
      paths.push(path);
    }
    return { paths, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new InvalidArgumentError('a port is a number from 1 to 65535.');
  }
  return port;
}

/** The folder of the built page; a working copy in which it was not built yet builds it now. */
async function findPage(): Promise<string> {
  const root = packageRoot();
  const page = join(root, 'build/workbench');
  if (existsSync(join(page, 'index.html'))) {
    return page;
  }
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  const config = join(root, '.config/vite.workbench.config.ts');
  if (!existsSync(vite) || !existsSync(config)) {
    throw new GclensError('the page is not part of this installation', { file: page, advice: 'Install gclens again' });
  }
  process.stderr.write('gclens: building the page, this once (about ten seconds) …\n');
  await run(process.execPath, [vite, 'build', '-c', config, '--logLevel', 'warn'], root);
  return page;
}

/** The folder of gclens' own package.json, above sources and built files alike. */
function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) {
      throw new GclensError('the page is not part of this installation', { advice: 'Install gclens again' });
    }
    directory = parent;
  }
  return directory;
}

function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(command, args, { cwd, stdio: ['ignore', 2, 2] })
      .once('error', reject)
      .once('exit', (code) => {
        if (code === 0) {
          resolve();
        } else {
          reject(new GclensError('the page could not be built', { advice: 'The lines above say why' }));
        }
      });
  });
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** Asks the desktop to show the address. The address is printed already, so nothing is lost where there is no desktop. */
function openBrowser(url: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
