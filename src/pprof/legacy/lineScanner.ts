import { GclensError } from '../../base';

/** The official reader's scanner holds no longer ones, and refuses the file. */
const usualLongestLine = 65535;

const [lineFeed, carriageReturn] = [10, 13];

/** Lines of a text, without their ends. */
export class LineScanner {
  /** The line read last; '' before the first and after the last. */
  line = '';
  /** Where that line begins. */
  offset = 0;
  /** Whether that line has an end; only the last may have none. */
  isTerminated = false;
  private position = 0;
  private readonly utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

  constructor(
    private readonly bytes: Uint8Array,
    private readonly longestLine = usualLongestLine,
  ) {}

  /** Reads the next line; false at the end. @throws GclensError at a line that is too long */
  next(): boolean {
    const { bytes, position } = this;
    this.offset = position;
    this.line = '';
    this.isTerminated = false;
    if (position >= bytes.length) {
      return false;
    }
    const found = bytes.indexOf(lineFeed, position);
    const end = found < 0 ? bytes.length : found;
    if (end - position > this.longestLine) {
      throw new GclensError(`a line is longer than ${this.longestLine} bytes`, { offset: position });
    }
    this.position = end + 1;
    this.isTerminated = found >= 0;
    const hasReturn = end > position && bytes[end - 1] === carriageReturn;
    this.line = this.utf8.decode(bytes.subarray(position, hasReturn ? end - 1 : end));
    return true;
  }
}
