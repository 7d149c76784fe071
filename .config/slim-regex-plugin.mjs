/** By class of `re2js`: methods that nobody here calls. With them goes what they alone bring along. */
const unused = {
  RE2JS: /^(?:quoteReplacement|translateRegExp|initTest|matches|matcher|exec|split)$/,
  RE2: /^(?:find|replace|compilePOSIX|initTest)/,
  Machine: /^matchSet$/,
};

/** There are so many of them. */
const leastMethods = 28;

/**
 * `re2js` without what the worker never calls: expressions are compiled and tested there, nothing is searched or replaced.
 *
 * @returns {import('vite').Plugin}
 */
export function slimRegexPlugin() {
  return {
    name: 'gclens-slim-regex',
    transform(code, id) {
      if (!id.endsWith('/re2js/build/index.js')) {
        return undefined;
      }
      const methods = methodsOf(this.parse(code), (className, method) => unused[className]?.test(method) === true);
      if (methods.length < leastMethods) {
        throw new Error('re2js has other methods than it had: see which of them are called');
      }
      const kept = methods.reduceRight((text, { start, end }) => text.slice(0, start) + text.slice(end), code);
      return { code: kept, map: null };
    },
  };
}

/** Methods by class and name, in the order in which they stand in the file. */
function methodsOf(program, isWanted) {
  return program.body
    .flatMap((statement) => (statement.type === 'VariableDeclaration' ? statement.declarations : []))
    .filter(({ init }) => init?.type === 'ClassExpression')
    .flatMap(({ id, init }) => init.body.body.filter(({ type, key }) => type === 'MethodDefinition' && isWanted(id.name, key.name)));
}
