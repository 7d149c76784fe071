/** Where in a rule file something is: members and positions from its top. */
export type Path = readonly (string | number)[];

/** Takes down what is wrong with a rule file, so that all of it is told at once. */
export interface Problems {
  add(path: Path, message: string): void;
  /** What may have been meant by a name that is none, as the end of a message. */
  suggest(name: string, known: readonly string[]): string;
}
