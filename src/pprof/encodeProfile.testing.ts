/** Small profiles for tests, written as protobuf by hand so that every shape can be made, wrong ones too. */

/** Bytes of a field or of several. */
export type ProtoPart = readonly number[];

/** A base-128 varint; negative numbers take ten bytes, as int64 does. */
export function varint(value: number | bigint): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  for (; rest > 127n; rest >>= 7n) {
    bytes.push(Number(rest & 127n) | 128);
  }
  return [...bytes, Number(rest)];
}

/** A field of wire type 0. */
export const number = (field: number, value: number | bigint): number[] => [...varint(field * 8), ...varint(value)];

/** A field of wire type 2: a message, packed numbers or a text. */
export function group(field: number, ...parts: readonly ProtoPart[]): number[] {
  const content = parts.flat();
  return [...varint(field * 8 + 2), ...varint(content.length), ...content];
}

/** A field of wire type 2 that holds a text as UTF-8. */
export const text = (field: number, value: string): number[] => group(field, [...new TextEncoder().encode(value)]);

/** A sample by names. */
export interface TestSample {
  /** Function names, leaf first. */
  readonly stack: readonly string[];
  readonly values: readonly (number | bigint)[];
  readonly labels?: Readonly<Record<string, string | readonly string[]>>;
}

/** A profile by names; one sample type, `cpu` in `nanoseconds`, when none is given. */
export interface TestProfile {
  readonly sampleTypes?: readonly (readonly [type: string, unit: string])[];
  readonly samples: readonly TestSample[];
  readonly dropFrames?: string;
  readonly keepFrames?: string;
}

/** A profile with one location for each function, as bytes. */
export function encodeProfile({ sampleTypes = [['cpu', 'nanoseconds']], samples, dropFrames, keepFrames }: TestProfile): Uint8Array {
  const strings = new Map<string, number>([['', 0]]);
  const index = (value: string): number => {
    const known = strings.get(value) ?? strings.size;
    strings.set(value, known);
    return known;
  };
  const functions = [...new Set(samples.flatMap(({ stack }) => stack))];
  const parts = [
    ...sampleTypes.map(([type, unit]) => group(1, number(1, index(type)), number(2, index(unit)))),
    ...samples.map(({ stack, values, labels = {} }) =>
      group(
        2,
        group(1, ...stack.map((name) => varint(functions.indexOf(name) + 1))),
        group(2, ...values.map(varint)),
        ...Object.entries(labels).flatMap(([key, value]) =>
          [value].flat().map((one) => group(3, number(1, index(key)), number(2, index(one)))),
        ),
      ),
    ),
    ...functions.map((_, row) => group(4, number(1, row + 1), group(4, number(1, row + 1), number(2, 10 + row)))),
    ...functions.map((name, row) => group(5, number(1, row + 1), number(2, index(name)))),
    ...(dropFrames === undefined ? [] : [number(7, index(dropFrames))]),
    ...(keepFrames === undefined ? [] : [number(8, index(keepFrames))]),
  ];
  return Uint8Array.from([...parts, ...[...strings.keys()].map((value) => text(6, value))].flat());
}

/**
 * Reads a drawn flame graph, root on top: a box `[name   ]` on each line spans the columns of its calls, and each column is one unit of weight.
 *
 *     [main          ]
 *     [range   ][grow]
 *     [hash]
 */
export function readDrawing(drawing: string): TestSample[] {
  const lines = drawing.split('\n').filter((line) => line.trim() !== '');
  const boxes = lines.map((line) =>
    [...line.matchAll(/\[([^\]]*)\]/g)].map((box) => ({ from: box.index, to: box.index + box[0].length, name: (box[1] ?? '').trim() })),
  );
  const width = Math.max(...lines.map((line) => line.length));
  const weights = new Map<string, { stack: string[]; weight: number }>();
  for (let column = 0; column < width; column++) {
    const stack = boxes.flatMap((level) => level.filter(({ from, to }) => from <= column && column < to).map(({ name }) => name));
    if (stack.length > 0) {
      const key = stack.join('\n');
      const entry = weights.get(key) ?? { stack: stack.toReversed(), weight: 0 };
      entry.weight++;
      weights.set(key, entry);
    }
  }
  return [...weights.values()].map(({ stack, weight }) => ({ stack, values: [weight] }));
}
