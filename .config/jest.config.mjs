/** Unit, contract and oracle tests. Tests that need a DOM say so with a `@jest-environment jsdom` docblock. */
export default {
  rootDir: '..',
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/src/**/*.test.ts',
    '<rootDir>/src/**/*.test.tsx',
    '<rootDir>/tests/{cases,contract,oracle,fuzz,receivers,service}/**/*.test.ts',
  ],
  transform: {
    '^.+\\.m?[tj]sx?$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript', tsx: true }, target: 'es2022', transform: { react: { runtime: 'automatic' } } } },
    ],
  },
  transformIgnorePatterns: [
    '/node_modules/(?!(pako|htmlparser2|domhandler|domelementtype|domutils|dom-serializer|entities|re2js|@wojtekmaj/date-utils|mimic-function|memoize|get-user-locale|react-calendar|@noble|idb|@grafana|d3|d3-[a-z-]+|internmap|delaunator|robust-predicates|ol|uuid|marked|react-colorful|@react-hookz|@ver0|@rc-component|@tanstack|micro-memoize|@openfeature|immutable|xastscript|hastscript|xast-util-[a-z-]+|hast-util-[a-z-]+|mdast-util-[a-z-]+|unist-util-[a-z-]+|micromark-util-[a-z-]+|property-information|(?:space|comma)-separated-tokens|html-void-elements|stringify-entities|character-entities[a-z0-9-]*|zwitch|ccount|longest-streak|markdown-table|web-namespaces|decode-named-character-reference|devlop)/)',
  ],
  globalSetup: '<rootDir>/.config/build-generated.mjs',
  setupFiles: ['<rootDir>/.config/jest/browserSetup.mjs'],
  moduleNameMapper: {
    '^gclens:(fallback-)?worker-source$': '<rootDir>/.config/jest/emptyModule.mjs',
    '^react-inlinesvg$': '<rootDir>/.config/jest/noPicture.mjs',
    '\\.css$': '<rootDir>/.config/jest/emptyModule.mjs',
  },
  testTimeout: 120000,
};
