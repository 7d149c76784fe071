import { GclensError } from '../../base';
import { checkTableSize } from '../limits';
import { fileName } from '../profileStacks';
import type { LegacyLocations } from './buildLegacyProfile';
import { parseHex64, parseInt64, trimSpace } from './goText';
import type { LegacySamples } from './legacySamples';
import type { LineScanner } from './lineScanner';

/** Where a location of a Java program lies. */
interface JavaLine {
  readonly name: string;
  readonly file: string;
  readonly line: number;
}

const locationLine = /^0x([0-9A-Fa-f]+)[\t\n\f\r ]+(.*)$/s;

/**
 * Reads the lines `0x1f  class.method (File.java:12)` at the end of Java profiles, the scanner's line first. Those of one name are one function, in the
 * file that is named first; addresses mean nothing but these lines.
 * Source: google/pprof profile/legacy_java_profile.go, parseJavaLocations.
 */
export function readJavaLocations(scanner: LineScanner, samples: LegacySamples): NonNullable<LegacyLocations['lineOf']> {
  const lines = new Map<bigint, JavaLine>();
  const fileOf = new Map<string, string>();
  do {
    const [, digits, text = ''] = locationLine.exec(trimSpace(scanner.line)) ?? [];
    if (digits === undefined) {
      continue;
    }
    const address = parseHex64(digits);
    if (address === null) {
      throw new GclensError('an address has more than 64 bits', { offset: scanner.offset });
    }
    if (samples.hasAddress(address)) {
      const line = parseLocation(text);
      lines.set(address, line);
      fileOf.set(line.name, fileOf.get(line.name) ?? line.file);
      checkTableSize('functions', fileOf.size, scanner.offset);
    }
  } while (scanner.next());
  const functionRows = new Map<string, number>();
  return (address, builder) => {
    const found = lines.get(address);
    if (found === undefined) {
      return null;
    }
    const { name, line } = found;
    let functionRow = functionRows.get(name);
    if (functionRow === undefined) {
      const nameIndex = builder.addString(name);
      const file = builder.addString(fileOf.get(name) ?? '');
      functionRow = builder.addFunction({ name: nameIndex, systemName: nameIndex, file, startLine: 0 });
      functionRows.set(name, functionRow);
    }
    return { functionRow, line, column: 0 };
  };
}

/** `name (file:line)`, `name (/path/of/library.so)`, or a name alone, as for states of the virtual machine. */
function parseLocation(text: string): JavaLine {
  const colon = text.lastIndexOf(':');
  const lineNumber = /^-?[0-9]+\)$/.test(text.slice(colon + 1)) ? text.slice(colon + 1, -1) : undefined;
  const inFile = lineNumber === undefined ? undefined : splitAtBracket(text.slice(0, colon), 1);
  if (inFile !== undefined) {
    const line = parseInt64(lineNumber ?? '');
    return { name: inFile.before, file: inFile.after, line: line !== null && line > 0 ? Number(line) : 0 };
  }
  const inLibrary = text.endsWith(')') ? splitAtBracket(text.slice(0, -1), 0) : undefined;
  if (inLibrary !== undefined) {
    return { name: inLibrary.before, file: fileName(inLibrary.after) || (inLibrary.after === '' ? '.' : '/'), line: 0 };
  }
  return { name: text.includes('generated stub/JIT') ? 'STUB' : text, file: '', line: 0 };
}

/** Divides `before (after` at the last bracket with white space before it and so many characters behind it. */
function splitAtBracket(text: string, leastAfter: number): { readonly before: string; readonly after: string } | undefined {
  for (let bracket = text.lastIndexOf('('); bracket > 0; bracket = text.lastIndexOf('(', bracket - 1)) {
    if (/[\t\n\f\r ]/.test(text.charAt(bracket - 1)) && bracket + leastAfter < text.length) {
      return { before: text.slice(0, bracket - 1), after: text.slice(bracket + 1) };
    }
  }
  return undefined;
}
