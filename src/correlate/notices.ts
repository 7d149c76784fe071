import type { Notice } from '../base';
import type { Trace } from '../gotrace';
import type { RuntimeFacts } from '../runtime';
import type { IdentityTable, TraceJoins } from './capture';
import { adviceOf, howToRecord } from './howToRecord';

/** Below this many samples a share says little. */
export const fewSamples = 30;

/** What a reader of the facts must know: damage, a missing clock, thin evidence. */
export function noticesOf(trace: Trace, facts: RuntimeFacts, identities: IdentityTable, { fingerprints }: TraceJoins): Notice[] {
  const notices: Notice[] = [];
  if (trace.damage !== null) {
    notices.push({ severity: 'error', text: `The trace is damaged; the facts cover what comes before: ${trace.damage.message}` });
  }
  if (facts.wall === null) {
    notices.push({
      severity: 'warning',
      text: 'This trace does not say what time it was (Go 1.25 and later do). Give the CPU profile taken with it, or a start time, to see wall times.',
    });
  } else if (facts.wall.precisionNs > 1e6) {
    notices.push({
      severity: 'info',
      text: `Wall times come from ${clockNames[facts.wall.source]} and may be off by ${facts.wall.precisionNs / 1e6} ms.`,
    });
  }
  const mapSamples = facts.samples.mapOp.reduce((sum, op) => sum + (op >= 0 ? 1 : 0), 0);
  if (facts.samples.length === 0) {
    notices.push({
      severity: 'info',
      text: 'This trace holds no CPU samples: no CPU profile was running. Map activity is known from regions and logs only.',
    });
  } else if (mapSamples > 0 && mapSamples < fewSamples) {
    notices.push({ severity: 'info', text: `Only ${mapSamples} CPU samples fell into map operations: shares made from them are rough.` });
  }
  let unnamed = 0;
  for (let row = 0; row < identities.length; row++) {
    unnamed += identities.isIdentified(row) ? 0 : 1;
  }
  if (unnamed > 0) {
    notices.push({ severity: 'info', text: `${unnamed} of ${identities.length} tasks carry no span id; gclens identity says why.` });
  }
  if (identities.length === 0) {
    notices.push({ severity: 'info', text: `The trace holds no tasks. ${adviceOf(howToRecord.tasks)}` });
  }
  if (unnamed > 0 && fingerprints?.labels.length === 0) {
    notices.push({ severity: 'info', text: `No label of the CPU profile names a span. ${adviceOf(howToRecord.labels)}` });
  }
  return notices;
}

const clockNames: Readonly<Record<NonNullable<RuntimeFacts['wall']>['source'], string>> = {
  snapshot: 'the clock snapshot of the trace',
  'crdb.exectrace.meta': 'a crdb.exectrace.meta log, written after the clock was read,',
  pprof: 'the start of the CPU profile',
  user: 'the given start time',
};
