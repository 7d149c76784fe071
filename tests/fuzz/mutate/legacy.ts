import type { Chance } from '../chance';
import { mutateBytes } from './anyBytes';
import { concatBytes, edgeValues } from './varints';

/** A profile of a format before profile.proto with one to four things changed: lines and numbers of a text, words of a binary one. */
export function mutateLegacy(original: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  let bytes = original;
  for (let count = 1 + chance.below(chance.percent(50) ? 1 : 4); count > 0; count--) {
    bytes = isText(bytes) ? mutateText(bytes, chance, other) : mutateWords(bytes, chance, other);
  }
  return chance.percent(8) ? mutateBytes(bytes, chance) : bytes;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 64).every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}

const numberTexts = [
  ...edgeValues.flatMap((value) => [String(value), `0x${value.toString(16)}`]),
  '-1',
  '-0',
  '1.5',
  '1e30',
  'NaN',
  '',
  '0x',
  '00',
  '+1',
  '1_000',
];

function mutateText(bytes: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const others = Buffer.from(other).toString('latin1').split('\n');
  // The first lines say what all others mean.
  const at = chance.percent(30) ? chance.below(Math.min(3, lines.length)) : chance.below(lines.length);
  const line = lines[at] ?? '';
  const to = chance.below(lines.length);
  switch (chance.below(11)) {
    case 0:
      lines.splice(at, 1);
      break;
    case 1:
      lines.splice(to, 0, line);
      break;
    case 2:
      lines[at] = lines[to] ?? '';
      lines[to] = line;
      break;
    case 3:
      lines.splice(at, 0, chance.oneOf(others));
      break;
    case 4:
      lines.splice(at, 1 + chance.below(lines.length - at));
      break;
    case 5:
      lines.splice(at, 0, chance.oneOf(['', '\r', '# comment', 'MAPPED_LIBRARIES:', '--- Memory map: ---', '#\t0x1\tf+0x1\tfile.go:1']));
      break;
    case 6:
      lines[at] = chance.oneOf([`${line}\r`, ` ${line}`, `${line} `, line.slice(0, chance.below(line.length + 1)), line.toUpperCase()]);
      break;
    case 7:
      return Buffer.from(lines.join('\r\n'), 'latin1');
    default:
      lines[at] = otherNumber(line, chance);
  }
  return Uint8Array.from(Buffer.from(lines.join('\n'), 'latin1'));
}

function otherNumber(line: string, chance: Chance): string {
  const numbers = [...line.matchAll(/(?:0x)?[0-9a-fA-F]+/g)];
  if (numbers.length === 0) {
    return `${line}${chance.oneOf(numberTexts)}`;
  }
  const { 0: old, index } = chance.oneOf(numbers);
  const near = /^\d{1,15}$/.test(old) ? String(Number(old) + chance.below(5) - 2) : '7';
  return `${line.slice(0, index)}${chance.percent(40) ? near : chance.oneOf(numberTexts)}${line.slice(index + old.length)}`;
}

/** Words of 4 or 8 bytes changed, dropped or doubled: the binary CPU format is nothing else. */
function mutateWords(bytes: Uint8Array, chance: Chance, other: Uint8Array): Uint8Array {
  const size = chance.oneOf([4, 8]);
  const words = Math.max(1, Math.floor(bytes.length / size));
  const at = size * (chance.percent(40) ? chance.below(Math.min(6, words)) : chance.below(words));
  const value = new DataView(new ArrayBuffer(8));
  value.setBigUint64(0, chance.oneOf(edgeValues), chance.percent(80));
  switch (chance.below(6)) {
    case 0:
      return concatBytes([bytes.subarray(0, at), bytes.subarray(at + size)]);
    case 1:
      return concatBytes([bytes.subarray(0, at + size), bytes.subarray(at)]);
    case 2:
      return bytes.slice(0, at);
    case 3:
      return concatBytes([bytes.subarray(0, at), other.subarray(at)]);
    default:
      return concatBytes([bytes.subarray(0, at), new Uint8Array(value.buffer, 0, size), bytes.subarray(at + size)]);
  }
}
