/** What `npm run build:kernels` makes of a kernel's source. */
export interface KernelSource {
  /** Bytes as characters, see `decodeProgram`. */
  readonly wasmText: string;
  /** 64 KiB each: what its static data need from the start. */
  readonly memoryPages: number;
  /** The same program as plain JavaScript. It takes the source at its word that words are aligned: what may not be, is loaded and stored with alignment 1. */
  createFallback(imports: object): object;
}

/** The memory of a kernel. `buffer` is another one after each growth: views of it must be made anew. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer;
}

/** What a kernel imports beside its memory: functions by the source file that declares them. They are called with int32 numbers. */
export type KernelImports = (memory: KernelMemory) => Readonly<Record<string, Readonly<Record<string, (...args: number[]) => void>>>>;

/** A running kernel. `exports` are its source's exports: numbers in, numbers out; `grow` of the memory is the kernel's own affair. */
export interface Kernel<Exports extends object> {
  readonly exports: Exports;
  readonly memory: KernelMemory;
  readonly kind: 'wasm' | 'javascript';
}

export type KernelKind = Kernel<object>['kind'];

/** The least module: magic bytes and version. */
const emptyModule = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Whether the page's CSP lets WASM be compiled; a worker made from a Blob has the CSP of its page. */
export function isWasmAllowed(): boolean {
  try {
    return new WebAssembly.Module(emptyModule) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}

/**
 * Starts a kernel with a memory of its own: as WASM, or as the JavaScript generated from the same WASM where the page's CSP forbids WASM.
 * @param kind asks for one of the two; absent: WASM where it is allowed
 * @param imports absent: none but the memory
 */
export function startKernel<Exports extends object>(
  source: KernelSource,
  kind?: KernelKind,
  imports: KernelImports = () => ({}),
): Kernel<Exports> {
  if (kind !== 'javascript') {
    try {
      return startWasm<Exports>(source, imports);
    } catch (error) {
      // What CSP forbids is a CompileError in Chromium and Firefox, an EvalError elsewhere; the fallback answers in either case.
      if (kind === 'wasm') {
        throw error;
      }
    }
  }
  return startFallback<Exports>(source, imports);
}

/** Compiles at once rather than in the background: a kernel has a few kilobytes, and the detour takes several times as long as they do. */
function startWasm<Exports extends object>({ wasmText, memoryPages }: KernelSource, imports: KernelImports): Kernel<Exports> {
  const memory = new WebAssembly.Memory({ initial: memoryPages, maximum: 65536 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(decodeProgram(wasmText)), { ...imports(memory), env: { memory } });
  return { exports: instance.exports as unknown as Exports, memory, kind: 'wasm' };
}

function startFallback<Exports extends object>(source: KernelSource, imports: KernelImports): Kernel<Exports> {
  // The program replaces `buffer` in this object when it grows.
  const memory = { buffer: new ArrayBuffer(source.memoryPages * 65536) };
  const exports = source.createFallback({ ...imports(memory), env: { memory } }) as unknown as Exports;
  return { exports, memory, kind: 'javascript' };
}

/** Characters that some string literal must escape. */
const unusedCharacters = '"$\'\\`';
/** Bytes below it are one character. */
const firstLongByte = 88;

/**
 * The bytes of a text in which the 88 smallest, which programs have most of, are a printable character of ASCII each; the others are two, of which the first
 * says that 88 or 176 is to be added to the second. Compressed that is hardly more than the bytes themselves: each stays a symbol of its own.
 */
function decodeProgram(text: string): Uint8Array<ArrayBuffer> {
  const values = characterValues();
  const bytes = new Uint8Array(text.length);
  let length = 0;
  let added = 0;
  for (let index = 0; index < text.length; index++) {
    const value = values[text.charCodeAt(index)] ?? 0;
    if (value >= firstLongByte) {
      added = (value - firstLongByte + 1) * firstLongByte;
    } else {
      bytes[length++] = value + added;
      added = 0;
    }
  }
  return bytes.subarray(0, length);
}

function characterValues(): Uint8Array {
  const values = new Uint8Array(127);
  let value = 0;
  for (let code = 32; code < values.length; code++) {
    if (!unusedCharacters.includes(String.fromCharCode(code))) {
      values[code] = value++;
    }
  }
  return values;
}
