/** The bundled decode worker (decode.worker.ts) as one classic script; the bundlers provide it. */
declare module 'gclens:worker-source' {
  const source: string;
  export default source;
}
