import { GclensError } from '../../base';
import { timeOfName, timeSource } from './timeOfName';

/** What a path says of its file. */
export interface PathMatch {
  readonly labels: Readonly<Record<string, string>>;
  /** What stands at `{time}`, or anywhere in the path where the pattern has none; null where there is no time. */
  readonly unixMs: number | null;
}

/** A pattern of paths, ready to be matched. */
export interface PathPattern {
  /** Labels that it names, `time` not among them. */
  readonly labelNames: readonly string[];
  /** Folder that all matching paths lie in, without slashes at its ends; '' for the top. */
  readonly folder: string;
  /** Undefined for a path that does not match. */
  match(path: string): PathMatch | undefined;
  /** Whether something below a folder can match. */
  canMatchBelow(folder: string): boolean;
}

type Part =
  { readonly kind: 'source'; readonly source: string; readonly isLiteral: boolean } | { readonly kind: 'label'; readonly name: string };

const everything = '**';

/**
 * Reads a pattern: `{service}` is a label (one part of a path, or a piece of it), `{time}` a time in any form that `timeOfName` reads, `*` anything but a slash, `?` one
 * character, `**` anything, `{a,b}` either.
 * @param pattern without it, everything
 * @param labels what labels must be: globs of the same form
 * @throws GclensError that shows where the pattern is wrong
 */
export function parsePathPattern(pattern = everything, labels: Readonly<Record<string, string>> = {}): PathPattern {
  const segments = pattern.replace(/^\/+/, '').split('/');
  const parsed = segments.map((segment) => parseSegment(segment, pattern));
  const names = new Set(parsed.flat().flatMap((part) => (part.kind === 'label' ? [part.name] : [])));
  const sources = new SegmentSources(labels, pattern);
  const segmentSources = parsed.map((parts) => sources.of(parts));
  const whole = new RegExp(`^${joinSegments(segments, segmentSources)}$`, 's');
  // From here on a part of the pattern may take several folders.
  const open = parsed.findIndex(
    (parts, index) => segments[index] === everything || parts.some((part) => part.kind === 'label' && part.name === 'time'),
  );
  const known = open < 0 ? parsed.length - 1 : Math.min(open, parsed.length - 1);
  const folderPatterns = segmentSources
    .slice(0, known)
    .map((_, index) => new RegExp(`^${segmentSources.slice(0, index + 1).join('/')}$`, 's'));
  const literals = parsed.slice(0, known).findIndex((parts) => parts.some((part) => part.kind === 'label' || !part.isLiteral));
  return {
    labelNames: [...names].filter((name) => name !== 'time'),
    folder: segments.slice(0, literals < 0 ? known : literals).join('/'),
    match: (path) => {
      const match = whole.exec(path);
      return match === null ? undefined : readMatch(path, match.groups ?? {}, names.has('time'));
    },
    canMatchBelow: (folder) => {
      const depth = folder.split('/').length;
      const deepest = folderPatterns.at(-1);
      if (depth <= folderPatterns.length) {
        return folderPatterns[depth - 1]?.test(folder) === true;
      }
      return open >= 0 && (deepest === undefined || deepest.test(folder.split('/').slice(0, folderPatterns.length).join('/')));
    },
  };
}

function readMatch(path: string, groups: Readonly<Record<string, string | undefined>>, hasTime: boolean): PathMatch | undefined {
  const { time, ...labels } = groups;
  const found = timeOfName(hasTime ? (time ?? '') : path);
  if (hasTime && found === undefined) {
    return undefined;
  }
  const known = Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { labels: Object.fromEntries(known), unixMs: found?.unixMs ?? null };
}

/** A part that is `**` may also stand for no folder at all. */
function joinSegments(segments: readonly string[], sources: readonly string[]): string {
  return sources
    .map((source, index) => {
      const isLast = index === sources.length - 1;
      if (segments[index] !== everything) {
        return isLast ? source : `${source}/`;
      }
      return isLast ? '.*' : '(?:.*/)?';
    })
    .join('');
}

function parseSegment(segment: string, pattern: string): Part[] {
  const parts: Part[] = [];
  const pieces = /\{([^{}]*)\}|(\*+)|(\?)|([^{}*?]+)|([{}])/g;
  for (const [, braced, stars, question, literal, stray] of segment.matchAll(pieces)) {
    if (stray !== undefined) {
      throw wrong(pattern, `a “${stray}” without its partner`);
    } else if (braced !== undefined) {
      parts.push(parseBraces(braced, pattern));
    } else if (literal !== undefined) {
      parts.push({ kind: 'source', source: escape(literal), isLiteral: true });
    } else {
      parts.push({ kind: 'source', source: question === undefined && stars !== undefined ? '[^/]*' : '[^/]', isLiteral: false });
    }
  }
  return parts;
}

function parseBraces(content: string, pattern: string): Part {
  if (content.includes(',')) {
    return { kind: 'source', source: alternatives(content), isLiteral: false };
  }
  if (!/^[A-Za-z_]\w*$/.test(content)) {
    throw wrong(pattern, `“{${content}}” is no name of a label: letters, digits and _`);
  }
  return { kind: 'label', name: content };
}

function alternatives(content: string): string {
  return `(?:${content.split(',').map(globSource).join('|')})`;
}

/** A glob of one part of a path. */
function globSource(glob: string): string {
  return glob.replace(/\*+|\?|[^*?]+/g, (piece) => (piece.startsWith('*') ? '[^/]*' : piece === '?' ? '[^/]' : escape(piece)));
}

/** Regular expressions of segments; a label that stands twice must be the same both times. */
class SegmentSources {
  private readonly seen = new Set<string>();

  constructor(
    private readonly labels: Readonly<Record<string, string>>,
    private readonly pattern: string,
  ) {}

  of(parts: readonly Part[]): string {
    return parts.map((part) => (part.kind === 'source' ? part.source : this.labelSource(part.name))).join('');
  }

  private labelSource(name: string): string {
    if (this.seen.has(name)) {
      if (name === 'time') {
        throw wrong(this.pattern, '“{time}” stands in it twice');
      }
      return `\\k<${name}>`;
    }
    this.seen.add(name);
    const wanted = Object.hasOwn(this.labels, name) ? this.labels[name] : undefined;
    const any = name === 'time' ? timeSource : '[^/]+?';
    return `(?<${name}>${wanted === undefined || wanted === '' || name === 'time' ? any : wantedSource(wanted)})`;
  }
}

/** A value with several alternatives is what Grafana makes of a variable with several values. */
function wantedSource(wanted: string): string {
  const [, several] = /^\{(.*)\}$/s.exec(wanted) ?? [];
  return several === undefined ? globSource(wanted) : alternatives(several);
}

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function wrong(pattern: string, reason: string): GclensError {
  return new GclensError(`the path pattern “${pattern}” is wrong: ${reason}`, {
    advice: 'Write it as {service}/{pod}/{time}.trace, with * for anything and {a,b} for either',
  });
}
