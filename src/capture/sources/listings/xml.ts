import { Parser } from 'htmlparser2';

/** An element of an XML document, by its local name. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
}

/** Answers of stores are shallow; what is deeper is none. */
const maxDepth = 32;

/** The document's element, without namespaces and attributes; undefined for a text without one. Entities of a document type are not expanded. */
export function parseXml(body: string): XmlElement | undefined {
  const top: XmlElement = { name: '', children: [], text: '' };
  const open = [top];
  const parser = new Parser(
    {
      onopentagname: (name) => {
        const element: XmlElement = { name: name.replace(/^.*:/s, ''), children: [], text: '' };
        if (open.length < maxDepth) {
          open.at(-1)?.children.push(element);
        }
        open.push(element);
      },
      ontext: (text) => {
        const element = open.at(-1);
        if (element !== undefined) {
          element.text += text;
        }
      },
      onclosetag: () => {
        open.pop();
      },
    },
    { xmlMode: true },
  );
  parser.end(body);
  return top.children[0];
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return (element?.children ?? []).filter((child) => child.name === name);
}

/** The text at a path of element names; undefined where there is none. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string | undefined {
  const found = path.reduce((current: XmlElement | undefined, name) => childrenOf(current, name)[0], element);
  return found?.text.trim();
}
