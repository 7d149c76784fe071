/** A threshold as its YAML says it. Quantities carry their units: `5ms`, `10MB`, `20%`. */
export interface CheckSource {
  /** What reports call it; the name of its fact without. */
  readonly id?: string;
  readonly title?: string;
  readonly fact: string;
  /** Of a fact of each endpoint, cause or stop: which of them; each without. */
  readonly for?: string;
  readonly max?: string | number;
  readonly min?: string | number;
  /** Against the baseline: `10%` of its value, or a difference in the fact's unit; of shares, a difference is written in points: `5pp`. */
  readonly maxIncrease?: string | number;
  readonly maxDecrease?: string | number;
  /** A fact that the captures do not hold is no failure then. */
  readonly optional?: boolean;
}
