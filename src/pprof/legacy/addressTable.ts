import { AddressColumn } from '../addressColumn';
import { IdTable } from '../idTable';
import { checkTableSize } from '../limits';

/** Different addresses in the order in which they came. */
export class AddressTable {
  readonly addresses = new AddressColumn();
  private readonly rows: IdTable;

  /** @param capacity how many addresses there are at most */
  constructor(capacity: number) {
    this.rows = new IdTable(capacity);
  }

  has(address: bigint): boolean {
    return this.rows.find(...halves(address)) >= 0;
  }

  /** Row of an address, which is added when it is new. */
  rowOf(address: bigint): number {
    const [low, high] = halves(address);
    const known = this.rows.find(low, high);
    if (known >= 0) {
      return known;
    }
    checkTableSize('locations', this.addresses.length + 1);
    this.rows.add(low, high);
    this.addresses.push(address);
    return this.addresses.length - 1;
  }
}

function halves(address: bigint): [low: number, high: number] {
  return [Number(address & 0xffffffffn), Number(address >> 32n)];
}
