import type { Notice } from '../base';
import { answer } from './answer';
import type { Answer, Capture } from './capture';
import { type Payer, payersOf } from './payers';
import {
  type Cause,
  type DocumentedFact,
  type Endpoint,
  factCatalogue,
  factOfCapture,
  type FactValue,
  type Finding,
  findFindings,
  measure,
  type Rule,
} from './rules';

/** All that a person needs to know of captures of one process and one moment, in the order in which it is read. */
export interface Report {
  readonly captures: readonly { readonly name: string; readonly kind: Capture['kind']; readonly sha256: string }[];
  readonly answer: Answer;
  readonly findings: readonly Finding[];
  /** Functions whose allocations drive the GC, the one that does most first, few. */
  readonly causes: readonly Cause[];
  /** Requests by kind, those that took most time first. */
  readonly endpoints: readonly Endpoint[];
  /** Requests that paid most for GC, few. */
  readonly payers: readonly Payer[];
  /** Facts that matter, as far as they are known. */
  readonly facts: readonly { readonly fact: DocumentedFact; readonly value: FactValue }[];
  readonly notices: readonly Notice[];
}

const shownCauses = 8;
const shownPayers = 10;

const shownFacts: readonly string[] = [
  'trace.duration',
  'gc.cycles',
  'gc.cyclesPerSecond',
  'gc.cycleShare',
  'gc.cycleMean',
  'gc.pauseTotal',
  'gc.pauseMax',
  'gc.assists',
  'gc.assistTotal',
  'gc.collectorShare',
  'gc.gogc',
  'heap.liveMax',
  'heap.mapShare',
  'map.driveShare',
  'cpu.mapShare',
  'requests.count',
  'requests.gcTaxShare',
  'requests.gcTaxMax',
  'scheduler.latencyP99Marking',
  'scheduler.latencyP99Outside',
  'procs.count',
  'procs.busyShare',
];

/**
 * Makes the report of captures of one process and one moment.
 * @param notices what else a reader must know of them
 */
export function makeReport(captures: readonly Capture[], rules: readonly Rule[], notices: readonly Notice[] = []): Report {
  const measured = measure(captures);
  const known = factCatalogue
    .filter(({ name }) => shownFacts.includes(name))
    .map((fact) => ({ fact, value: factOfCapture(measured, fact.name) }));
  return {
    captures: captures.map(({ name, kind, sha256 }) => ({ name, kind, sha256 })),
    answer: answer(captures),
    findings: findFindings(measured, rules),
    causes: measured.causes.slice(0, shownCauses),
    endpoints: measured.endpoints,
    payers: measured.trace === null ? [] : payersOf(measured.trace, shownPayers),
    facts: known.filter(({ value }) => value !== null),
    notices: [
      ...notices,
      ...captures.flatMap((capture) => (capture.kind === 'trace' ? capture.analyzed.notices : capture.profile.notices)),
    ],
  };
}
