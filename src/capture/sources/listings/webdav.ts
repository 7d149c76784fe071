import { decodePath, type ListedFile, type Listing, makeVersion, parseDate, parseSize, pathIn, wholeListing } from './listing';
import { childrenOf, parseXml, textAt, type XmlElement } from './xml';

/** Header of a PROPFIND that asks for a folder and what lies in it. */
export const webdavHeaders = { Depth: '1' } as const;

/**
 * Reads the answer to a PROPFIND of depth 1 (RFC 4918 section 9.1).
 * @param folder that was asked for
 */
export function parseWebdav(body: string, folder: string): Listing | undefined {
  const root = parseXml(body);
  if (root?.name !== 'multistatus') {
    return undefined;
  }
  const responses = childrenOf(root, 'response').flatMap((response) => {
    const href = textAt(response, 'href');
    return href === undefined ? [] : [{ path: pathOf(href), properties: goodProperties(response) }];
  });
  // The folder itself is among the answers; what lies in it is told by what follows its address.
  const own = responses.reduce((least, { path }) => Math.min(least, path.replace(/\/+$/, '').length), Infinity);
  const files: ListedFile[] = [];
  const folders: string[] = [];
  for (const { path, properties } of responses) {
    const name = path.slice(own).replace(/^\/+|\/+$/g, '');
    if (name === '' || name.includes('/')) {
      continue;
    }
    if (childrenOf(childrenOf(properties, 'resourcetype')[0], 'collection').length > 0) {
      folders.push(pathIn(folder, name));
    } else {
      const sizeBytes = parseSize(textAt(properties, 'getcontentlength'));
      const modifiedUnixMs = parseDate(textAt(properties, 'getlastmodified'));
      const etag = textAt(properties, 'getetag');
      files.push({ path: pathIn(folder, name), sizeBytes, modifiedUnixMs, version: etag ?? makeVersion(sizeBytes, modifiedUnixMs) });
    }
  }
  return wholeListing('webdav', files, folders);
}

function goodProperties(response: XmlElement): XmlElement | undefined {
  const stats = childrenOf(response, 'propstat');
  const good = stats.find((stat) => / 200 /.test(` ${textAt(stat, 'status') ?? '200'} `)) ?? stats[0];
  return childrenOf(good, 'prop')[0];
}

/** The decoded path of an address that may be whole. */
function pathOf(href: string): string {
  return decodePath(href.replace(/^[a-z]+:\/\/[^/]*/i, ''));
}
