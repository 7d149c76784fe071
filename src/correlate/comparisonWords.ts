import type { ComparedMetric } from './compareCaptures';
import { bytesText, duration } from './words';

/** `GC cycles per request`. */
export function figureText({ label, per }: Pick<ComparedMetric, 'label' | 'per'>): string {
  return per === null ? label : `${label} per ${per}`;
}

/** `beyond noise, better`. */
export function verdictText({ isBeyondNoise, isLessBetter, direction }: ComparedMetric): string {
  if (isBeyondNoise === null) {
    return 'noise not known';
  }
  if (!isBeyondNoise) {
    return 'within noise';
  }
  const isBetter = isLessBetter === null ? null : isLessBetter === (direction === 'down');
  return `beyond noise${isBetter === null ? '' : isBetter ? ', better' : ', worse'}`;
}

/** A value with its unit; null where it is not known. */
export function valueText(value: number | null, unit: ComparedMetric['unit']): string | null {
  if (value === null) {
    return null;
  }
  switch (unit) {
    case 'bytes':
      return bytesText(value);
    case 'ns':
      return duration(value);
    case 'share':
      return `${Number((value * 100).toPrecision(3))} %`;
    case 'count':
      return String(Number(value.toPrecision(4)));
  }
}
