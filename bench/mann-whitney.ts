/** The statistic of Mann and Whitney: whether one of two samples tends to lie above the other. */

/** `auc`: the chance that a value of `a` is above one of `b`; ties count half. `z` and `p` test it against one half. */
export function mannWhitney(
  a: readonly number[],
  b: readonly number[],
): { auc: number; z: number; p: number } {
  const pooled = [
    ...a.map((value) => ({ value, first: true })),
    ...b.map((value) => ({ value, first: false })),
  ];
  pooled.sort((x, y) => x.value - y.value);
  let rankSum = 0;
  for (let start = 0; start < pooled.length; ) {
    let end = start;
    while (end < pooled.length && pooled[end]?.value === pooled[start]?.value) end += 1;
    const rank = (start + 1 + end) / 2;
    for (const item of pooled.slice(start, end)) if (item.first) rankSum += rank;
    start = end;
  }
  const pairs = a.length * b.length;
  const u = rankSum - (a.length * (a.length + 1)) / 2;
  const z = (u - pairs / 2) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12);
  return { auc: u / pairs, z, p: twoSided(z) };
}

/** The chance that a standard normal lies further out than `z`, either way: Abramowitz and Stegun, 26.2.17. */
function twoSided(z: number): number {
  const x = Math.abs(z);
  const t = 1 / (1 + 0.2316419 * x);
  const tail =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 2 * tail * (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI));
}
