import type { LiveLimits } from '../../capture';
import type { GclensOptions, SourceKind } from '../types';

/** Settings with what counts where nothing was set. */
export interface SourceSettings extends LiveLimits {
  readonly source: SourceKind;
  readonly timeoutSeconds: number;
  readonly seconds: number;
  readonly reuseSeconds: number;
  readonly pprofPath: string | undefined;
  readonly glob: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** Grafana's proxy adds a secret parameter to the query string of what it passes on. */
  readonly hasSecretParameter: boolean;
}

/** Grafana's own (pkg/setting, dataproxy.timeout). */
export const grafanaTimeoutSeconds = 30;
export const defaultSeconds = 5;
export const defaultMaxSeconds = 60;
export const defaultReuseSeconds = 60;
export const defaultMaxMebibytes = 256;

/** Numbers may come from provisioning as texts; what makes no sense counts as not set. Without a source it is this browser. */
export function readSettings(options: GclensOptions): SourceSettings {
  const { source = 'browser', glob, labels = {}, pprofPath } = options;
  return {
    source,
    timeoutSeconds: positive(options.timeout) ?? grafanaTimeoutSeconds,
    seconds: positive(options.seconds) ?? defaultSeconds,
    maxSeconds: positive(options.maxSeconds) ?? defaultMaxSeconds,
    reuseSeconds: positive(options.reuseSeconds) ?? defaultReuseSeconds,
    maxBytes: (positive(options.maxMebibytes) ?? defaultMaxMebibytes) * 2 ** 20,
    pprofPath: pprofPath?.replace(/^\/+|\/+$/g, ''),
    glob: glob === '' ? undefined : glob,
    labels,
    hasSecretParameter: (options.secretParameter ?? '') !== '',
  };
}

function positive(value: number | string | undefined): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isFinite(number) ? number : undefined;
}
