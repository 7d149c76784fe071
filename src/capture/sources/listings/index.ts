import { parseHtmlIndex } from './htmlIndex';
import { parseJsonIndex } from './jsonIndex';
import type { Listing } from './listing';
import { parseS3 } from './s3';
import { parseWebdav } from './webdav';

export { decodePath, encodePath, type ListedFile, type Listing, type ListingKind, listingKindNames, pathIn } from './listing';
export { parseS3Error, type S3Error, s3Query } from './s3';
export { webdavHeaders } from './webdav';

/**
 * Reads a listing of any kind, told by its content.
 * @param folder that was asked for
 * @returns undefined for what is no listing
 */
export function parseListing(body: string, folder: string): Listing | undefined {
  const start = body.trimStart().slice(0, 1);
  if (start === '[') {
    return parseJsonIndex(body, folder);
  }
  return start === '<' ? (parseS3(body) ?? parseWebdav(body, folder) ?? parseHtmlIndex(body, folder)) : undefined;
}
