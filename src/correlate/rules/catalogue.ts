import { captureFacts } from './captureFacts';
import type { Fact, FactValue, Scope, Subject } from './fact';
import type { Measured } from './measure';
import { causeFacts, endpointFacts, leakFacts, ownerFacts, stopFacts } from './subjectFacts';

/** What there is to say of a fact without captures. */
export type FactDescription = Omit<Fact, 'of'>;

/** Every fact that rules and thresholds can speak of, those of captures as a whole first. */
export const knownFacts: readonly FactDescription[] = [
  ...captureFacts,
  ...endpointFacts,
  ...causeFacts,
  ...stopFacts,
  ...ownerFacts,
  ...leakFacts,
];

const byName = new Map(knownFacts.map((fact) => [fact.name, fact]));

/** The fact of a name, undefined of a name that the catalogue does not have. */
export function describeFact(name: string): FactDescription | undefined {
  return byName.get(name);
}

/** Whether a rule about things of one scope can speak of a fact: of their own, and of the capture's. */
export function isFactOf(scope: Scope, { scope: own }: FactDescription): boolean {
  return own === 'capture' || own === scope;
}

/** What the captures hold of a scope, with facts of its own and of the capture. */
export function subjectsOf(measured: Measured, scope: Scope): Subject[] {
  const whole = readers(captureFacts, measured);
  const subject = <Source>(name: string, facts: readonly Fact<Source>[], source: Source): Subject => {
    const own = readers(facts, source);
    return { scope, name, factOf: (fact) => (own.get(fact) ?? whole.get(fact) ?? unknown)() };
  };
  switch (scope) {
    case 'capture':
      return [subject('', captureFacts, measured)];
    case 'endpoint':
      return measured.endpoints.map((endpoint) => subject(endpoint.type, endpointFacts, { endpoint, measured }));
    case 'cause':
      return measured.causes.map((cause) => subject(cause.function, causeFacts, cause));
    case 'stop':
      return measured.stops.map((stop) => subject(stop.reason, stopFacts, stop));
    case 'owner':
      return measured.heap.owners.map((owner) => subject(owner.line, ownerFacts, { owner, measured }));
    case 'leak':
      return measured.heap.leaks.map((leak) => subject(leak.subject, leakFacts, leak));
  }
}

/** A fact of the captures as a whole; null where it is not known. */
export function factOfCapture(measured: Measured, name: string): FactValue {
  return captureFacts.find((fact) => fact.name === name)?.of(measured) ?? null;
}

function unknown(): FactValue {
  return null;
}

/** Reads each fact at most once, when it is asked for. */
function readers<Source>(facts: readonly Fact<Source>[], source: Source): ReadonlyMap<string, () => FactValue> {
  return new Map(
    facts.map((fact) => {
      let known: { readonly value: FactValue } | undefined;
      return [
        fact.name,
        () => {
          known ??= { value: fact.of(source) };
          return known.value;
        },
      ];
    }),
  );
}
