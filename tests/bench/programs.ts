import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import { cache, here } from './machine';

const built = new Map<string, string>();

/** Builds a Go program of ./peers once a run. @throws Error where Go is missing */
export function buildGo(name: string): string {
  return buildOnce(name, (binary) => {
    execFileSync('go', ['-C', join(here, 'peers'), 'build', '-o', binary, `./${name}`], { stdio: ['ignore', 'ignore', 'inherit'] });
  });
}

/** Builds a C program of ./peers/c once a run. @throws Error where gcc or a library is missing */
export function buildC(name: string, libraries: readonly string[] = []): string {
  return buildOnce(`c-${name}`, (binary) => {
    const source = join(here, 'peers', 'c', `${name}.c`);
    const flags = libraries.map((library) => `-l${library}`);
    execFileSync('gcc', ['-O3', '-march=native', '-o', binary, source, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  });
}

function buildOnce(name: string, build: (binary: string) => void): string {
  const known = built.get(name);
  if (known !== undefined) {
    return known;
  }
  const binary = join(cache, name);
  build(binary);
  built.set(name, binary);
  return binary;
}
