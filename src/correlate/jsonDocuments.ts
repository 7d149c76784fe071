/** One of the JSON documents of a text. */
export interface JsonDocument {
  readonly text: string;
  /** Line of the file that it begins in, from 1. */
  readonly line: number;
  /** Whether it ends before the text does. */
  readonly isWhole: boolean;
}

/** Splits a text into the JSON objects and arrays that follow each other in it, whatever is between them: lines, commas or nothing. */
export function* jsonDocuments(text: string): Generator<JsonDocument> {
  const marks = /["{}[\]\n\\]/g;
  let [depth, start, line, startLine] = [0, 0, 1, 1];
  let isInString = false;
  for (let found = marks.exec(text); found !== null; found = marks.exec(text)) {
    const [mark] = found;
    if (mark === '\n') {
      line++;
    } else if (isInString) {
      isInString = mark !== '"';
      marks.lastIndex += mark === '\\' ? 1 : 0;
    } else if (mark === '"') {
      isInString = depth > 0;
    } else if (mark === '{' || mark === '[') {
      if (depth++ === 0) {
        [start, startLine] = [found.index, line];
      }
    } else if (mark !== '\\' && depth > 0 && --depth === 0) {
      yield { text: text.slice(start, found.index + 1), line: startLine, isWhole: true };
    }
  }
  if (depth > 0) {
    yield { text: text.slice(start), line: startLine, isWhole: false };
  }
}
