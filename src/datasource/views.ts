import { describeView, type QueryMember, type View } from '../frames';

interface ViewChoice {
  readonly label: string;
  readonly description: string;
}

const auto: ViewChoice = { label: 'Auto', description: 'What the panel can draw: timeline, table, flame graph or trace' };
const takenByAuto: readonly QueryMember[] = ['captures', 'selector', 'query', 'timeUnit'];

/** How the view picker names a view. */
export function viewChoice(view: View | 'auto'): ViewChoice {
  return view === 'auto' ? auto : describeView(view);
}

/** Whether a member of the query changes what a view shows: editors show no others. */
export function viewTakes(view: View | 'auto', member: QueryMember): boolean {
  return (view === 'auto' ? takenByAuto : describeView(view).takes).includes(member);
}

/** The sample types that a view knows whatever the captures hold. */
export function viewSampleTypes(view: View | 'auto'): readonly string[] {
  return view === 'auto' ? [] : (describeView(view).sampleTypes ?? []);
}
