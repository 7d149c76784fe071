/** The bundled decode worker (decode.worker.ts) as one classic script; the bundlers provide it. */
declare module 'gclens:worker-source' {
  const source: string;
  export default source;
}

/** The same with kernels in JavaScript, for pages whose CSP forbids WASM. */
declare module 'gclens:fallback-worker-source' {
  const source: string;
  export default source;
}
