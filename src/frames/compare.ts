import { GclensError, type Notice } from '../base';
import { type Capture, compareCaptures, type Comparison, figureText, valueText, verdictText } from '../correlate';
import type { FrameDraft } from './makeFrame';
import { TableColumns } from './tableFrame';

/**
 * Captures against a baseline, one row a figure.
 * @throws GclensError without a baseline
 */
export function compareFrame(captures: readonly Capture[], baseline: readonly Capture[]): FrameDraft {
  if (baseline.length === 0) {
    throw new GclensError('there is nothing to compare with', {
      advice: 'Name the other captures as the baseline of the query: the member baseline, or gclens compare AFTER… --baseline BEFORE…',
    });
  }
  const comparison = compareCaptures(captures, baseline);
  return new TableColumns(comparison.metrics)
    .text('figure', figureText, { description: 'What is compared', custom: { width: 260 } })
    .text('baseline', ({ baseline: value, unit }) => valueText(value, unit), { description: comparison.baseline.names.join(', ') })
    .text('value', ({ value, unit }) => valueText(value, unit), { displayName: 'captures', description: comparison.value.names.join(', ') })
    .number('ratio', ({ ratio }) => ratio, { displayName: 'times', decimals: 2, description: 'Captures by baseline' })
    .number('low', ({ interval }) => interval?.low ?? null, {
      displayName: 'at least',
      decimals: 2,
      description: '95 % interval, from drawing slices of both traces anew',
    })
    .number('high', ({ interval }) => interval?.high ?? null, {
      displayName: 'at most',
      decimals: 2,
      description: '95 % interval, from drawing slices of both traces anew',
    })
    .text('direction', ({ direction }) => direction, {})
    .text('verdict', verdictText, {
      description: 'Whether the difference is larger than the noise inside of the captures, and whether it is for the better',
    })
    .number('baselineValue', ({ baseline: value }) => value, {
      displayName: 'baseline, exact',
      description: 'In the figure’s own unit: bytes, nanoseconds, a share or a number',
    })
    .number('capturesValue', ({ value }) => value, { displayName: 'captures, exact', description: 'In the figure’s own unit' })
    .text('name', ({ name }) => name, { displayName: 'name in JSON', description: 'Name of the figure in the JSON of gclens compare' })
    .text('evidence', ({ evidence }) => evidence, {})
    .draft('comparison', missingNotices(comparison));
}

function missingNotices({ missing }: Comparison): Notice[] {
  return missing.map((text) => ({ severity: 'warning', text }));
}
