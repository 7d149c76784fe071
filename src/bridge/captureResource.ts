import type { Resource } from '@opentelemetry/resources';
import { resourceFromAttributes } from '@opentelemetry/resources';

import type { CaptureName } from './buildSpans';
import type { Clock } from './clock';
import { version } from '../../package.json';

/** Who telemetry is about. */
export interface ResourceOptions {
  /** Value of service.name. */
  readonly serviceName?: string;
  /** Further attributes of the resource; gclens' own go before them. */
  readonly resourceAttributes?: Readonly<Record<string, string>>;
}

/** What SDKs use when nobody said the name of a service (https://opentelemetry.io/docs/specs/semconv/resource/#service). */
const unknownService = 'unknown_service:go';

/** Who made it, with the semantic conventions in which the attributes of code are stable. */
export const scope = { name: 'gclens', version, schemaUrl: 'https://opentelemetry.io/schemas/1.33.0' };

/** The resource of all that is exported of a capture. */
export function captureResource(capture: CaptureName, clock: Clock, options: ResourceOptions): Resource {
  return resourceFromAttributes({
    ...options.resourceAttributes,
    'service.name': options.serviceName ?? unknownService,
    'process.runtime.name': 'go',
    'gclens.capture.sha256': capture.sha256,
    'gclens.capture.name': capture.name,
    'gclens.clock.source': clock.source,
    'gclens.clock.precision_ns': clock.precisionNs,
    ...(clock.correctionNs === 0 ? {} : { 'gclens.clock.correction_ns': clock.correctionNs }),
  });
}
