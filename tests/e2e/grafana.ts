import type { APIRequestContext } from '@playwright/test';

/** A data source as Grafana's API takes it. */
interface Settings {
  readonly name: string;
  readonly type: string;
  readonly url?: string;
  readonly jsonData?: object;
  readonly secureJsonData?: object;
}

/** Makes data sources, and takes them away at the end. */
export class DataSources {
  private readonly uids: string[] = [];

  constructor(private readonly request: APIRequestContext) {}

  /** @returns its uid */
  async create({ name, ...settings }: Settings): Promise<string> {
    const uid = `e2e-${name}`;
    await this.request.delete(`/api/datasources/uid/${uid}`);
    await this.post('/api/datasources', { access: 'proxy', uid, name: `e2e ${name}`, ...settings });
    this.uids.push(uid);
    return uid;
  }

  async correlate(sourceUid: string, correlation: object): Promise<void> {
    await this.post(`/api/datasources/uid/${sourceUid}/correlations`, correlation);
  }

  async removeAll(): Promise<void> {
    for (const uid of this.uids) {
      await this.request.delete(`/api/datasources/uid/${uid}`);
    }
  }

  private async post(path: string, data: object): Promise<void> {
    const response = await this.request.post(path, { data });
    if (!response.ok()) {
      throw new Error(`${path}: ${response.status()} ${await response.text()}`);
    }
  }
}

/** Times of the recorded captures. */
export const recordedRange = { from: '2026-11-23T11:10:39.000Z', to: '2026-11-23T11:10:42.500Z' };

/** The address of Explore with one query. */
export function exploreUrl(
  datasource: { readonly uid: string; readonly type?: string },
  query: object,
  range: object = recordedRange,
): string {
  const { uid, type = 'gclens-datasource' } = datasource;
  const panes = { a: { datasource: uid, queries: [{ refId: 'A', datasource: { type, uid }, ...query }], range } };
  return `/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}
