// Times of the last runs, by way of running. They belong to one pipeline at one size: another one starts afresh.

import { spread } from '../shared/spread.js';

const KEPT = 24;

export class History {
  #runs = new Map();
  #work = '';

  /** @param {string} work  what was run; @param {{copying, workers, fused}} way */
  add(work, way, ms, hash = null) {
    if (work !== this.#work) this.#runs.clear();
    this.#work = work;
    const key = keyOf(way);
    const entry = this.#runs.get(key) ?? { key, way, values: [], hash };
    entry.values = [...entry.values, ms].slice(-KEPT);
    entry.hash = hash ?? entry.hash;
    this.#runs.set(key, entry);
  }

  /** In an order that does not move while times come in: copying, then one operation at a time, then fused; few workers first. */
  rows() {
    const rank = ({ way: { copying, fused, workers } }) => (copying ? 0 : fused ? 1000 : 100) + workers;
    return [...this.#runs.values()].map((entry) => ({ ...entry, ...spread(entry.values) })).sort((a, b) => rank(a) - rank(b));
  }

  clear() { this.#runs.clear(); }
}

export const keyOf = ({ copying, workers, fused }) => (copying ? 'copying' : `${workers} ${fused}`);
