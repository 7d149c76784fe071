/** The 95 % Wilson interval of a share of which `hits` of `total` were seen. */
export function wilsonInterval(hits: number, total: number): { low: number; high: number } {
  if (total === 0) {
    return { low: 0, high: 1 };
  }
  const z = 1.96;
  const share = hits / total;
  const middle = (share + z ** 2 / (2 * total)) / (1 + z ** 2 / total);
  const half = (z * Math.sqrt((share * (1 - share)) / total + z ** 2 / (4 * total ** 2))) / (1 + z ** 2 / total);
  return { low: hits === 0 ? 0 : Math.max(0, middle - half), high: hits === total ? 1 : Math.min(1, middle + half) };
}
