import { Parser } from 'htmlparser2';

/** Profiles that the page of net/http/pprof lists, in its order (Go src/net/http/pprof/pprof.go, func indexTmplExecute); undefined for another page. */
export function parsePprofIndex(body: string): readonly string[] | undefined {
  const names: string[] = [];
  let [title, isTitle] = ['', false];
  const parser = new Parser({
    onopentag: (name, { href }) => {
      isTitle = name === 'title';
      const profile = /^([a-z]+)\?/.exec(href ?? '')?.[1];
      if (name === 'a' && profile !== undefined && !names.includes(profile)) {
        names.push(profile);
      }
    },
    ontext: (text) => {
      title += isTitle ? text : '';
    },
    onclosetag: () => {
      isTitle = false;
    },
  });
  parser.end(body);
  return /^\s*\/debug\/pprof\/?\s*$/.test(title) ? names : undefined;
}
