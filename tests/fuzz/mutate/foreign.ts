import { gzipSync } from 'node:zlib';

import type { Chance } from '../chance';
import { mutateBytes } from './anyBytes';
import { concatBytes } from './varints';

const texts = [
  '',
  '\n',
  ' \t\r\n',
  '<!doctype html><html><body>Sign in</body></html>',
  '\ufeff<html><head><title>502 Bad Gateway</title></head></html>',
  '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
  '{"error":"profile not found","code":404}',
  '[]',
  '{"resourceSpans":[]}',
  '{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":1}]}]}]}',
  'Could not enable CPU profiling: cpu profiling already in use\n',
  'Could not enable tracing: tracing is already enabled\n',
  'Unknown profile\n',
  '404 page not found\n',
  'goroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d\n',
  'goroutine profile: total 0\n',
  'heap profile: 0: 0 [0: 0] @ heap/1048576\n',
  '--- mutex:\ncycles/second=1000\nsampling period=1\n',
  '--- contention:\n',
  '--- threadz 1 ---\n',
  'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n',
  'go 1.26 trace',
  'go 1.26 trace\0\0',
  'go 1.26 trace   ',
  'go 1.2 trace\0\0\0\0',
  'go 2.00 trace\0\0\0',
  'Go 1.26 trace\0\0\0',
  'PK\x03\x04',
  '\x89PNG\r\n\x1a\n',
  '\x7fELF\x02\x01\x01',
  'BZh91AY&SY',
];

/** What people take for a capture: answers of servers, archives, pictures, texts; whole, changed, or with a capture behind it. */
export function makeForeign(capture: Uint8Array, chance: Chance): Uint8Array {
  const text = chance.oneOf(texts);
  const start = Uint8Array.from(Buffer.from(text, /[\x80-\x9f]/.test(text) ? 'latin1' : 'utf8'));
  switch (chance.below(6)) {
    case 0:
      return start;
    case 1:
      return concatBytes([start, capture]);
    case 2:
      return new Uint8Array(gzipSync(chance.percent(50) ? start : gzipSync(capture)));
    case 3:
      return concatBytes([capture, start]);
    case 4:
      return new Uint8Array(chance.oneOf([1, 16, 64, 4096])).fill(chance.oneOf([0, 10, 32, 0xff]));
    default:
      return start.length === 0 ? capture.slice(0, chance.below(64)) : mutateBytes(start, chance);
  }
}
