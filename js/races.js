/** With debug on: notices when a frame's pixels are handed out while a run is writing them. */

/**
 * @typedef {object} Warning
 * @property {'race'} what
 * @property {string} message
 * @property {string} started where the run was started that writes the frame
 * @property {string} read where its data was asked for
 */

export class Races {
  /** By what stands for a frame's pixels: where the run that writes them was started. @type {Map<object, string>} */
  #writing = new Map();
  /** Pixels already told of: once is enough. @type {WeakSet<object>} */
  #told = new WeakSet();
  /** @type {Warning[]} */
  warnings = [];

  /**
   * A run begins to write.
   * @param {object} pixels @param {string} stack where it was started
   * @returns {() => void} to be called when it has ended
   */
  begin(pixels, stack) {
    this.#writing.set(pixels, stack);
    return () => this.#writing.delete(pixels);
  }

  /** Somebody asks for a frame's data. @param {object} pixels @param {string} shape of the frame, for people */
  read(pixels, shape) {
    const started = this.#writing.get(pixels);
    if (started === undefined || this.#told.has(pixels)) return;
    this.#told.add(pixels);
    const read = stackHere();
    const message = `the data of a ${shape} frame was asked for while a run is writing it: what it shows may change under the reader; await the run first`;
    this.warnings.push({ what: 'race', message, started, read });
    console.warn(`framelane: ${message}\nthe run was started\n${started}\nthe data was asked for\n${read}`);
  }
}

/** The callers of the package's own code. */
export function stackHere() {
  const own = new URL('.', import.meta.url).href;
  const lines = new Error('here').stack?.split('\n') ?? [];
  return lines.filter((line) => !line.startsWith('Error') && line.trim() !== '' && !line.includes(own)).join('\n');
}
