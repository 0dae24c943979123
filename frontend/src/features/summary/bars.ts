/** "1234.50" → 123450n: sums of money are never floating point; their share of the widest bar may be. */
export const kopecks = (amount: string) => BigInt(amount.replace('.', ''));

/** Lengths of bars in percent of the largest of all amounts; the least that is not nothing can still be seen. */
export function barLengths(amounts: string[]): number[] {
  const sums = amounts.map((amount) => { const sum = kopecks(amount); return sum < 0n ? -sum : sum; });
  const largest = sums.reduce((most, sum) => (sum > most ? sum : most), 0n);
  return sums.map((sum) => (sum === 0n ? 0 : Math.max(0.5, Number((sum * 1000n) / largest) / 10)));
}
