import { closest, distance } from 'fastest-levenshtein';

import { liveProfiles, parseSha256 } from '../capture';
import { type CaptureRef, liveMethods, regionKinds, storePicks, type ViewQuery, views } from '../frames';
import { checkSelector } from './checkSelector';

export type Path = readonly (string | number)[];

/** What is wrong with a member of a query that was written by hand. */
export interface QueryProblem {
  /** Names of members and rows of lists on the way to it; empty for the query itself. */
  readonly path: Path;
  readonly message: string;
  /** A query with errors is not taken; members behind a warning are kept and not used. */
  readonly severity: 'error' | 'warning';
}

/** What is wrong with a value that stands at a path. */
type Check = (value: unknown, path: Path) => QueryProblem[];

/** Members by name, and which of them must be there. */
interface Shape {
  readonly members: Readonly<Record<string, Check>>;
  readonly required: readonly string[];
}

const error = (path: Path, message: string): QueryProblem[] => [{ path, message, severity: 'error' }];

/** Template variables work in every text, also in place of a number. */
const variable = /\$\w|\$\{|\[\[/;

const text: Check = (value, path) => (typeof value === 'string' ? [] : error(path, `is a text in quotes, not ${nameOf(value)}`));

const flag: Check = (value, path) => (typeof value === 'boolean' ? [] : error(path, `is true or false, not ${nameOf(value)}`));

const count =
  (least: number): Check =>
  (value, path) =>
    (typeof value === 'string' && variable.test(value)) || (Number.isSafeInteger(value) && Number(value) >= least)
      ? []
      : error(path, `is a whole number from ${least} on, not ${nameOf(value)}`);

const oneOf =
  (known: readonly string[]): Check =>
  (value, path) =>
    known.some((name) => name === value) ? [] : error(path, `${nameOf(value)} is none of ${known.join(', ')}${meant(value, known)}`);

const listOf =
  (check: Check): Check =>
  (value, path) =>
    Array.isArray(value)
      ? value.flatMap((item: unknown, index) => check(item, [...path, index]))
      : error(path, `is a list in [ ], not ${nameOf(value)}`);

const sha256: Check = (value, path) =>
  typeof value === 'string' && (variable.test(value) || parseSha256(value) !== undefined)
    ? []
    : error(path, 'is the sha-256 of a file, 64 hex digits');

const selector: Check = (value, path) => {
  const problem = typeof value === 'string' ? checkSelector(value) : undefined;
  const place = problem?.offset === undefined ? '' : `character ${problem.offset + 1}: `;
  return problem === undefined ? text(value, path) : error(path, `${place}${problem.message}${insteadOf(problem.proposal)}`);
};

const textMap: Check = (value, path) =>
  isRecord(value)
    ? Object.entries(value).flatMap(([key, item]) => text(item, [...path, key]))
    : error(path, `is an object of texts in { }, not ${nameOf(value)}`);

type RefKind = CaptureRef['by'];

const refShapes: Readonly<Record<RefKind, Shape>> = {
  sample: { members: {}, required: [] },
  latest: { members: {}, required: [] },
  sha256: { members: { sha256, name: text }, required: ['sha256'] },
  embedded: { members: { name: text, data: text }, required: ['name', 'data'] },
  live: {
    members: { profiles: listOf(oneOf(liveProfiles)), seconds: count(1), path: text, method: oneOf(liveMethods) },
    required: ['profiles'],
  },
  url: { members: { path: text }, required: ['path'] },
  variable: { members: { variable: text }, required: ['variable'] },
  store: { members: { glob: text, pick: oneOf(storePicks), labels: textMap }, required: ['pick'] },
};

const refKinds = Object.keys(refShapes);

const captureRef: Check = (value, path) => {
  if (!isRecord(value)) {
    return error(path, `is an object like {"by": "sample"}, not ${nameOf(value)}`);
  }
  const kind = refKinds.find((known): known is RefKind => known === value.by);
  if (kind === undefined) {
    return oneOf(refKinds)(value.by, [...path, 'by']);
  }
  const { members, required } = refShapes[kind];
  return checkShape(value, path, { members: { by: text, ...members }, required });
};

const queryShape: Shape = {
  members: {
    version: (value, path) => (value === 1 ? [] : error(path, 'is 1: this gclens knows no other version')),
    view: oneOf(['auto', ...views]),
    captures: listOf(captureRef),
    baseline: listOf(captureRef),
    selector,
    query: text,
    sampleType: text,
    cycle: count(0),
    focus: text,
    maxNodes: count(2),
    limit: count(1),
    timeUnit: oneOf(['real', 'stretched']),
    joinAnyway: flag,
    regions: listOf(oneOf(regionKinds)),
  } satisfies Readonly<Record<keyof ViewQuery, Check>>,
  required: ['view', 'captures'],
};

/** Names of the members of a query. */
export const queryMembers: readonly string[] = Object.keys(queryShape.members);

/** All that is wrong with a query as JSON holds it, by path; unknown members are warnings. */
export function checkQuery(query: unknown): QueryProblem[] {
  return isRecord(query) ? checkShape(query, [], queryShape) : error([], `a query is an object in { }, not ${nameOf(query)}`);
}

function checkShape(value: Readonly<Record<string, unknown>>, path: Path, { members, required }: Shape): QueryProblem[] {
  const known = Object.keys(members);
  const missing = required.filter((name) => value[name] === undefined).flatMap((name) => error([...path, name], 'is missing'));
  const wrong = Object.entries(value).flatMap(([name, member]): QueryProblem[] => {
    const check = Object.hasOwn(members, name) ? members[name] : undefined;
    return check === undefined
      ? [
          {
            path: [...path, name],
            message: `is no member that gclens knows; it is kept, and not used${meant(name, known)}`,
            severity: 'warning',
          },
        ]
      : member === undefined
        ? []
        : check(member, [...path, name]);
  });
  return [...missing, ...wrong];
}

/** Further apart than this many changes, names are no slip of each other. */
const farthest = 2;

function meant(value: unknown, known: readonly string[]): string {
  const near = typeof value === 'string' && known.length > 0 ? closest(value, known) : undefined;
  return near !== undefined && typeof value === 'string' && distance(value, near) <= farthest ? `; is ${near} meant?` : '';
}

function insteadOf(proposal: string | undefined): string {
  return proposal === undefined ? '' : `; is ${proposal} meant?`;
}

/** A value as a message names it; long ones are cut. */
function nameOf(value: unknown): string {
  if (value === undefined) {
    return 'nothing';
  }
  const json = JSON.stringify(value);
  return json.length > 40 ? `${json.slice(0, 40)}…` : json;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
