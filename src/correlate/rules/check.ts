import type { CheckSource } from './checkSource';
import { describeFact, knownFacts } from './catalogue';
import type { FactDescription } from './catalogue';
import type { Path, Problems } from './problems';
import { formatQuantity, howToWrite, parseQuantity } from './units';

/** A threshold that can be asked: its fact exists, its quantities are in its unit. */
export interface Check {
  readonly id: string;
  readonly title: string | null;
  readonly fact: FactDescription;
  readonly subject: string | null;
  readonly max: number | null;
  readonly min: number | null;
  readonly maxIncrease: Change | null;
  readonly maxDecrease: Change | null;
  readonly isOptional: boolean;
}

/** How far a fact may move from its baseline: by a part of it, or by a difference in its unit. */
export interface Change {
  readonly kind: 'relative' | 'absolute';
  readonly by: number;
  readonly written: string;
}

/** Compiles a check; what is wrong with it goes to `problems`. */
export function compileCheck(source: CheckSource, path: Path, problems: Problems): Check {
  const known = describeFact(source.fact);
  if (known === undefined) {
    const hint = problems.suggest(
      source.fact,
      knownFacts.map(({ name }) => name),
    );
    problems.add([...path, 'fact'], `there is no fact ${JSON.stringify(source.fact)}${hint} (gclens check --list-facts shows all)`);
  } else if (known.unit === 'text') {
    problems.add([...path, 'fact'], `${known.name} is a text, which has no threshold`);
  }
  const fact = known ?? { name: source.fact, scope: 'capture', unit: 'count', needs: 'trace' };
  if (source.for !== undefined && known?.scope === 'capture') {
    problems.add([...path, 'for'], `${fact.name} is a fact of the capture as a whole; leave out for`);
  }
  const limit = (member: 'max' | 'min') => {
    const written = source[member];
    const value = written === undefined ? null : parseQuantity(written, fact.unit);
    if (written !== undefined && value === null && known !== undefined && known.unit !== 'text') {
      problems.add([...path, member], `${JSON.stringify(written)} does not fit ${fact.name}; write ${howToWrite(fact.unit)}`);
    }
    if (value !== null && value < 0) {
      problems.add([...path, member], `${fact.name} is never below 0; write ${howToWrite(fact.unit)}`);
    }
    return value;
  };
  const change = (member: 'maxIncrease' | 'maxDecrease') => {
    const written = source[member];
    const value = written === undefined ? null : parseChange(written, fact);
    if (written !== undefined && value === null && known !== undefined && known.unit !== 'text') {
      const difference = fact.unit === 'share' ? 'points: 5pp' : howToWrite(fact.unit);
      problems.add(
        [...path, member],
        `${JSON.stringify(written)} does not fit; write a part of the baseline (10%) or, as a difference, ${difference}`,
      );
    }
    return value;
  };
  const [max, min] = [limit('max'), limit('min')];
  if (max !== null && min !== null && min > max) {
    problems.add([...path, 'min'], `nothing is at least ${String(source.min)} and at most ${String(source.max)}; max is to be the greater`);
  }
  return {
    id: source.id ?? source.fact,
    title: source.title ?? null,
    fact,
    subject: source.for ?? null,
    max,
    min,
    maxIncrease: change('maxIncrease'),
    maxDecrease: change('maxDecrease'),
    isOptional: source.optional ?? false,
  };
}

const percentage = /^\s*\+?(\d+\.?\d*|\.\d+)\s*(%|pp)\s*$/;

function parseChange(written: string | number, { unit }: FactDescription): Change | null {
  const [, digits = '', suffix = ''] = percentage.exec(String(written)) ?? [];
  if (suffix === '%') {
    return { kind: 'relative', by: Number(digits) / 100, written: `${digits} %` };
  }
  if (suffix === 'pp') {
    return unit === 'share' ? { kind: 'absolute', by: Number(digits) / 100, written: `${digits} points` } : null;
  }
  // A share without a unit would be either of the two above.
  const by = unit === 'share' && Number(written) !== 0 ? null : parseQuantity(written, unit);
  return by === null || by < 0 ? null : { kind: 'absolute', by, written: formatQuantity(by, unit) };
}
