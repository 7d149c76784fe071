import type { Absence, Row } from './compare';
import type { Goal, LimitGoal, RatioGoal } from './goals';
import { type InputName, inputs } from './inputs';
import { peers } from './peers';

/** What became of a goal over one file. */
export interface Judgement {
  readonly id: string;
  readonly claim: string;
  readonly input: string;
  readonly measured: string;
  readonly goal: string;
  readonly verdict: string;
}

/** Judges every goal over every file that was measured; what could not be measured says why. */
export function judge(goals: readonly Goal[], rows: readonly Row[], absences: readonly Absence[]): Judgement[] {
  const find = (input: InputName, peer: string): Row | undefined => rows.find((row) => row.input === input && row.peer === peer);
  return goals.flatMap((goal) =>
    goal.inputs.flatMap((input) => {
      const own = find(input, goal.own);
      const missing = absences.find(
        (absence) => absence.input === input && (absence.peer === goal.own || (goal.kind === 'ratio' && absence.peer === goal.peer)),
      );
      if (missing !== undefined) {
        return [notMeasured(goal, input, missing.reason)];
      }
      if (own === undefined) {
        return [];
      }
      if (goal.kind === 'limit') {
        return [judgeLimit(goal, own)];
      }
      const peer = find(input, goal.peer);
      return peer === undefined ? [] : [judgeRatio(goal, own, peer)];
    }),
  );
}

function claimOf(goal: Goal): string {
  return goal.kind === 'limit'
    ? `${peers[goal.own].name}: ${goal.what}`
    : `${peers[goal.own].name} against ${peers[goal.peer].name}, ${goal.phase}`;
}

function notMeasured(goal: Goal, input: InputName, reason: string): Judgement {
  return { id: goal.id, claim: claimOf(goal), input: inputs[input].name, measured: '', goal: '', verdict: `not measured: ${reason}` };
}

function judgeRatio(goal: RatioGoal, own: Row, peer: Row): Judgement {
  const ratio = goal.phase === 'first' ? peer.firstMs / own.firstMs : peer.warmMs / own.warmMs;
  return {
    id: goal.id,
    claim: claimOf(goal),
    input: inputs[own.input].name,
    measured: `${formatRatio(ratio)}x`,
    goal: `>= ${formatRatio(goal.least)}x`,
    verdict: ratio >= goal.least ? 'reached' : `missed by ${formatShare(1 - ratio / goal.least)}`,
  };
}

function judgeLimit(goal: LimitGoal, own: Row): Judgement {
  const value = goal.valueOf(own);
  const limit = goal.limitOf(own);
  return {
    id: goal.id,
    claim: claimOf(goal),
    input: inputs[own.input].name,
    measured: `${formatRatio(value)} ${goal.unit}`,
    goal: `<= ${formatRatio(limit)} ${goal.unit}`,
    verdict: value <= limit ? 'reached' : `missed by ${formatShare(value / limit - 1)}`,
  };
}

export function formatRatio(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

function formatShare(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

/** Judges a number that was measured elsewhere: at least, or at most, so much. */
export function judgeNumber(told: {
  readonly id: string;
  readonly claim: string;
  readonly input: string;
  readonly value: number;
  readonly unit: string;
  readonly least?: number;
  readonly most?: number;
}): Judgement {
  const { id, claim, input, value, unit, least, most } = told;
  const isReached = (least === undefined || value >= least) && (most === undefined || value <= most);
  const missed = least !== undefined ? 1 - value / least : value / (most ?? value) - 1;
  const bound = least !== undefined ? `>= ${formatRatio(least)}` : `<= ${formatRatio(most ?? Number.NaN)}`;
  return {
    id,
    claim,
    input,
    measured: `${formatRatio(value)}${unit}`,
    goal: `${bound}${unit}`,
    verdict: isReached ? 'reached' : `missed by ${formatShare(missed)}`,
  };
}
