/** Runs whose frames are in use wait their turn, in order. */
import { FramelaneError } from './errors.js';

/** @typedef {{ pixels: Set<object>, open: () => void, fail: (error: unknown) => void }} Entry */

export class RunQueue {
  /** @type {Entry[]} */ #waiting = [];

  /**
   * Opens a job, now or once the frames it needs are free. Runs that share pixels open in the order they came.
   * @template T
   * @param {object[]} pixels what stands for the frames' pixels: the same for all views of them
   * @param {() => T} open throws 'busy' while something is in the way @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async open(pixels, open, signal) {
    const wanted = new Set(pixels);
    if (!this.#waiting.some((earlier) => meet(earlier.pixels, wanted))) {
      try {
        return open();
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
    return this.#wait(wanted, open, signal);
  }

  /**
   * @template T
   * @param {Set<object>} pixels @param {() => T} open @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  #wait(pixels, open, signal) {
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#remove(entry);
        reject(new FramelaneError('aborted', 'the run was aborted while it waited for its frames', { cause: signal?.reason }));
        this.advance();
      };
      /** @type {Entry} */
      const entry = {
        pixels,
        open() {
          resolve(open());
          signal?.removeEventListener('abort', giveUp);
        },
        fail(error) {
          reject(error);
          signal?.removeEventListener('abort', giveUp);
        },
      };
      this.#waiting.push(entry);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** A job has ended: whoever can, goes on. */
  advance() {
    /** @type {Set<object>} */
    const taken = new Set();
    for (const entry of [...this.#waiting]) {
      if (meet(taken, entry.pixels) || !this.#try(entry)) for (const pixels of entry.pixels) taken.add(pixels);
    }
  }

  /** False: it must go on waiting. @param {Entry} entry */
  #try(entry) {
    try {
      entry.open();
    } catch (error) {
      if (isBusy(error)) return false;
      entry.fail(error);
    }
    this.#remove(entry);
    return true;
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.#waiting = this.#waiting.filter((other) => other !== entry);
  }

  /** @param {unknown} error */
  failAll(error) {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { fail } of waiting) fail(error);
  }
}

/** @param {unknown} error */
function isBusy(error) {
  return error instanceof FramelaneError && error.code === 'busy';
}

/** @param {Set<object>} a @param {Set<object>} b */
function meet(a, b) {
  for (const one of b) if (a.has(one)) return true;
  return false;
}
