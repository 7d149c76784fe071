import { pushTo, remember } from '../base';
import { EventType, type Trace } from '../gotrace';
import { allocatesNothing, isLibrarysOwn } from './allocatingOperation';
import { stackSitesOf } from './stackSite';

/**
 * Stacks in which goroutines were preempted while they worked on a map, with the events of it: there without CPU samples. Since Go 1.25 the stack of a preempted goroutine
 * begins with the function of the runtime at whose entry it gave way, as `runtime.mapIterNext`. Lookups are left out: a loop whose only calls are lookups can
 * be preempted nowhere else.
 */
export const mapPreemptions = remember((trace: Trace): ReadonlyMap<number, readonly number[]> => {
  const { events, strings } = trace;
  const preempted = strings.find('preempted');
  const sites = stackSitesOf(trace);
  const eventsOf = new Map<number, number[]>();
  const types = events.rows.type.subarray(0, preempted === undefined ? 0 : events.length);
  for (let event = types.indexOf(EventType.GoStop); event !== -1; event = types.indexOf(EventType.GoStop, event + 1)) {
    if (events.stringAt(event, 0) === preempted) {
      pushTo(eventsOf, events.stackAt(event), event);
    }
  }
  return new Map(
    [...eventsOf].filter(([stack]) => {
      const site = sites.at(stack);
      return site.mapOp !== null && !site.isMapCallback && !allocatesNothing(site.mapOp) && !isLibrarysOwn(site);
    }),
  );
});
