import { decodePath, type ListedFile, type Listing, makeVersion, parseDate, parseSize } from './listing';
import { childrenOf, parseXml, textAt } from './xml';

/**
 * The query string that lists a bucket (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html).
 * @param folder below which is listed, '' for the whole bucket
 * @param isDeep everything below it, otherwise what lies in it
 * @param continuation of the answer before
 */
export function s3Query(folder: string, isDeep: boolean, continuation?: string | null): string {
  const prefix = folder === '' ? '' : `${folder}/`;
  const members = [
    'list-type=2',
    'encoding-type=url',
    `prefix=${encodeURIComponent(prefix)}`,
    ...(isDeep ? [] : ['delimiter=%2F']),
    ...(continuation === undefined || continuation === null ? [] : [`continuation-token=${encodeURIComponent(continuation)}`]),
  ];
  return members.join('&');
}

/** Reads an answer to {@link s3Query}. */
export function parseS3(body: string): Listing | undefined {
  const root = parseXml(body);
  if (root?.name !== 'ListBucketResult') {
    return undefined;
  }
  const isEncoded = textAt(root, 'EncodingType') === 'url';
  // Some stores write a space of a key as +, and all of them a + as %2B.
  const decode = (key: string) => (isEncoded ? decodePath(key.replace(/\+/g, ' ')) : key);
  const files = childrenOf(root, 'Contents').flatMap((object): ListedFile[] => {
    const path = decode(textAt(object, 'Key') ?? '');
    const sizeBytes = parseSize(textAt(object, 'Size'));
    const modifiedUnixMs = parseDate(textAt(object, 'LastModified'));
    const version = textAt(object, 'ETag') ?? makeVersion(sizeBytes, modifiedUnixMs);
    // Folders of consoles are empty objects.
    return path === '' || path.endsWith('/') ? [] : [{ path, sizeBytes, modifiedUnixMs, version }];
  });
  const folders = childrenOf(root, 'CommonPrefixes').map((common) => decode(textAt(common, 'Prefix') ?? '').replace(/\/+$/, ''));
  const continuation = textAt(root, 'IsTruncated') === 'true' ? (textAt(root, 'NextContinuationToken') ?? null) : null;
  return { kind: 's3', files, folders: folders.filter((folder) => folder !== ''), continuation };
}

/** What an error of a bucket says. */
export interface S3Error {
  readonly code: string;
  readonly message: string;
}

export function parseS3Error(body: string): S3Error | undefined {
  const root = parseXml(body);
  const code = root?.name === 'Error' ? textAt(root, 'Code') : undefined;
  return code === undefined ? undefined : { code, message: textAt(root, 'Message') ?? '' };
}
