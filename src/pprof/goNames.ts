/** Names of categories of characters that Go knows beside their short ones (Go src/unicode/tables.go, CategoryAliases), as {@link canonicalName} writes them. */
const categories: ReadonlyMap<string, string> = new Map(
  [
    'C other',
    'Cc control cntrl',
    'Cf format',
    'Cn unassigned',
    'Co privateuse',
    'Cs surrogate',
    'L letter',
    'LC casedletter lc',
    'Ll lowercaseletter',
    'Lm modifierletter',
    'Lo otherletter',
    'Lt titlecaseletter',
    'Lu uppercaseletter',
    'M mark combiningmark',
    'Mc spacingmark',
    'Me enclosingmark',
    'Mn nonspacingmark',
    'N number',
    'Nd decimalnumber digit',
    'Nl letternumber',
    'No othernumber',
    'P punctuation punct',
    'Pc connectorpunctuation',
    'Pd dashpunctuation',
    'Pe closepunctuation',
    'Pf finalpunctuation',
    'Pi initialpunctuation',
    'Po otherpunctuation',
    'Ps openpunctuation',
    'S symbol',
    'Sc currencysymbol',
    'Sk modifiersymbol',
    'Sm mathsymbol',
    'So othersymbol',
    'Z separator',
    'Zl lineseparator',
    'Zp paragraphseparator',
    'Zs spaceseparator',
  ].flatMap((row) => {
    const [short = '', ...names] = row.split(' ');
    return names.map((name) => [name, short] as const);
  }),
);

/** Quoted text and escapes, of which `\p{…}` has parts; the begin of a group with a name. */
const named = /\\Q.*?(?:\\E|$)|\\([pP])\{(\^?)([^}]*)\}|\\.|\(\?P?<\w+>/gs;

/**
 * An expression in Go's syntax without what Go (1.25 and later, src/regexp/syntax/parse.go) allows and other engines of RE2 do not: long names of categories, names
 * of categories and scripts in any case, several groups of one name. Groups lose their names.
 */
export function withoutGoNames(expression: string): string {
  return expression.replace(named, (match: string, letter: string | undefined, not: string, name: string) =>
    letter !== undefined ? `\\${letter}{${not}${canonicalName(name)}}` : match.startsWith('(') ? '(' : match,
  );
}

function canonicalName(name: string): string {
  const plain = name.replace(/[ _-]/g, '').toLowerCase();
  return categories.get(plain) ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}
