// The engine as the page uses it: one engine with the chosen workers and fusion, the source in its memory, one result.

import { createEngine } from '../../js/index.js';
import { capture } from '../../web/index.js';
import { createCopyingEngine, runCopying } from './copying.js';
import { active, build, entrance } from './steps.js';

export class Session {
  engine = null;
  input = null; // the source, a frame
  output = null; // the last result, a frame; the input itself where there is nothing to do
  #copying = null; // the yardstick's engine
  #source = null; // what to capture again into a new engine
  #config = '';

  /** Makes the engine that these settings ask for, unless it is there already. The source moves with it. */
  async configure({ workers, fused }) {
    const config = `${workers} ${fused}`;
    if (config === this.#config) return;
    const old = this.engine;
    this.engine = await createEngine({ threads: workers, fuse: fused });
    this.#config = config;
    this.input = this.output = null;
    await old?.dispose();
    if (this.#source) await this.load(this.#source);
  }

  /** Brings a canvas, video or VideoFrame into the engine's memory; a frame that fits is used again. */
  async load(source) {
    this.#source = source;
    const format = source instanceof HTMLVideoElement ? 'native' : 'rgba8'; // a camera's planes are taken as they are
    const into = this.input;
    try {
      this.input = await capture(this.engine, source, { into, format });
    } catch (error) {
      if (!into || error.code !== 'bad-argument') throw error;
      this.input = await capture(this.engine, source, { format }); // another size, or other planes
      this.#drop(into);
    }
    return this.input;
  }

  /** The same pipeline the way it is done without shared memory. The picture is taken out of the engine once, uncounted. */
  async runCopying(steps, { signal, onProgress } = {}) {
    this.#copying ??= await createCopyingEngine();
    const { width, height, format } = this.input;
    const picture = { data: this.input.data.slice(), width, height, format };
    const start = performance.now();
    const result = await runCopying(this.#copying, picture, steps, { first: entrance(this.input), signal, onProgress });
    return { ...result, ms: performance.now() - start };
  }

  /** Runs the steps on the source. {frame, ms, copies: 0, bytes: 0} */
  async run(steps, { signal, onProgress } = {}) {
    if (active(steps).length === 0) {
      this.#keep(this.input);
      return { frame: this.input, ms: 0, copies: 0, bytes: 0 };
    }
    const pipeline = build(this.engine, steps, entrance(this.input));
    const start = performance.now();
    const frame = await pipeline.run(this.input, { signal, onProgress });
    const ms = performance.now() - start;
    this.#keep(frame);
    return { frame, ms, copies: 0, bytes: 0 };
  }

  #keep(frame) {
    if (this.output && this.output !== frame && this.output !== this.input) this.#drop(this.output);
    this.output = frame;
  }

  #drop(frame) {
    if (this.output === frame) this.output = null;
    frame.dispose();
  }
}
