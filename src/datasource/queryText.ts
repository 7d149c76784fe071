import { findNodeAtLocation, parseTree, type ParseError, printParseErrorCode } from 'jsonc-parser';

import { checkQuery, type Path, queryMembers, type QueryProblem } from './checkQuery';
import type { GclensQuery } from './types';

/** Members that are Grafana's: it sets them, and they are no part of what a user writes. */
const grafanaMembers = ['refId', 'hide', 'key', 'queryType', 'datasource'] as const;

/** What is wrong with a text that is to be a query. */
export interface TextProblem {
  /** `line 3, captures[0].sha256`, or line and column where the text is no JSON. */
  readonly place: string;
  readonly message: string;
  /** A query with errors is not taken. */
  readonly severity: QueryProblem['severity'];
}

/** A query that was written as JSON. */
export interface ReadQuery {
  /** Absent where there are errors. */
  readonly query?: GclensQuery;
  readonly problems: readonly TextProblem[];
}

/** A query as people write it: JSON with all that it holds, also what gclens does not know; without the members that are Grafana's. */
export function formatQueryText(query: GclensQuery): string {
  const own = Object.entries(query).filter(([name]) => !isGrafanas(name));
  return JSON.stringify(Object.fromEntries(own), undefined, 2);
}

/**
 * Reads what {@link formatQueryText} writes. Nothing is dropped: unknown members are kept, and said.
 * @param grafana the query whose members of Grafana are to be kept
 */
export function readQueryText(text: string, grafana: GclensQuery): ReadQuery {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [broken] = errors;
  if (broken !== undefined || root === undefined) {
    return { problems: [jsonProblem(text, broken)] };
  }
  const value: unknown = JSON.parse(text);
  const problems = checkQuery(value).map(sayGrafanas);
  const placed = problems.map(({ path, message, severity }) => {
    const offset = findNodeAtLocation(root, [...path])?.offset ?? root.offset;
    const place = [`line ${lineAt(text, offset).line}`, ...(path.length === 0 ? [] : [formatPath(path)])].join(', ');
    return { place, message, severity };
  });
  return isQuery(value, problems)
    ? { query: { ...membersOfGrafana(grafana), ...value, version: 1 }, problems: placed }
    : { problems: placed };
}

/** Members that a stored query has and gclens does not know. */
export function unknownMembers(query: GclensQuery): string[] {
  return Object.keys(query).filter((name) => !isGrafanas(name) && !queryMembers.includes(name));
}

/** Whether what was checked is a query. Numbers may still be template variables, which are replaced before a query is read. */
function isQuery(value: unknown, problems: readonly QueryProblem[]): value is Omit<GclensQuery, 'refId'> {
  return problems.every(({ severity }) => severity !== 'error') && typeof value === 'object';
}

function membersOfGrafana(query: GclensQuery): Pick<GclensQuery, 'refId'> {
  const own = Object.entries(query).filter(([name]) => isGrafanas(name));
  return { ...Object.fromEntries(own), refId: query.refId };
}

function isGrafanas(name: string): boolean {
  return grafanaMembers.some((known) => known === name);
}

function sayGrafanas(problem: QueryProblem): QueryProblem {
  const [name] = problem.path;
  return problem.path.length === 1 && isGrafanas(String(name))
    ? { ...problem, message: 'is set by Grafana; leave it out', severity: 'error' }
    : problem;
}

/** What the parser calls its errors, in words. */
const jsonErrors: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing',
  ColonExpected: 'a colon is missing',
  ValueExpected: 'a value is missing: a text in quotes, a number, true, false, [ ] or { }',
  PropertyNameExpected: 'the name of a member is missing, in double quotes',
  CloseBraceExpected: '} is missing',
  CloseBracketExpected: '] is missing',
  EndOfFileExpected: 'something follows the query',
  UnexpectedEndOfString: 'this quote is not closed',
  InvalidCommentToken: 'JSON has no comments',
  InvalidSymbol: 'this is no value: texts stand in double quotes',
};

function jsonProblem(text: string, broken: ParseError | undefined): TextProblem {
  const { line, column } = lineAt(text, broken?.offset ?? 0);
  const code = broken === undefined ? 'ValueExpected' : printParseErrorCode(broken.error);
  return { place: `line ${line}, column ${column}`, message: `no JSON: ${jsonErrors[code] ?? code}`, severity: 'error' };
}

/** Line and column of a character, from 1. */
function lineAt(text: string, offset: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

/** `captures[0].sha256` */
function formatPath(path: Path): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`)).join('');
}
