/**
 * Where gclens refuses what the official tools accept: a file that begins with the magic number of another format (a zip archive, a program) is said to be
 * that, even where its first line would pass for the header of a text profile, whose expression the official tool looks for behind any bytes.
 */
export const foreignFormats = /a zip archive|a program|image|document|-compressed data/;

/**
 * Where gclens accepts what the official tools (Go 1.26.8) refuse, and why: the one list of it. Everything else has the official verdict. A key is a file of
 * the malformed sets, or what fuzzing compares (`check/` in tests/fuzz).
 */
export const leniences = {
  /** `go tool trace` reads no gzip; the trace in it is whole. */
  'gzipped.trace': 'a trace in a gzip file is decompressed',
  /** The name is wrong, the trace is not. */
  'go-trace.pprof': 'an execution trace is opened as one, whatever its name',
  /** `go tool trace` crashes when it names the experiment. */
  'unknown experiment': 'packets of experiments that Go 1.26 does not know change nothing for the events',
  /** Lengths and checksums agree; 16 bytes follow. */
  'gzip-trailing-garbage.pb.gz': 'what follows the last member of a gzip file is left out, with a notice',
  /** All data are there and their checksum is right; the length behind it is not. */
  'length in a gzip trailer': 'a wrong length at the end of gzip data whose checksum is right is a notice',
  /** All data are there and their checksum is right. */
  'truncated-gzip-trailer.pb.gz': 'a gzip file whose data are whole may lack its end, with a notice',
} as const;

export function isLenient(name: string): boolean {
  return Object.hasOwn(leniences, name);
}
