import { parseXml, XmlElement } from '@rgrove/parse-xml';

import { GclensError } from '../../base';

/** An object as ListObjectsV2 tells of it. */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  /** Without quotes, '' where the store has none. */
  readonly etag: string;
  readonly modifiedUnixMs: number;
}

/** One page of ListObjectsV2 (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html). */
export interface ListedPage {
  readonly objects: readonly ListedObject[];
  /** What the next page is asked for with, null for the last. */
  readonly nextToken: string | null;
}

/** Reads an answer of ListObjectsV2 whose keys are percent-encoded (`encoding-type=url`). @throws GclensError when it is none */
export function readS3Listing(xml: string): ListedPage {
  const root = rootOf(xml);
  if (root?.name !== 'ListBucketResult') {
    throw new GclensError('the answer is no list of objects of an S3 store', {
      advice: 'Set AWS_ENDPOINT_URL to the address of the store’s S3 interface.',
    });
  }
  const decode =
    textOf(root, 'EncodingType') === 'url' ? (key: string) => decodeURIComponent(key.replace(/\+/g, ' ')) : (key: string) => key;
  return {
    objects: childrenOf(root, 'Contents').map((entry) => ({
      key: decode(textOf(entry, 'Key')),
      sizeBytes: Number(textOf(entry, 'Size')),
      etag: textOf(entry, 'ETag').replace(/"/g, ''),
      modifiedUnixMs: Date.parse(textOf(entry, 'LastModified')),
    })),
    nextToken: textOf(root, 'IsTruncated') === 'true' ? textOf(root, 'NextContinuationToken') || null : null,
  };
}

function rootOf(xml: string): XmlElement | null {
  try {
    return parseXml(xml).root;
  } catch {
    return null;
  }
}

function childrenOf({ children }: XmlElement, name: string): XmlElement[] {
  return children.filter((child) => child instanceof XmlElement).filter((child) => child.name === name);
}

function textOf(element: XmlElement, name: string): string {
  return childrenOf(element, name)[0]?.text ?? '';
}
