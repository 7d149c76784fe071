import { Blob as NodeBlob } from 'node:buffer';

import type { DataQueryRequest, DataQueryResponse, DataSourceInstanceSettings } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';
import { lastValueFrom } from 'rxjs';

import { hashCapture } from '../../src/capture';
import { GclensDataSource, type GclensOptions, type GclensQuery } from '../../src/datasource';
import { MemoryStore } from '../../src/datasource/memoryStore.testing';
import type { StoredCapture } from '../../src/datasource/store';
import type { CaptureRef } from '../../src/frames';
import { type Decoder, createInProcessDecoder } from '../../src/worker';

const tracing = { uid: 'tempo', name: 'Tempo', type: 'tempo' };

type HeldCapture = StoredCapture & { readonly bytes: Uint8Array };

/** A store that holds these files. */
class FileStore extends MemoryStore {
  constructor(private readonly held: readonly HeldCapture[]) {
    super(held);
  }

  override file(sha256: string): Promise<Blob | undefined> {
    const found = this.held.find((capture) => capture.sha256 === sha256);
    return Promise.resolve(found === undefined ? undefined : (new NodeBlob([found.bytes]) as unknown as Blob));
  }
}

interface TestDatasource {
  readonly datasource: GclensDataSource;
  /** What names all of its captures. */
  readonly captures: readonly CaptureRef[];
}

/** The data source with files in its store and the decoder that the worker runs. */
export async function datasourceWith(
  files: readonly { readonly name: string; readonly file: Uint8Array }[],
  decoder: Decoder = createInProcessDecoder(),
  options: Partial<GclensOptions> = {},
): Promise<TestDatasource> {
  const held = await Promise.all(
    files.map(async ({ name, file }) => ({
      name,
      bytes: file,
      sha256: await hashCapture(file),
      kind: name.startsWith('trace') ? ('trace-v2' as const) : ('pprof' as const),
      sizeBytes: file.length,
      droppedAtMs: 1,
    })),
  );
  const templateSrv = { replace: (text = '') => text } as TemplateSrv;
  const settings = {
    uid: 'gclens',
    name: 'gclens',
    type: 'gclens-datasource',
    url: '/api/datasources/proxy/uid/gclens',
    jsonData: { tracingDatasourceUid: 'tempo', ...options },
    meta: { baseUrl: 'public/plugins/gclens-datasource' },
  } as DataSourceInstanceSettings<GclensOptions>;
  return {
    datasource: new GclensDataSource(settings, {
      store: new FileStore(held),
      decoder,
      templateSrv,
      findDatasource: () => tracing,
    }),
    captures: held.map(({ sha256, name }) => ({ by: 'sha256', sha256, name })),
  };
}

/** The last answer, as Grafana's query runner would put it together for one target. */
export function ask(
  datasource: GclensDataSource,
  query: Partial<GclensQuery> | object,
  part: Partial<DataQueryRequest<GclensQuery>> = {},
): Promise<DataQueryResponse> {
  const target = { refId: 'A', ...query } as GclensQuery;
  return lastValueFrom(datasource.query({ targets: [target], scopedVars: {}, ...part } as DataQueryRequest<GclensQuery>));
}
