/** What a page's CSP without 'wasm-unsafe-eval' does to WASM. */
export function forbidWasm(): void {
  const refuse = (): Promise<never> => Promise.reject(new WebAssembly.CompileError('blocked by CSP'));
  WebAssembly.instantiate = refuse;
  WebAssembly.compile = refuse;
}
