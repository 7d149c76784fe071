import { Parser } from 'htmlparser2';

import { decodePath, type ListedFile, type Listing, makeVersion, parseDate, pathIn, wholeListing } from './listing';

/** A link of a page, and the text from its end to the next. */
interface Link {
  readonly href: string;
  after: string;
}

/**
 * Reads the pages on which web servers (nginx, Apache, Caddy, Python's http.server) list a directory: links to what lies in it, sizes and dates between them where the
 * server writes some. Nothing of the page is shown or followed: only names are taken, and only those that lie in the folder itself.
 * @param folder that was asked for
 * @returns undefined for a page that is no listing
 */
export function parseHtmlIndex(body: string, folder: string): Listing | undefined {
  const { links, title, hasForm } = readPage(body);
  const isIndex = /^\s*(index of|directory listing|listing of)\b/i.test(title) || links.some(({ href }) => /^\.\.?\/?$/.test(href));
  if (!isIndex || hasForm) {
    return undefined;
  }
  const files: ListedFile[] = [];
  const folders = new Set<string>();
  for (const { href, after } of links) {
    const name = nameOf(href, folder);
    if (name === undefined) {
      continue;
    }
    if (name.endsWith('/')) {
      folders.add(pathIn(folder, name.slice(0, -1)));
    } else {
      const { sizeBytes, modifiedUnixMs } = readDetails(after);
      files.push({ path: pathIn(folder, name), sizeBytes, modifiedUnixMs, version: makeVersion(sizeBytes, modifiedUnixMs) });
    }
  }
  return wholeListing('html-index', files, [...folders]);
}

function readPage(body: string): { links: Link[]; title: string; hasForm: boolean } {
  const links: Link[] = [];
  let [title, isTitle, isLink, hasForm] = ['', false, false, false];
  const parser = new Parser({
    onopentag: (name, { href, type }) => {
      isTitle = name === 'title';
      isLink = isLink || name === 'a';
      hasForm ||= name === 'input' && type?.toLowerCase() === 'password';
      if (name === 'a' && href !== undefined) {
        links.push({ href, after: '' });
      }
    },
    ontext: (text) => {
      const link = links.at(-1);
      if (isTitle) {
        title += text;
      } else if (!isLink && link !== undefined && link.after.length < 400) {
        link.after += text;
      }
    },
    onclosetag: (name) => {
      isTitle = false;
      isLink = isLink && name !== 'a';
    },
  });
  parser.end(body);
  return { links, title, hasForm };
}

/** Name of an entry of the folder, with a slash at its end where it is a folder; undefined for links to the parent, to other orders of the list, to elsewhere. */
function nameOf(href: string, folder: string): string | undefined {
  const path = href.replace(/[?#].*$/s, '').replace(/^\.\//, '');
  if (path === '' || /^([a-z][a-z0-9+.-]*:|\/\/)/i.test(path)) {
    return undefined;
  }
  const decoded = decodePath(path);
  const [, absoluteFolder, name] = /^(\/.*\/|\/|)([^/]+\/?)$/s.exec(decoded) ?? [];
  if (name === undefined || /^\.{1,2}\/?$/.test(name)) {
    return undefined;
  }
  // The parent's address is absolute too; an entry's ends with the folder that was asked for.
  const isInFolder = absoluteFolder === '' || (folder !== '' && absoluteFolder?.endsWith(`/${folder}/`) === true);
  return isInFolder ? name : undefined;
}

const units: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Dates of nginx (27-Nov-2026 09:34) and Apache (2026-11-27 09:34), which name no zone and no seconds, and sizes, which Apache rounds. */
function readDetails(text: string): { sizeBytes: number | null; modifiedUnixMs: number | null } {
  const [date, day, month, year, clock] = /(\d{2})-([A-Z][a-z]{2})-(\d{4}) (\d{2}:\d{2})/.exec(text) ?? [];
  const [isoDate, isoDay, isoClock] = /(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})/.exec(text) ?? [];
  const rest = text.replace(date ?? isoDate ?? '', ' ');
  const [, size, unit] = /(?:^|\s)(\d+(?:\.\d+)?)([KMG]?)(?:\s|$)/.exec(rest) ?? [];
  return {
    sizeBytes: size === undefined ? null : Math.round(Number(size) * (units[unit ?? ''] ?? 1)),
    modifiedUnixMs: parseDate(
      date === undefined ? `${isoDay ?? ''}T${isoClock ?? ''}Z` : `${day ?? ''} ${month ?? ''} ${year ?? ''} ${clock ?? ''} UTC`,
    ),
  };
}
