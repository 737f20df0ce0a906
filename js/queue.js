/** Runs whose frames are in use wait their turn, in order. */
import { FramelaneError } from './errors.js';

/** @typedef {import('./frame.js').Frame} Frame */

export class RunQueue {
  /** @type {{ frames: Set<Frame>, open: () => void, fail: (error: unknown) => void }[]} */
  #waiting = [];

  /**
   * Opens a job, now or once the frames it needs are free. Runs that share a frame open in the order they came.
   * @template T
   * @param {Frame[]} frames @param {() => T} open throws 'busy' while a lease is in the way @param {AbortSignal} [signal]
   * @returns {Promise<T>}
   */
  async open(frames, open, signal) {
    const mine = new Set(frames);
    if (!this.#waiting.some((earlier) => meet(earlier.frames, mine))) {
      try {
        return open();
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
    return new Promise((resolve, reject) => {
      const entry = { frames: mine, open: () => resolve(open()), fail: reject };
      this.#waiting.push(entry);
      signal?.addEventListener('abort', () => {
        const at = this.#waiting.indexOf(entry);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        reject(new FramelaneError('aborted', 'the run was aborted while it waited for its frames', { cause: signal.reason }));
        this.advance();
      }, { once: true });
    });
  }

  /** A job has ended: whoever can, goes on. */
  advance() {
    /** @type {Set<Frame>} */
    const taken = new Set();
    for (const entry of [...this.#waiting]) {
      if (!meet(taken, entry.frames)) {
        try {
          entry.open();
          this.#remove(entry);
          continue;
        } catch (error) {
          if (!isBusy(error)) {
            this.#remove(entry);
            entry.fail(error);
            continue;
          }
        }
      }
      for (const frame of entry.frames) taken.add(frame);
    }
  }

  /** @param {{ fail: (error: unknown) => void }} entry */
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

/** @param {Set<Frame>} a @param {Set<Frame>} b */
function meet(a, b) {
  for (const frame of b) if (a.has(frame)) return true;
  return false;
}
