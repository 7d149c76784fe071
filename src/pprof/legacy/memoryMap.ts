import { emptyMapping } from '../emptyMapping';
import { checkTableSize } from '../limits';
import type { Mapping } from '../profile';
import { parseHex64, trimSpace } from './goText';
import type { LineScanner } from './lineScanner';

/** Whether a line begins the memory map of a profile. */
export function isMemoryMapStart(line: string): boolean {
  return line.includes('--- Memory map: ---') || line.includes('MAPPED_LIBRARIES:');
}

/** Skips to the memory map, if there is one from the scanner's line on, and reads it. */
export function readMemoryMapSection(scanner: LineScanner): Mapping[] {
  while (!isMemoryMapStart(scanner.line) && scanner.next()) {
    // Other sections say nothing that is needed.
  }
  return readMemoryMap(scanner);
}

/**
 * Executable mappings in the lines that follow, written as in Linux' /proc/PID/maps or as `start-end file (@offset) build-id`; lines `name=value` set
 * variables that later lines name as `$name`, and other lines are skipped (google/pprof profile/legacy_profile.go, parseProcMapsFromScanner).
 */
export function readMemoryMap(scanner: LineScanner): Mapping[] {
  const mappings: Mapping[] = [];
  const variables = new MapVariables();
  while (scanner.next()) {
    const line = variables.expand(withoutLogPrefix(scanner.line));
    const mapping = parseMapping(line);
    if (mapping === 'unrecognized') {
      variables.define(line);
    } else if (mapping !== 'not executable') {
      checkTableSize('mappings', mappings.push(mapping), scanner.offset);
    }
  }
  return mappings;
}

const [longestName, mostVariables, mostUses, longestExpansion] = [256, 1000, 100, 65536];

/** `name=value` of a memory map. Bounded, for a file could blow its lines up with them. */
class MapVariables {
  private readonly values = new Map<string, string>();

  define(line: string): void {
    const equals = line.indexOf('=');
    const name = trimSpace(line.slice(0, equals));
    if (equals >= 0 && name.length <= longestName && this.values.size < mostVariables && !this.values.has(name)) {
      this.values.set(name, trimSpace(line.slice(equals + 1)));
    }
  }

  /** The variable that was set first wins where several names fit. */
  expand(line: string): string {
    if (this.values.size === 0 || !line.includes('$')) {
      return line;
    }
    let expanded = '';
    let position = 0;
    for (let uses = 0; uses < mostUses; uses++) {
      const mark = line.indexOf('$', position);
      if (mark < 0) {
        break;
      }
      const name = this.nameAt(line, mark + 1);
      expanded += line.slice(position, mark) + (name === undefined ? '$' : (this.values.get(name) ?? ''));
      position = mark + 1 + (name?.length ?? 0);
    }
    expanded += line.slice(position);
    return expanded.length > longestExpansion ? '' : expanded;
  }

  private nameAt(line: string, position: number): string | undefined {
    for (const name of this.values.keys()) {
      if (line.startsWith(name, position)) {
        return name;
      }
    }
    return undefined;
  }
}

/** Prefix of glog: `I0102 03:04:05.6 7 maps.cc:12] `. */
const logPrefix = /^[^[\]]+:[0-9]+\][\t\n\f\r ]/;

function withoutLogPrefix(line: string): string {
  return line.replace(logPrefix, '');
}

const [s, hex] = ['[\\t\\n\\f\\r ]', '[0-9A-Fa-f]'];

/** A whole run of digits: what a lookahead took is not given back, so no line makes the engine try all ways to divide a run. */
const wholeRun = (name: string): string => `(?=(?<${name}>${hex}+))\\k<${name}>`;

/** Two numbers; where nothing divides them, the second begins with 0x or is the last digit. */
const range =
  `^${s}*(?:0x)?(?:${wholeRun('start')}(?:${s}|-)?${s}*(?:0x)?${wholeRun('limit')}` +
  `|(?<startBefore0x>${hex}+)0x${wholeRun('limitAfter0x')}|(?<allButLast>${hex}+)(?<last>${hex})(?!${hex})):?`;
const permissions = `(?:${s}+(?<permissions>[-rwxp]+))?`;
const procMaps = new RegExp(
  `${range}${permissions}(?:${s}+(?<offset>${hex}+))?${s}+${hex}+:${hex}+${s}+[0-9]+(?:${s}+(?<file>[^\\t\\n\\f\\r ]+))?`,
);
const briefMaps = new RegExp(
  `${range}${permissions}(?:${s}+(?<file>[^\\t\\n\\f\\r ]+))?(?:${s}+\\(@(?<offset>${hex}+)\\))?(?:${s}+(?<buildId>${hex}+))?`,
);

function parseMapping(line: string): Mapping | 'unrecognized' | 'not executable' {
  const found = (procMaps.exec(line) ?? briefMaps.exec(line))?.groups;
  if (found === undefined) {
    return 'unrecognized';
  }
  if (found['permissions'] !== undefined && !found['permissions'].includes('x')) {
    return 'not executable';
  }
  const start = parseHex64(found['start'] ?? found['startBefore0x'] ?? found['allButLast'] ?? '');
  const limit = parseHex64(found['limit'] ?? found['limitAfter0x'] ?? found['last'] ?? '');
  const fileOffset = parseHex64(found['offset'] ?? '0');
  if (start === null || limit === null || fileOffset === null) {
    return 'unrecognized';
  }
  return { ...emptyMapping, start, limit, fileOffset, file: found['file'] ?? '', buildId: found['buildId'] ?? '' };
}
