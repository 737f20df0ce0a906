// What the soak measures, and whether it drifts.

/** The share-th of a list of numbers. */
export function quantile(numbers, share) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

const median = (numbers) => quantile(numbers, 0.5);
const WINDOWS = 5;

/** Robustly: the median of the 99th percentiles of five windows, so that one bad second of the machine is not taken for a drift. */
export function p99(numbers) {
  const length = Math.ceil(numbers.length / WINDOWS);
  const windows = Array.from({ length: WINDOWS }, (_, w) => numbers.slice(w * length, (w + 1) * length)).filter((window) => window.length > 0);
  return median(windows.map((window) => quantile(window, 0.99)));
}

/** The first and the last third. */
export function thirds(list) {
  const length = Math.floor(list.length / 3);
  return [list.slice(0, length), list.slice(list.length - length)];
}

/** Resident bytes of this process after a garbage collection: in MB. */
export async function residentMB() {
  globalThis.gc?.();
  await new Promise((resolve) => setImmediate(resolve));
  return process.memoryUsage().rss / 2 ** 20;
}

/** @param {number[]} resident in MB */
export function residentDrift(resident) {
  const [first, last] = thirds(resident).map(median);
  return { first, last };
}
