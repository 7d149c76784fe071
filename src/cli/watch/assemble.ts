import type { Notice, WorkOptions } from '../../base';
import { type ExporterSettings, serviceNameOf } from '../../bridge';
import type { OpenedCapture } from '../../capture';
import { analyzeTrace, type AnalyzedTrace, type AppSpan, parseOtlpSpans, profileBelongs, spansBelong } from '../../correlate';
import { decodeTrace } from '../../gotrace';
import { decodeProfile, isCpuProfile, type Profile } from '../../pprof';
import { type Telemetry, telemetryOf } from '../exportAll';
import { stemOf } from './source';

/** What lies beside a trace and may be of its moment. */
export type Beside =
  | { readonly kind: 'profile'; readonly name: string; readonly sha256: string; readonly profile: Profile }
  | { readonly kind: 'spans'; readonly name: string; readonly sha256: string; readonly spans: readonly AppSpan[] };

/** What is exported of a trace, and what that was made from. */
export interface Assembled {
  readonly telemetry: Telemetry;
  /** What was joined to the trace. */
  readonly companions: readonly Pick<Beside, 'name' | 'sha256'>[];
  readonly notices: readonly Notice[];
}

/** What a trace can be joined with; null for profiles that are not of CPU time. @throws GclensError when the file is damaged */
export async function decodeBeside({ info, bytes }: OpenedCapture): Promise<Beside | null> {
  const { name, sha256 } = info;
  if (info.kind === 'otlp-spans') {
    return { kind: 'spans', name, sha256, spans: parseOtlpSpans(bytes).spans };
  }
  const profile = await decodeProfile(bytes);
  return isCpuProfile(profile) ? { kind: 'profile', name, sha256, profile } : null;
}

/**
 * Spans of a trace with what belongs to it of what lies in its folder: of the same name up to the first dot, or of its time, or the only one beside the only trace.
 * @throws GclensError when it is no trace that spans can be made of
 */
export async function assemble(
  { info, bytes, notices }: OpenedCapture,
  beside: readonly Beside[],
  { isOnlyTrace, settings, ...work }: WorkOptions & { readonly isOnlyTrace: boolean; readonly settings: ExporterSettings },
): Promise<Assembled> {
  const trace = await decodeTrace(bytes, work);
  const alone = await analyzeTrace(trace, work);
  const chosen = choose(alone, info.name, beside, isOnlyTrace);
  const profile = chosen.find((one) => one.kind === 'profile');
  const spanFile = chosen.find((one) => one.kind === 'spans');
  const given = {
    ...(profile === undefined ? {} : { profile: profile.profile }),
    ...(spanFile === undefined ? {} : { appSpans: spanFile.spans }),
  };
  const analyzed = chosen.length === 0 ? alone : await analyzeTrace(trace, { ...work, ...given, alone });
  const { joins } = analyzed;
  const joined = {
    ...(profile !== undefined && joins.profile?.isJoined === true ? { profile: profile.profile } : {}),
    ...(spanFile !== undefined && joins.appSpans?.isJoined === true ? { appSpans: spanFile.spans } : {}),
  };
  const serviceName = settings.serviceName ?? (spanFile === undefined ? undefined : serviceNameOf(spanFile.spans));
  const built = { resourceAttributes: settings.resourceAttributes, ...joined, ...(serviceName === undefined ? {} : { serviceName }) };
  const telemetry = telemetryOf(analyzed, info, built, howToGiveClock);
  return {
    telemetry,
    companions: chosen.map(({ name, sha256 }) => ({ name, sha256 })),
    notices: [...notices, ...analyzed.notices, ...telemetry.notices],
  };
}

const howToGiveClock =
  'put the CPU profile taken with it beside it, of the same name up to the first dot; Go 1.25 and later write the wall clock into the trace';

/** The CPU profile and the spans of a trace, at most one of each. */
function choose(alone: AnalyzedTrace, traceName: string, beside: readonly Beside[], isOnlyTrace: boolean): Beside[] {
  const known = { ...alone, code: alone.joins.code };
  const hasClock = alone.facts.wall !== null;
  const stem = stemOf(traceName);
  return (['profile', 'spans'] as const).flatMap((kind) => {
    const candidates = beside.filter((one) => one.kind === kind);
    const isNamed = (one: Beside) => stemOf(one.name) === stem;
    const isMeant = (one: Beside) => isNamed(one) || hasClock || (isOnlyTrace && candidates.length === 1);
    const belongs = (one: Beside) =>
      (one.kind === 'profile' ? profileBelongs(known, one.profile) : spansBelong(known, one.spans)).reasons.length === 0;
    const inOrder = [...candidates.filter(isNamed), ...candidates.filter((one) => !isNamed(one))];
    const found = inOrder.find((one) => isMeant(one) && belongs(one));
    return found === undefined ? [] : [found];
  });
}
