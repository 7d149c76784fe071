import type { View } from '../frames';

interface ViewChoice {
  readonly label: string;
  readonly description: string;
}

/** How the view picker names the views. */
export const viewChoices: Readonly<Record<View | 'auto', ViewChoice>> = {
  auto: { label: 'Auto', description: 'What the panel can draw: timeline, table, flame graph or trace' },
  gcMap: { label: 'GC against map activity', description: 'Map activity, assists and heap over time, GC cycles as regions (time series)' },
  gcCycles: { label: 'GC cycles', description: 'One row a cycle: trigger, stop-the-worlds, assists, map work in it (table)' },
  requests: { label: 'Requests', description: 'Tasks with what they paid to GC, highest tax first (table)' },
  request: { label: 'One request', description: 'Regions, waits, assists and stop-the-worlds of one request (trace view)' },
  flame: { label: 'Flame graph', description: 'Samples of a profile, or CPU samples, assists, GC triggers and waits of a trace' },
  labels: { label: 'Labels', description: 'Label keys and values that a selector can name (table)' },
  captures: { label: 'Captures', description: 'What this browser keeps (table)' },
};

type Member = 'captures' | 'selector' | 'query' | 'sampleType' | 'maxNodes' | 'cycle' | 'limit';

const memberViews: Readonly<Record<Member, readonly (View | 'auto')[]>> = {
  captures: ['auto', 'gcMap', 'gcCycles', 'requests', 'request', 'flame', 'labels'],
  selector: ['auto', 'requests', 'flame'],
  query: ['auto', 'requests', 'request', 'flame'],
  sampleType: ['flame'],
  maxNodes: ['flame'],
  cycle: ['requests', 'flame'],
  limit: ['requests', 'labels'],
};

/** Whether a member of the query changes what a view shows: editors show no others. */
export function viewTakes(view: View | 'auto', member: Member): boolean {
  return memberViews[member].includes(view);
}
