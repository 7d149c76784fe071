/** Stands in for the component that fetches icons, which no test looks at: each would change the page some time later. */
export default () => null;
