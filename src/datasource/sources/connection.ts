import type { Ask, Asked } from '../../capture';
import type { SourceSettings } from './settings';

/** What the data source's URL leads to, and how it is asked. */
export interface Connection {
  readonly ask: Ask;
  readonly settings: SourceSettings;
}

/** For messages: everything goes through Grafana's proxy. */
export function askedOf({ settings }: Connection): Omit<Asked, 'name'> {
  return { isProxied: true, timeoutSeconds: settings.timeoutSeconds };
}
