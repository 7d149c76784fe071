import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { accept, StubReceiver } from './stubReceiver';

const root = resolve(__dirname, '../..');

/** The code of a task of the README, with the library's own sources in the place of the package. */
function codeOf(task: string): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const section = readme.slice(readme.indexOf(`### ${task}\n`)).split(/\n##/)[0] ?? '';
  const blocks = [...section.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code ?? '');
  return blocks
    .join('\n')
    .replaceAll("'gclens'", `'${join(root, 'src/index.ts')}'`)
    .replaceAll("'gclens/bridge'", `'${join(root, 'src/bridge/index.ts')}'`);
}

describe('the example of the README', () => {
  it('gives the spans of a trace to an exporter of the OpenTelemetry SDK', async () => {
    const receiver = await StubReceiver.start((_, response) => accept(response));
    // Below the project, so that its packages are found.
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
    const folder = mkdtempSync(join(root, 'node_modules/.cache/gclens-readme-'));
    try {
      copyFileSync(join(root, 'tests/fixtures/services/go1.26-traceparent/trace.out'), join(folder, 'trace.out'));
      writeFileSync(join(folder, 'example.mts'), codeOf('Use it as a library'));
      const child = spawn(process.execPath, ['--import', 'tsx', 'example.mts'], {
        cwd: folder,
        env: { ...process.env, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let said = '';
      child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
      const [code] = (await once(child, 'close')) as [number | null];
      expect([code, said]).toEqual([0, expect.stringMatching(/exported: \d{3}, failed: 0, notGiven: 0, problems: \[\]/)]);
      const received = receiver.requests.reduce((sum, { spans }) => sum + spans, 0);
      expect(said).toContain(`exported: ${received}`);
      expect(received).toBeGreaterThan(100);
    } finally {
      rmSync(folder, { recursive: true });
      await receiver.stop();
    }
  });
});
