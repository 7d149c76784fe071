/** Stands in for what only a bundler makes of a file: style sheets, and the bundled worker. */
export default '';
