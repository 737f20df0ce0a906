// What the seats of a flow do with their time: shares of each interval between two looks at flow.stats(), kept for a while.

const KEPT = 60; // samples

export class Occupancy {
  #before = new Map();
  #last = 0;
  /** @type {{ms: number, seats: Map<string, Share>}[]} */ samples = [];
  /** @typedef {{name: string, busy: number, output: number, input: number}} Share  parts of the interval, 0 to 1 */

  /** A new flow counts from 0 again. */
  begin(now) {
    this.#before.clear();
    this.#last = now;
  }

  /** @param {{name, seats: {busy, waitingForInput, waitingForOutput}[]}[]} stats  @param {number} now  ms */
  sample(stats, now) {
    const ms = now - this.#last;
    if (ms <= 0) return;
    this.#last = now;
    const seats = new Map();
    for (const [key, name, seat] of seatsOf(stats)) {
      const before = this.#before.get(key) ?? { busy: 0, waitingForInput: 0, waitingForOutput: 0 };
      const part = (field) => Math.min(1, Math.max(0, (seat[field] - before[field]) / ms));
      seats.set(key, { name, busy: part('busy'), output: part('waitingForOutput'), input: part('waitingForInput') });
      this.#before.set(key, { ...seat });
    }
    this.samples = [...this.samples, { ms, seats }].slice(-KEPT);
  }

  /** A row for each seat there is now: {key, name, shares: (Share | null)[]}, newest last; null: it was not there. */
  rows() {
    const now = this.samples.at(-1);
    return now ? [...now.seats].map(([key, { name }]) => ({ key, name, shares: this.samples.map(({ seats }) => seats.get(key) ?? null) })) : [];
  }

  clear() { this.samples = []; }
}

/** [key, name, seat] of each seat; stages with several have them numbered. */
function seatsOf(stats) {
  return stats.flatMap(({ name, seats }) => seats.map((seat, i) => [`${name} ${i}`, seats.length > 1 ? `${name} ${i + 1}` : name, seat]));
}

/** How much time per frame went where, for each stage, over a whole flow: {name, busy, input, output} in ms, busy of all seats together. */
export function perFrame(stats, frames) {
  const sum = (seats, field) => seats.reduce((total, seat) => total + seat[field], 0) / Math.max(frames, 1);
  return stats.map(({ name, seats }) => ({
    name, busy: sum(seats, 'busy'), input: sum(seats, 'waitingForInput'), output: sum(seats, 'waitingForOutput'),
  }));
}
