import { type Endpoint, type Environment, parseEndpoint, parseHeaders } from '../../bridge';
import { encodePath, fetchAsk, listFiles, parsePathPattern, pathIn } from '../../capture';
import { get, type GetRequest, getStart } from './httpGet';
import type { Source, SourceFile } from './source';

/** Variable with headers for the source, as OTEL_EXPORTER_OTLP_HEADERS writes them. */
const headersVariable = 'GCLENS_SOURCE_HEADERS';
/** So many answers are read in one look: each is one folder, or a thousand objects of a bucket. */
const maxAnswers = 100_000;

/**
 * What a server lists below an address: directory listings of web servers (nginx, Apache and similar), WebDAV, a public bucket. A user name and password in the address
 * and the headers of GCLENS_SOURCE_HEADERS go with each request.
 */
export class HttpSource implements Source {
  private readonly base: Endpoint;

  /**
   * @param address http or https, of the top folder
   * @param onNotice told what a look left out
   * @throws GclensError when the headers are damaged
   */
  constructor(
    address: string,
    environment: Environment,
    private readonly onNotice: (text: string) => void,
  ) {
    this.base = parseEndpoint(address, parseHeaders(environment[headersVariable] ?? '', headersVariable), { isComplete: true });
  }

  async list(signal: AbortSignal): Promise<readonly SourceFile[]> {
    return this.listMatching('**', '', signal);
  }

  async listFolder(folder: string, start: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
    return this.listMatching(pathIn(folder.replace(/[{}*?]/g, '?'), '*'), pathIn(folder, start), signal);
  }

  async read(name: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return (await get(this.requestOf(name), maxBytes, signal)).bytes;
  }

  async readStart(name: string, sizeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return getStart(this.requestOf(name), sizeBytes, signal);
  }

  /** The address is that of the bucket. */
  nameOf(_: string, key: string): string {
    return key;
  }

  private requestOf(name: string): GetRequest {
    const { url, headers } = this.base;
    return { url: `${url.replace(/\/*$/, '/')}${encodePath(name)}`, headers };
  }

  private async listMatching(glob: string, prefix: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
    const { url, headers } = this.base;
    const pattern = parsePathPattern(glob);
    const asked = { isProxied: false, timeoutSeconds: 30 };
    const { files, notices } = await listFiles(fetchAsk(url, headers), pattern, asked, { signal, maxAnswers });
    notices.forEach(({ text }) => this.onNotice(text));
    return files
      .filter(({ path }) => path.startsWith(prefix) && !/(^|\/)\.\.?(\/|$)/.test(path))
      .map(({ path, sizeBytes, modifiedUnixMs, version }) => ({
        name: path,
        sizeBytes,
        version: `${sizeBytes ?? '?'}:${version ?? modifiedUnixMs ?? '?'}`,
        modifiedUnixMs: modifiedUnixMs ?? 0,
      }));
  }
}
