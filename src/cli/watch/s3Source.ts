import { AwsClient } from 'aws4fetch';

import { GclensError } from '../../base';
import type { Environment } from '../../bridge';
import { type ListedFile, parseListing, pathIn } from '../../capture';
import { valueOf } from '../environment';
import { get, type GetRequest, getStart } from './httpGet';
import { Gone, type Source, type SourceFile, Unreachable } from './source';

/** A page of a listing holds at most 1000 objects of at most 1024 bytes of key. */
const maxPageBytes = 16 * 2 ** 20;

/**
 * The objects of a bucket whose keys begin with a prefix. The store and the credentials are what the variables of AWS tools say: AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL
 * (then buckets are parts of the path), AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN. Without a key requests are not signed.
 */
export class S3Source implements Source {
  private readonly bucket: string;
  private readonly prefix: string;
  private readonly base: string;
  private readonly client: AwsClient | null;

  /** @param address `s3://BUCKET/PREFIX`. @throws GclensError when it names no bucket, or a variable is wrong */
  constructor(address: string, environment: Environment) {
    const parts = /^s3:\/\/([a-z0-9][a-z0-9._-]{1,254})(?:\/(.*))?$/is.exec(address);
    if (parts?.[1] === undefined) {
      throw new GclensError('the address names no bucket', { advice: 'Write it as s3://bucket/prefix.' });
    }
    this.bucket = parts[1];
    this.prefix = parts[2] === undefined || parts[2] === '' || parts[2].endsWith('/') ? (parts[2] ?? '') : `${parts[2]}/`;
    const region = valueOf(environment, 'AWS_REGION', 'AWS_DEFAULT_REGION') ?? 'us-east-1';
    this.base = bucketAddress(this.bucket, region, valueOf(environment, 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'));
    this.client = clientOf(environment, region);
  }

  async list(signal: AbortSignal): Promise<readonly SourceFile[]> {
    return this.listPages({ prefix: this.prefix }, signal);
  }

  async listFolder(folder: string, start: string, signal: AbortSignal): Promise<readonly SourceFile[]> {
    return this.listPages({ prefix: this.prefix + pathIn(folder, start), delimiter: '/' }, signal);
  }

  async read(name: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return (await get(await this.sign(this.addressOf(name)), maxBytes, signal)).bytes;
  }

  async readStart(name: string, sizeBytes: number, signal: AbortSignal): Promise<Uint8Array> {
    return getStart(await this.sign(this.addressOf(name)), sizeBytes, signal);
  }

  nameOf(bucket: string, key: string): string | null {
    return bucket === this.bucket && key.startsWith(this.prefix) ? key.slice(this.prefix.length) : null;
  }

  private addressOf(name: string): string {
    return `${this.base}${(this.prefix + name).split('/').map(encodeSegment).join('/')}`;
  }

  private async listPages(asked: Readonly<Record<string, string>>, signal: AbortSignal): Promise<readonly SourceFile[]> {
    const files: SourceFile[] = [];
    for (let token: string | null = ''; token !== null;) {
      const query = new URLSearchParams({ 'list-type': '2', 'encoding-type': 'url', ...asked });
      if (token !== '') {
        query.set('continuation-token', token);
      }
      const { bytes } = await this.explain(
        this.sign(`${this.base}?${query.toString()}`).then((request) => get(request, maxPageBytes, signal)),
      );
      const page = parseListing(new TextDecoder().decode(bytes), '');
      if (page?.kind !== 's3') {
        throw new GclensError('the answer is no list of objects of an S3 store', {
          file: `s3://${this.bucket}`,
          advice: 'Set AWS_ENDPOINT_URL to the address of the store’s S3 interface.',
        });
      }
      page.files.flatMap((object) => this.fileOf(object)).forEach((file) => files.push(file));
      token = page.continuation;
    }
    return files;
  }

  private fileOf({ path, sizeBytes, version, modifiedUnixMs }: ListedFile): SourceFile[] {
    const name = path.slice(this.prefix.length);
    const isFile = name !== '' && !/(^|\/)\./.test(name);
    return isFile ? [{ name, sizeBytes, version: `${sizeBytes ?? '?'}:${version ?? '?'}`, modifiedUnixMs: modifiedUnixMs ?? 0 }] : [];
  }

  private async sign(url: string): Promise<GetRequest> {
    if (this.client === null) {
      return { url, headers: {} };
    }
    const { headers } = await this.client.sign(url, { method: 'GET' });
    return { url, headers: Object.fromEntries(headers) };
  }

  private async explain<T>(asked: Promise<T>): Promise<T> {
    try {
      return await asked;
    } catch (error) {
      const advice = 'Look at AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.';
      if (error instanceof Gone) {
        throw new GclensError('there is no such bucket', { file: `s3://${this.bucket}`, advice });
      }
      throw error instanceof Unreachable ? new GclensError(error.message, { file: `s3://${this.bucket}`, advice }) : error;
    }
  }
}

function bucketAddress(bucket: string, region: string, endpoint: string | undefined): string {
  if (endpoint === undefined) {
    return `https://${bucket}.s3.${region}.amazonaws.com/`;
  }
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw new GclensError('AWS_ENDPOINT_URL is no http address', { advice: 'Set it to the store’s address, like http://minio:9000.' });
  }
  return `${endpoint.replace(/\/+$/, '')}/${bucket}/`;
}

function clientOf(environment: Environment, region: string): AwsClient | null {
  const accessKeyId = valueOf(environment, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = valueOf(environment, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = valueOf(environment, 'AWS_SESSION_TOKEN');
  if (accessKeyId === undefined && secretAccessKey === undefined) {
    return null;
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new GclensError('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are set only together');
  }
  return new AwsClient({
    accessKeyId,
    secretAccessKey,
    region,
    service: 's3',
    retries: 0,
    ...(sessionToken === undefined ? {} : { sessionToken }),
  });
}

/** What S3 signatures expect: all but unreserved characters percent-encoded. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
