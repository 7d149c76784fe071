/**
 * `npm run build:kernels`: compiles the hot loops. Each `src/FOLDER/kernel/kernel.ts` is AssemblyScript; it becomes WASM, and that same WASM becomes plain
 * JavaScript for pages whose CSP forbids WASM. `kernel.generated.ts` and `fallback.generated.ts` beside the source hold them; git keeps neither. They are two
 * files so that a bundle can do without the second.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = resolve(root, 'src');
const binaryen = resolve(root, 'node_modules/binaryen/bin');
const generatedName = 'kernel.generated.ts';
const fallbackName = 'fallback.generated.ts';

function findKernels() {
  return readdirSync(sources)
    .map((folder) => join(sources, folder, 'kernel'))
    .filter((folder) => existsSync(join(folder, 'kernel.ts')));
}

/** Files whose change makes a kernel stale: every kernel source, since kernels share pieces, and this script. */
function newestSourceMs() {
  const files = readdirSync(sources)
    .map((folder) => join(sources, folder, 'kernel'))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.generated.ts'));
  return Math.max(...[...files, fileURLToPath(import.meta.url)].map((file) => statSync(file).mtimeMs));
}

/** Compiles a kernel and returns how many pages of memory it needs when it starts. */
async function compileToWasm(folder, file) {
  const text = `${file}.txt`;
  const { error, stderr } = await asc.main([
    join(folder, 'kernel.ts'),
    '--outFile',
    file,
    '--textFile',
    text,
    '-O3',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--zeroFilledMemory',
    '--bindings',
    'none',
    '--use',
    'abort=',
  ]);
  if (error) {
    throw new Error(`${folder}: ${stderr.toString()}${error.message}`);
  }
  const [, pages] = /\(import "env" "memory" \(memory \S+ (\d+)/.exec(readFileSync(text, 'utf8')) ?? [];
  return Math.max(1, Number(pages));
}

function runBinaryen(tool, ...args) {
  execFileSync(process.execPath, [join(binaryen, tool), '--all-features', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Those of asc. Without them wasm2js makes one function of what asc kept apart, and engines take longer to compile it, or give up. */
const inliningLimits = [
  '--always-inline-max-function-size=12',
  '--flexible-inline-max-function-size=70',
  '--one-caller-inline-max-function-size=200',
];

/** wasm2js prints a module that instantiates itself on an empty memory; only its function is kept. */
function translateToJs(wasmFile, jsFile) {
  // Typed arrays read words only where words begin.
  const alignedFile = `${jsFile}.wasm`;
  runBinaryen('wasm-opt', '--alignment-lowering', wasmFile, '-o', alignedFile);
  runBinaryen('wasm2js', '-O3', ...inliningLimits, alignedFile, '-o', jsFile);
  const text = readFileSync(jsFile, 'utf8');
  const end = text.search(/^var memasmFunc/m);
  if (end === -1) {
    throw new Error('wasm2js printed what this script does not know');
  }
  return text.slice(text.search(/^ {2}var bufferView|^function asmFunc/m), end).trimEnd();
}

/** As `decodeProgram` of src/base/kernel.ts reads it. */
function encodeProgram(bytes) {
  const characters = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).filter(
    (character) => !'"$\'\\`'.includes(character),
  );
  const [longer, longest] = characters.slice(88);
  return Array.from(bytes, (byte) => {
    const prefix = byte < 88 ? '' : byte < 176 ? longer : longest;
    return prefix + characters[byte % 88];
  }).join('');
}

async function buildKernel(folder) {
  const scratch = mkdtempSync(join(tmpdir(), 'gclens-kernel-'));
  try {
    const wasmFile = join(scratch, 'kernel.wasm');
    const memoryPages = await compileToWasm(folder, wasmFile);
    const wasm = readFileSync(wasmFile);
    const fallback = translateToJs(wasmFile, join(scratch, 'kernel.js'));
    const origin = '// @ts-nocheck Made by `npm run build:kernels` from the AssemblyScript beside it.';
    const program = [
      origin,
      `export const wasmText: string =\n  '${encodeProgram(wasm)}';`,
      `export const memoryPages = ${memoryPages};`,
      "export { createFallback } from './fallback.generated';",
    ];
    const fallbackProgram = [
      origin,
      // Each instance has its own view of the memory: wasm2js declares one for the whole module.
      'export function createFallback(imports: object): object {',
      fallback,
      'return asmFunc(imports);\n}',
    ];
    writeFileSync(join(folder, fallbackName), `${fallbackProgram.join('\n')}\n`);
    writeFileSync(join(folder, generatedName), `${program.join('\n')}\n`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Builds the kernels that are older than their sources. */
export async function buildStaleKernels() {
  const newestMs = newestSourceMs();
  for (const folder of findKernels()) {
    const generated = [generatedName, fallbackName].map((name) => join(folder, name));
    if (generated.some((file) => !existsSync(file) || statSync(file).mtimeMs < newestMs)) {
      await buildKernel(folder);
    }
  }
}

/** For jest's `globalSetup`. */
export default buildStaleKernels;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildStaleKernels();
}
