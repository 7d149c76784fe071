import type { WorkOptions } from '../base';
import type { Trace } from '../gotrace';
import type { Profile } from '../pprof';
import { computeRuntimeFacts } from '../runtime';
import type { AppSpan } from './appSpans';
import type { AnalyzedTrace } from './capture';
import { correlateCycles } from './cycleActivity';
import { identifyTasks } from './identity';
import { joinAppSpans } from './joinAppSpans';
import { countMapSites } from './mapSites';
import { noticesOf } from './notices';

/** What is known beside the trace. */
export interface AnalyzeOptions extends WorkOptions {
  /** A CPU profile taken with the trace: its time anchors the clock where the trace has none. */
  readonly profile?: Profile;
  /** The application's own spans, see {@link parseOtlpSpans}. */
  readonly appSpans?: readonly AppSpan[];
  /** When the trace began, for traces without any other clock. */
  readonly wallUnixNs?: bigint;
  /** Which region types are map activity. */
  readonly mapRegionTypes?: RegExp;
}

/**
 * All facts of a trace and what they say together (facts.md).
 * @throws the signal's reason when aborted
 */
export async function analyzeTrace(trace: Trace, options: AnalyzeOptions = {}): Promise<AnalyzedTrace> {
  const { profile, appSpans, ...rest } = options;
  const facts = await computeRuntimeFacts(trace, profile === undefined ? rest : { ...rest, profileTimeUnixNs: profile.timeUnixNs });
  const named = identifyTasks(trace, facts);
  const identities = appSpans === undefined ? named : joinAppSpans(facts, named, appSpans);
  return {
    trace,
    facts,
    identities,
    ...correlateCycles(facts),
    mapSites: countMapSites(facts.samples),
    notices: noticesOf(trace, facts, identities),
  };
}
