import type { Notice } from '../base';
import { codeOfProfile } from './codeImage';
import type { Capture } from './capture';

/**
 * What a reader must know of captures that are compared and are of two programs, told by where their package main is. Another build of one program is what
 * comparisons are for, and so is one that was built in another folder of that name.
 */
export function otherProgramNotices(captures: readonly Capture[], baseline: readonly Capture[]): Notice[] {
  const own = mainFoldersOf(captures);
  const others = mainFoldersOf(baseline);
  const names = new Set(own.map(lastFolder));
  return own.length === 0 || others.length === 0 || others.some((folder) => names.has(lastFolder(folder)))
    ? []
    : [
        {
          severity: 'warning',
          text: `The baseline is of another program: its package main is in ${others.join(', ')}, not in ${own.join(', ')}.`,
        },
      ];
}

function mainFoldersOf(captures: readonly Capture[]): string[] {
  const images = captures.map((capture) => (capture.kind === 'trace' ? capture.analyzed.joins.code : codeOfProfile(capture.profile)));
  return [...new Set(images.flatMap(({ mainFolders }) => [...mainFolders]))];
}

function lastFolder(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
