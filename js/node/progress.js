/** A progress bar for a terminal. */

const PATIENCE_MS = 300; // what is done by then needs no bar
const STEP_MS = 50;
const WIDTH = 30;

export class Progress {
  #out;
  #now;
  #began;
  #shown = -Infinity;

  /** @param {{ isTTY?: boolean, write: (text: string) => unknown }} out @param {() => number} [now] in ms */
  constructor(out, now = () => performance.now()) {
    this.#out = out;
    this.#now = now;
    this.#began = now();
  }

  /** To be given to a run; undefined where nobody would see it. @returns {((progress: { done: number, total: number }) => void) | undefined} */
  get listener() {
    return this.#out.isTTY ? (progress) => this.#show(progress) : undefined;
  }

  /** @param {{ done: number, total: number }} progress */
  #show({ done, total }) {
    const now = this.#now();
    if (now - this.#began < PATIENCE_MS || now - this.#shown < STEP_MS) return;
    this.#shown = now;
    const full = Math.round((WIDTH * done) / Math.max(1, total));
    this.#out.write(`\r[${'█'.repeat(full)}${'·'.repeat(WIDTH - full)}] ${Math.floor((100 * done) / Math.max(1, total))} %`);
  }

  /** Takes the bar away, if there was one. */
  end() {
    if (this.#shown > 0) this.#out.write('\r\x1b[K');
    this.#shown = -Infinity;
  }
}
