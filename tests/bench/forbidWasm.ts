/** What a page's CSP without 'wasm-unsafe-eval' does to WASM. */
export function forbidWasm(): void {
  Object.defineProperty(WebAssembly, 'Module', {
    value: () => {
      throw new WebAssembly.CompileError('blocked by CSP');
    },
  });
}
