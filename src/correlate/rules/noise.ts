import type { Capture } from '..';
import { compareCaptures, type Comparison, type MetricName } from '../compareCaptures';
import type { FactDescription } from './catalogue';
import type { Measured } from './measure';
import { formatQuantity } from './units';

/** How a difference compares with what the captures differ by anyway. */
export interface Noise {
  /** Null where nothing tells. */
  readonly isBeyond: boolean | null;
  readonly told: 'runs' | 'captures' | 'nothing';
  /** Of several runs, from the least to the greatest on either side, as text. */
  readonly spans: readonly [value: string, baseline: string] | null;
}

/** The figures of a comparison whose noise is that of a fact. */
const comparedAs: Readonly<Record<string, MetricName>> = {
  'gc.cycles': 'gcCycles',
  'gc.cyclesPerSecond': 'gcCycles',
  'gc.pauseTotal': 'stopNs',
  'gc.pauseShare': 'stopNs',
  'gc.pauseMax': 'maxPauseNs',
  'gc.assistTotal': 'assistNs',
  'requests.gcTaxShare': 'gcTaxShare',
  'cpu.mapShare': 'mapShare',
};

const noNoise: Noise = { isBeyond: null, told: 'nothing', spans: null };

/**
 * Tells differences from noise. With two runs or more on either side, a difference is beyond noise where no run of one side lies among those of the other (of three
 * on either side chance does that once in ten times). With one, where {@link compareCaptures} finds that the captures differ by more than within
 * themselves; it knows the noise of a few facts alone.
 */
export class NoiseLookup {
  private comparison: Comparison | null = null;

  constructor(
    private readonly runs: readonly Measured[],
    private readonly baseline: readonly Measured[],
  ) {}

  of({ name, unit }: FactDescription, values: readonly number[], before: readonly number[]): Noise {
    if (values.length > 1 && before.length > 1) {
      const [low, high, lowBefore, highBefore] = [Math.min(...values), Math.max(...values), Math.min(...before), Math.max(...before)];
      const span = (from: number, to: number): string => `${formatQuantity(from, unit)} to ${formatQuantity(to, unit)}`;
      return { isBeyond: low > highBefore || high < lowBefore, told: 'runs', spans: [span(low, high), span(lowBefore, highBefore)] };
    }
    const metric = comparedAs[name];
    const compared = metric === undefined ? undefined : this.compare().metrics.find((each) => each.name === metric);
    return compared === undefined || compared.isBeyondNoise === null
      ? noNoise
      : { isBeyond: compared.isBeyondNoise, told: 'captures', spans: null };
  }

  /** Of the first run on either side. */
  private compare(): Comparison {
    const capturesOf = ([first]: readonly Measured[]): readonly Capture[] => first?.captures ?? [];
    this.comparison ??= compareCaptures(capturesOf(this.runs), capturesOf(this.baseline));
    return this.comparison;
  }
}

/** What tells how much noise there is, as a clause. */
export function describeNoise({ isBeyond, told, spans }: Noise): string {
  switch (told) {
    case 'runs':
      return `runs: ${spans?.[0] ?? ''} against ${spans?.[1] ?? ''}`;
    case 'captures':
      return isBeyond === true
        ? 'which is more than the captures vary within themselves'
        : 'as the captures vary as much within themselves';
    case 'nothing':
      return 'how much of it is noise is not known: give several captures on both sides';
  }
}
