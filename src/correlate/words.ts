/** `141 ms`: three digits and the unit that suits them. */
export function duration(timeNs: number): string {
  const units = [
    [1e9, 's'],
    [1e6, 'ms'],
    [1e3, 'µs'],
  ] as const;
  const [size, unit] = units.find(([ns]) => Math.abs(timeNs) >= ns * 0.9995) ?? [1, 'ns'];
  return `${threeDigits(timeNs / size)} ${unit}`;
}

/** `82 %`; small shares keep a digit, and what is not nothing never reads `0 %`. */
export function percent(share: number): string {
  const value = share * 100;
  if (value > 0 && value < 0.1) {
    return 'less than 0.1 %';
  }
  return `${value < 9.95 ? Number(value.toFixed(1)) : value.toFixed(0)} %`;
}

/** `1 cycle`, `11 cycles`. */
export function count(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount.toLocaleString('en-US')} ${amount === 1 ? noun : plural}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function list(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

function threeDigits(value: number): string {
  const digits = Math.abs(value) >= 99.95 ? 0 : Math.abs(value) >= 9.995 ? 1 : 2;
  return String(Number(value.toFixed(digits)));
}

/** `1.2 MB`: three digits and the unit that suits them, in powers of 1000. */
export function bytesText(bytes: number): string {
  const units = [
    [1e9, 'GB'],
    [1e6, 'MB'],
    [1e3, 'kB'],
  ] as const;
  const [size, unit] = units.find(([least]) => Math.abs(bytes) >= least * 0.9995) ?? [1, 'B'];
  return `${threeDigits(bytes / size)} ${unit}`;
}
