/** What an AMD loader tells a module of itself; external to the bundle. */
declare module 'amd-module' {
  const loaded: { readonly uri?: string } | undefined;
  export default loaded;
}

/** Webpack's own variable: where the chunks of a bundle lie. */
declare let __webpack_public_path__: string;
