import type { Profile } from '../pprof';
import { listOf, type RuntimeFacts, type TaskTable } from '../runtime';
import type { AppSpan } from './appSpans';
import type { IdentityTable } from './capture';
import { joinProfile } from './joinProfile';
import { outermostTasks } from './requestAt';

/** Datadog's label for the resource of the local root, as `GET /cart`. */
const endpointLabel = 'trace endpoint';

/**
 * Tasks by the names that their spans ended with. A task has the name that its span began with, when the route may not be known: `GET` by otelhttp, `http.request` by
 * Datadog. The application's own span tells better, or the endpoint beside the labels of its CPU samples.
 */
export function nameTasks(
  facts: RuntimeFacts,
  identities: IdentityTable,
  spans: readonly AppSpan[] | undefined,
  profile: Profile | undefined,
): TaskTable {
  const names = new Map([...endpointsOfSamples(facts, identities, profile), ...namesOfSpans(identities, spans)]);
  return names.size === 0 ? facts.tasks : renamed(facts.tasks, names);
}

/** By task row; a request of which no sample tells keeps its name. */
function endpointsOfSamples(facts: RuntimeFacts, identities: IdentityTable, profile: Profile | undefined): [number, string][] {
  if (profile?.strings.includes(endpointLabel) !== true) {
    return [];
  }
  const outermost = outermostTasks(facts.tasks);
  return [...joinProfile({ facts, identities }, profile).labelsOfTask].flatMap(([row, labels]): [number, string][] => {
    const [most] = [...(labels.get(endpointLabel) ?? [])].sort((a, b) => b[1] - a[1]);
    const root = outermost.of(row);
    // The task that is outermost where the root began before the trace is not the endpoint's.
    return most === undefined || facts.tasks.parent[root] !== 0 ? [] : [[root, most[0]]];
  });
}

function namesOfSpans(identities: IdentityTable, spans: readonly AppSpan[] | undefined): [number, string][] {
  if (spans === undefined) {
    return [];
  }
  const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return listOf(identities).flatMap(({ ids }, row): [number, string][] => {
    const name = ids.flatMap(({ spanId }) => nameOf.get(spanId) ?? [])[0];
    return name === undefined ? [] : [[row, name]];
  });
}

/** Types are numbers of texts: equal names get equal numbers, new ones such as no text of the trace has. */
function renamed(tasks: TaskTable, names: ReadonlyMap<number, string>): TaskTable {
  const type = tasks.type.slice();
  const numbers = new Map(
    [...new Map(Array.from(type, (number, row) => [number, row]))].map(([number, row]) => [tasks.at(row)?.type, number]),
  );
  let next = 2 ** 31;
  for (const [row, name] of names) {
    const number = numbers.get(name) ?? next++;
    numbers.set(name, number);
    type[row] = number;
  }
  return {
    ...tasks,
    type,
    at: (row) => {
      const [task, name] = [tasks.at(row), names.get(row)];
      return task === undefined || name === undefined ? task : { ...task, type: name };
    },
  };
}
