import { GclensError } from '../../base';
import type { Environment } from '../../bridge';
import { FolderSource } from './folderSource';
import { HttpSource } from './httpSource';
import { S3Source } from './s3Source';
import type { Source } from './source';

/**
 * The source that an address names: `s3://bucket/prefix`, an http(s) address whose server lists files, or a folder.
 * @param onNotice told what a look left out
 * @throws GclensError for an address that is of no known kind
 */
export function openSource(address: string, environment: Environment, onNotice: (text: string) => void): Source {
  if (/^s3:/i.test(address)) {
    return new S3Source(address, environment);
  }
  if (/^https?:/i.test(address)) {
    return new HttpSource(address, environment, onNotice);
  }
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(address)?.[1];
  if (scheme !== undefined) {
    throw new GclensError(`the source begins with ${scheme}://, which is not read`, {
      advice: 'Give a folder, an http address or s3://bucket/prefix.',
    });
  }
  return new FolderSource(address);
}
