import { WireType } from '../base';
import type { ProfileReader } from './profileReader';
import { ProfileField } from './scanProfile';

/**
 * Reads the values of some sample types once more, exactly: few profiles have values beyond 2^53, and columns of numbers serve all others.
 * @param reader of a profile whose samples were decoded, so that nothing in them is wrong
 * @param isWanted by sample type
 * @returns by sample type, null where not wanted
 */
export function readExactValues(reader: ProfileReader, isWanted: readonly boolean[], samples: number): (BigInt64Array | null)[] {
  const columns = isWanted.map((wanted) => (wanted ? new BigInt64Array(samples) : null));
  let sample = 0;
  let type = 0;
  const readValue = (): void => {
    const value = reader.bigInt();
    const column = columns[type++];
    if (column != null) {
      column[sample] = value;
    }
  };
  reader.forEach(ProfileField.Sample, () => {
    const outer = reader.open('sample');
    type = 0;
    while (reader.next()) {
      if (reader.field !== 2) {
        reader.skip();
      } else if (reader.wireType === WireType.Bytes) {
        const message = reader.open('Sample.value');
        while (reader.position < reader.limit) {
          readValue();
        }
        reader.close(message);
      } else {
        readValue();
      }
    }
    reader.close(outer);
    sample++;
  });
  return columns;
}
