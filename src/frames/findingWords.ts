import type { Finding } from '../correlate';

/** How a severity is called. */
export const severityNames: Readonly<Record<Finding['severity'], string>> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
  info: 'Worth knowing',
  none: 'Fine',
};

/** How a kind of finding is called. */
export const findingKindNames: Readonly<Record<Finding['kind'], string>> = { cause: 'cause', cost: 'who pays', context: 'context' };
