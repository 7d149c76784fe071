import * as source from '../capture/kernel/kernel.generated';
import { startKernel } from './kernel';

interface Checksums {
  initialize(hasWords: boolean): void;
  inputStart(): number;
  crc32(crc: number, start: number, end: number): number;
}

describe('startKernel', () => {
  it.each(['wasm', 'javascript'] as const)('runs the same program as %s', (kind) => {
    const kernel = startKernel<Checksums>(source, kind);
    expect(kernel.kind).toBe(kind);
    kernel.exports.initialize(kind === 'wasm');
    const start = kernel.exports.inputStart();
    new Uint8Array(kernel.memory.buffer).set(new TextEncoder().encode('123456789'), start);
    // The check value of CRC-32/ISO-HDLC.
    expect(kernel.exports.crc32(0, start, start + 9) >>> 0).toBe(0xcbf43926);
  });

  it('reads its program without the help of Node', () => {
    const buffer = globalThis.Buffer;
    Reflect.deleteProperty(globalThis, 'Buffer');
    try {
      expect(startKernel(source, 'wasm').kind).toBe('wasm');
    } finally {
      Object.assign(globalThis, { Buffer: buffer });
    }
  });

  it('falls back where the page forbids WASM', () => {
    const blocked = jest.spyOn(WebAssembly, 'Module').mockImplementation(() => {
      throw new WebAssembly.CompileError('blocked by CSP');
    });
    expect(startKernel(source).kind).toBe('javascript');
    blocked.mockRestore();
  });
});
