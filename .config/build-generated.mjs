/** `npm run build:kernels`, and jest's `globalSetup`: every source that is made from another one and that git does not keep. */
import { fileURLToPath } from 'node:url';

import { buildStaleKernels } from './build-kernels.mjs';
import { buildStaleRules } from './build-rules.mjs';

export default async function buildGenerated() {
  buildStaleRules();
  await buildStaleKernels();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildGenerated();
}
