import type { Frame } from '../frames';
import { packFrames, unpackFrames } from './packedFrames';

const frame: Frame = {
  refId: 'A',
  name: 'all kinds of columns',
  meta: { notices: [{ severity: 'info', text: 'kept' }] },
  length: 3,
  fields: [
    { name: 'time', type: 'time', config: { unit: 'ms' }, values: [1, 2 ** 53 - 1, Number.NaN], nanos: [0, 999_999, 5] },
    { name: 'text', type: 'string', config: {}, labels: { key: 'value' }, values: ['main', '', 'main'] },
    { name: 'gap', type: 'number', config: {}, values: [1, null, 3] },
    { name: 'negative', type: 'number', config: {}, values: [-0, -Infinity, 0.1] },
    { name: 'link', type: 'other', config: {}, values: [{ a: [1] }, true, 'x'] },
  ],
};
const empty: Frame = { refId: 'A', length: 0, fields: [{ name: 'none', type: 'string', config: {}, values: [] }] };

describe('packed frames', () => {
  it('come out as they went in, on another thread as well', () => {
    const { packed, transfer } = packFrames([frame, empty]);
    expect(unpackFrames(structuredClone(packed, { transfer }))).toEqual([frame, empty]);
  });

  it('are transferred: what is cloned does not grow with the rows', () => {
    const rows = (length: number): Frame => ({
      refId: 'A',
      length,
      fields: [
        { name: 'level', type: 'number', config: {}, values: Array.from({ length }, (_, row) => row % 40) },
        { name: 'function', type: 'string', config: {}, values: Array.from({ length }, (_, row) => `main.f${row % 10}`) },
      ],
    });
    const { packed, transfer } = packFrames([rows(10_000)]);
    expect(transfer).toHaveLength(2);
    expect(packed.texts).toHaveLength(10);
    structuredClone(packed, { transfer });
    expect(transfer.map(({ byteLength }) => byteLength)).toEqual([0, 0]);
  });
});
