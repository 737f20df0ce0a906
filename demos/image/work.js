// The one loop that touches the engine. Whatever the page wants (another source, other workers, another parameter) is noted,
// and done in order; wishes that come faster than the engine run together, so a slider never queues up old pictures.

import { fnv1a } from './hash.js';
import { entrance, build, active } from './steps.js';

const PATIENCE = 250; // ms after which a run in progress gives way to a newer wish
const WARM_UP = 600; // ms
const LONG = 150; // ms after which a run shows its progress

export class Work {
  #session;
  #show;
  #wants = { source: null, measure: null, run: false };
  #loop = null;
  #started = 0;
  #warm = null; // the engine that has run this pipeline's code before
  #controller = null;

  way;
  steps = [];

  /** show: {result(result), progress(share), error(error), state(name)} */
  constructor(session, way, show) {
    this.#session = session;
    this.#show = show;
    this.way = way;
  }

  /** Runs the pipeline soon. `source`: a canvas or video to take in first. Resolves when everything asked for is done. */
  ask({ source, measure } = {}) {
    this.#wants.run = true;
    if (source) this.#wants.source = source;
    if (measure) this.#wants.measure = measure;
    if (this.#controller && performance.now() - this.#started > PATIENCE) this.#controller.abort();
    this.#show.state('working');
    this.#loop ??= this.#run().finally(() => { this.#loop = null; });
    return this.#loop;
  }

  get idle() { return this.#loop === null; }

  async #run() {
    while (this.#wants.run) {
      const { source, measure } = this.#wants;
      this.#wants = { source: null, measure: null, run: false };
      try {
        await this.#session.configure(this.way);
        if (source) await this.#session.load(source);
        if (measure) await this.#measure(measure);
        if (this.#warm !== this.#session.engine) await this.#warmUp();
        const result = await this.once(this.way);
        this.#show.result(result, !this.#wants.run);
      } catch (error) {
        if (error.code === 'aborted' || error.name === 'AbortError') continue;
        this.#show.error(error);
        continue;
      } finally {
        this.#show.progress(null);
      }
      if (!this.#wants.run) this.#show.state('ready');
    }
  }

  /** The browser is still compiling, and better code takes the place of the first while it runs: until then a time says nothing. */
  async #warmUp() {
    this.#show.result(await this.once(this.way), false); // the picture need not wait
    const until = performance.now() + WARM_UP;
    while (!this.#wants.run && performance.now() < until) await this.once(this.way);
    this.#warm = this.#session.engine;
  }

  /** One run, with what there is to say about it. */
  async once(way) {
    const session = this.#session;
    this.#controller = new AbortController();
    this.#started = performance.now();
    const { signal } = this.#controller;
    try {
      const onProgress = ({ done, total }) => {
        if (performance.now() - this.#started > LONG) this.#show.progress(total ? done / total : 0);
      };
      if (way.copying) {
        const picture = await session.runCopying(this.steps, { signal, onProgress });
        return { ...picture, picture, way };
      }
      const { frame, ...report } = await session.run(this.steps, { signal, onProgress });
      return { ...report, picture: frame, way };
    } finally {
      this.#controller = null;
    }
  }

  /** Runs every way of `ways` until its times say something. measure: {ways, tell(text), record(way, ms, hash)} */
  async #measure({ ways, tell, record }) {
    for (const [i, way] of ways.entries()) {
      tell(`Measuring ${i + 1} of ${ways.length}`);
      await this.#session.configure(way);
      const { picture } = await this.once(way); // the first one warms the caches up
      const hash = fnv1a(picture.data);
      const until = performance.now() + 1500;
      for (let run = 0; run < 12 && (run < 4 || performance.now() < until); run++) {
        record(way, (await this.once(way)).ms, hash);
        await new Promise((done) => { setTimeout(done); }); // lets the page paint
      }
    }
    await this.#session.configure(this.way);
  }

  /** The engine's own account of the pipeline, or null where there is none. */
  explain() {
    const { engine, input } = this.#session;
    if (active(this.steps).length === 0) return null;
    return build(engine, this.steps, entrance(input)).explain(input.width, input.height);
  }
}
