import type { AppSpan } from '../correlate';

/** The service.name that the application's spans agree on, undefined when they name none or several. */
export function serviceNameOf(spans: readonly AppSpan[]): string | undefined {
  const names = new Set(spans.map(({ serviceName }) => serviceName).filter((name) => name !== ''));
  return names.size === 1 ? [...names][0] : undefined;
}
