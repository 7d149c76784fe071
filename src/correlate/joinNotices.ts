import type { Notice } from '../base';
import type { Join, TraceJoins } from './capture';

/** What notices call the files beside a trace. */
export interface JoinNames {
  readonly profile?: string;
  readonly otherProfiles?: readonly string[];
  readonly appSpans?: string;
}

/** What a reader must know of captures that do not belong to the trace that they were given with. */
export function joinNotices({ profile, appSpans }: TraceJoins, names: JoinNames): Notice[] {
  return [
    ...(profile === null ? [] : describeJoin(profile, names.profile ?? 'The CPU profile', 'the trace')),
    ...(appSpans === null ? [] : describeJoin(appSpans, names.appSpans ?? 'The file of spans', 'the trace')),
  ];
}

/**
 * None where nothing speaks against the join.
 * @param name of the capture
 * @param other what it was given with
 */
export function describeJoin({ isJoined, reasons }: Join, name: string, other: string): Notice[] {
  const [first] = reasons;
  if (first === undefined) {
    return [];
  }
  const why = reasons.join('; ');
  const text = isJoined
    ? `${name} is joined to ${other} because that was asked for, though it does not belong to it: ${why}.`
    : `${name} does not belong to ${other} and is not joined to it: ${why}. To join it anyway: --join-anyway on the command line, "joinAnyway": true in Grafana.`;
  return [{ severity: 'warning', text }];
}
