import type { Notice } from '../base';

/** Says of numbers that they are too large to be shown exactly. */
export function inexact(what: string): Notice {
  return { severity: 'warning', text: `${what} beyond 2^53 and shown to about 16 digits.` };
}

/** Says it of values of a sample type. @param count how many, 0 for no notice */
export function inexactValues(count: number, type: string): Notice[] {
  return count === 0 ? [] : [inexact(`${count} ${count === 1 ? 'value' : 'values'} of ${type} ${count === 1 ? 'is' : 'are'}`)];
}

/** Says it of numeric labels. @param count how many, 0 for no notice */
export function inexactLabels(count: number): Notice[] {
  return count === 0 ? [] : [inexact(`${count} numeric ${count === 1 ? 'label is' : 'labels are'}`)];
}
