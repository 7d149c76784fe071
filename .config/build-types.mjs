/**
 * `npm run build:types`: the declarations of the libraries. Sources import without extensions, as bundlers take it; programs that resolve modules as Node does
 * need the whole names, so they are written into the declarations.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import ts from 'typescript';

const configFile = fileURLToPath(new URL('tsconfig.types.json', import.meta.url));
const formatHost = { getCanonicalFileName: (name) => name, getCurrentDirectory: ts.sys.getCurrentDirectory, getNewLine: () => '\n' };

function fail(diagnostics) {
  console.error(ts.formatDiagnostics(diagnostics, formatHost));
  process.exit(1);
}

/** `./units` and `./base` beside a source file are `./units.js` and `./base/index.js`. */
function wholeName(specifier, sourceFile) {
  const target = resolve(dirname(sourceFile), specifier);
  const isFile = ['.ts', '.tsx'].some((extension) => existsSync(target + extension));
  return isFile ? `${specifier}.js` : `${specifier}/index.js`;
}

function withWholeNames(declarations, sourceFile) {
  return declarations.replace(
    /(\bfrom |\bimport\()(['"])(\.\.?(?:\/[^'"]*)?)\2/g,
    (_, keyword, quote, specifier) => keyword + quote + wholeName(specifier, sourceFile) + quote,
  );
}

const config = ts.getParsedCommandLineOfConfigFile(
  configFile,
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => fail([diagnostic]) },
);
const program = ts.createProgram(config.fileNames, config.options);
const { diagnostics } = program.emit(undefined, (path, text, _bom, _onError, [source]) => {
  ts.sys.writeFile(path, withWholeNames(text, source.fileName));
});
const problems = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
if (problems.length > 0) {
  fail(problems);
}
