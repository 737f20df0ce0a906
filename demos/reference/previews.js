// Runs examples one after the other and paints what comes out. An entry that asks again while it waits is run once, as it is then.

import { createPresenter } from '../../web/index.js';
import { pipelinesOf } from './examples.js';

const PIXELS_MAX = 4e6; // of a result: it is shown in a box of 280 lines, and a slider reaches four billion

export class Previews {
  #engine;
  #pictures;
  #waiting = new Set();
  #current = null; // {job, controller} while one runs
  #running = false;

  /** pictures: frames by name */
  constructor(engine, pictures) {
    this.#engine = engine;
    this.#pictures = pictures;
  }

  /** job: a function that is given {engine, pictures, signal}. It is aborted when it is asked for again meanwhile. */
  ask(job) {
    this.#waiting.add(job);
    if (this.#current?.job === job) this.#current.controller.abort();
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    for (const job of this.#waiting) {
      this.#waiting.delete(job);
      const controller = new AbortController();
      this.#current = { job, controller };
      await job({ engine: this.#engine, pictures: this.#pictures, signal: controller.signal }).catch(console.error);
    }
    this.#current = null;
    this.#running = false;
  }
}

/**
 * One example: the picture before the operation and after it.
 * canvases: {before, after}, and second where there is a second picture.
 * @returns {Promise<{before: object, after: object}>} width, height and format of both
 */
export async function runExample({ engine, pictures, signal }, example, params, canvases) {
  const input = pictures[example.picture];
  const { start, whole } = pipelinesOf(engine, example, params, pictures[example.layer]);
  const { width, height } = whole.explain(input.width, input.height).passes.at(-1);
  if (width * height > PIXELS_MAX) {
    throw new Error(`${example.op.name}: the result would have ${width} × ${height} pixels, too many for this page to show`);
  }
  const result = await whole.run(input, { signal });
  if (canvases.second) paint(pictures[example.layer], canvases.second);
  const shown = example.first.length ? await start.run(input) : input;
  try {
    return { before: paint(shown, canvases.before), after: paint(result, canvases.after) };
  } finally {
    result.dispose();
    if (shown !== input) shown.dispose();
  }
}

const presenters = new WeakMap();

/** On a 2d canvas: a page may have few WebGL contexts, and this one has many canvases. */
function paint(frame, canvas) {
  if (!presenters.has(canvas)) presenters.set(canvas, createPresenter(canvas, { backend: '2d' }));
  presenters.get(canvas).present(frame);
  const { width, height, format } = frame;
  return { width, height, format };
}
