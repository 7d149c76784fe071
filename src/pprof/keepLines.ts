import { GrowingColumn, newFloat64, newUint32 } from '../base';
import type { LocationTable } from './profile';

/** The locations with some of their lines. */
export function keepLines(locations: LocationTable, isKept: (location: number, line: number) => boolean): LocationTable {
  const { lineFunction, lineNumber, lineColumn } = locations;
  const lineStart = new Uint32Array(locations.length + 1);
  const kept = {
    lineFunction: new GrowingColumn(newUint32, lineFunction.length),
    lineNumber: new GrowingColumn(newFloat64, lineFunction.length),
    lineColumn: new GrowingColumn(newFloat64, lineFunction.length),
  };
  for (let row = 0; row < locations.length; row++) {
    lineStart[row] = kept.lineFunction.length;
    for (let line = locations.lineStart[row] ?? 0; line < (locations.lineStart[row + 1] ?? 0); line++) {
      if (isKept(row, line)) {
        kept.lineFunction.push(lineFunction[line] ?? 0);
        kept.lineNumber.push(lineNumber[line] ?? 0);
        kept.lineColumn.push(lineColumn[line] ?? 0);
      }
    }
  }
  lineStart[locations.length] = kept.lineFunction.length;
  return {
    ...locations,
    lineStart,
    lineFunction: kept.lineFunction.take(),
    lineNumber: kept.lineNumber.take(),
    lineColumn: kept.lineColumn.take(),
  };
}
