import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

import { GclensError } from '../../src/base';
import { migrateQuery, views } from '../../src/frames';
import { createInProcessDecoder } from '../../src/worker';

const root = join(__dirname, '../..');
const shared = join(root, '../shared/fixtures');
const fixtures = existsSync(shared) ? shared : join(root, 'tests/fixtures');
/** Larger ones are there to fill memory and have tests of their own. */
const largestBytes = 4 * 2 ** 20;

const files = ['trace/malformed', 'pprof/malformed', 'trace/recorded']
  .map((folder) => join(fixtures, folder))
  .filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => statSync(path).isFile() && statSync(path).size <= largestBytes && !/\.(json|md|txt)$/.test(path))
  .map((path): [string, string] => [relative(fixtures, path), path]);

it.each(files)('%s gives frames with a notice, or one line of error', async (_, path) => {
  const decoder = createInProcessDecoder();
  const file = new Uint8Array(readFileSync(path));
  const name = basename(path);
  for (const view of views) {
    try {
      const frames = await decoder.view({ files: [{ name, file }], query: migrateQuery({ view }), context: { refId: 'A' } });
      expect(JSON.parse(JSON.stringify(frames))).toEqual(frames);
    } catch (error) {
      expect(error).toBeInstanceOf(GclensError);
      const { message } = error as GclensError;
      expect(message).not.toMatch(/gclens itself failed|\n/);
    }
  }
});
