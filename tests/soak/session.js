// One engine's long day: pictures of any size and format through pipelines by chance at video rate, several in flight, with everything
// that may happen to them. What is taken must be given back, and what comes out must be right.
import { createEngine, fill, FramelaneError, hash, noise, noiseFrame, pixels, sleep } from '../js/support.js';
import { anyChain, one, whole } from './chains.js';
import { residentMB } from './figures.js';

const FORMATS = ['rgba8', 'rgba8', 'rgba8', 'bgra8', 'gray8', 'i420', 'nv12'];
const TICK_MS = 1000 / 60;
const IN_FLIGHT_MAX = 6;
const FRAMES_MAX = 60; // frames alive at any time
const PROBE_TICKS = 6;
const CHECK_EVERY = 40; // runs from one comparison to the next
const RESIDENT_MS = 2000;
const CONTROL_BYTES = 100_000; // take about as long as the probe

/** How often what happens, per tick. */
const CHANCES = { scene: 0.03, kill: 0.015, measure: 0.06, clone: 0.05, view: 0.08, block: 0.05, large: 0.01, guest: 0.001, storm: 0.04 };

export class Session {
  counts = { runs: 0, aborted: 0, stale: 0, kills: 0, measures: 0, views: 0, clones: 0, guests: 0, grown: 0, compared: 0 };
  /** @type {string[]} */ problems = [];
  /** @type {number[]} ms of the same run on an otherwise idle engine */ probes = [];
  /** @type {number[]} ms of JavaScript that has nothing to do with it: what the machine does to any p99 */ controls = [];
  /** @type {number[]} ms of any run */ latencies = [];
  /** @type {number[]} MB */ resident = [];
  most = { inFlight: 0, frames: 0 };
  #pending = new Set();
  #sources = [];

  /** @param {any} engine @param {() => number} next @param {{ mode: string }} options */
  constructor(engine, next, { mode }) {
    Object.assign(this, { engine, next, mode });
    this.probeFrame = noiseFrame(engine, 480, 270);
    this.probe = engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).sobel().threshold({ value: 64 });
  }

  problem(text) {
    if (this.problems.length < 20) this.problems.push(text);
  }

  maybe(what) {
    return this.next() < CHANCES[what];
  }

  /** @param {number} ms @param {(session: Session) => void} tell called now and then */
  async run(ms, tell) {
    const end = performance.now() + ms;
    let due = performance.now(), measured = 0;
    for (let tick = 0; performance.now() < end; tick++) {
      await this.tick(tick);
      tell(this);
      if (performance.now() - measured > RESIDENT_MS) {
        this.resident.push(await residentMB());
        measured = performance.now();
      }
      due = Math.max(due + TICK_MS, performance.now() - 100);
      const spare = due - performance.now();
      if (spare > 1) await sleep(spare);
    }
    await this.drain();
    for (const { frame } of this.#sources.splice(0)) frame.dispose();
    this.probeFrame.dispose();
  }

  async drain() {
    while (this.#pending.size) await Promise.all(this.#pending);
  }

  async tick(tick) {
    if (this.#sources.length < 3 || this.maybe('scene')) this.changeScene();
    if (this.#pending.size >= IN_FLIGHT_MAX) await Promise.race(this.#pending);
    for (let i = this.maybe('storm') ? IN_FLIGHT_MAX : 1; i > 0; i--) this.start(this.video());
    if (this.maybe('measure')) this.start(this.measure());
    if (this.maybe('clone')) this.start(this.inPlace());
    if (this.maybe('block')) this.engine.alloc(whole(this.next, 1, 200_000), { align: one(this.next, [1, 64, 4096]) }).free();
    if (this.maybe('large')) this.large();
    if (this.maybe('guest')) this.start(this.guest());
    if (this.maybe('kill')) this.kill();
    const { inFlight, frames } = this.engine.stats();
    this.most = { inFlight: Math.max(this.most.inFlight, inFlight), frames: Math.max(this.most.frames, frames) };
    if (frames > FRAMES_MAX) this.problem(`${frames} frames alive, at most ${FRAMES_MAX} should be`);
    if (tick % PROBE_TICKS === 0) await this.measureProbe();
  }

  start(promise) {
    const ending = promise.catch((error) => this.problem(error?.stack ?? String(error))).finally(() => this.#pending.delete(ending));
    this.#pending.add(ending);
  }

  /** Another source of pictures, in the place of the oldest of four. */
  changeScene() {
    const next = this.next, format = one(next, FORMATS), hd = next() < 0.1;
    const width = hd ? 1280 : whole(next, 8, 640), height = hd ? 720 : whole(next, 8, 360);
    const frame = this.engine.frame(width, height, { format });
    fill(frame, noise(frame.byteLength, whole(next, 0, 1e6)));
    this.#sources.push({ frame, format });
    if (this.#sources.length > 4) this.#sources.shift().frame.dispose(); // runs in flight keep its pixels
  }

  /** A source, or a part of one. The caller disposes of it. */
  picture() {
    const { frame, format } = one(this.next, this.#sources);
    if (!this.maybe('view') || frame.width < 16 || frame.height < 16) return frame.view(0, 0, frame.width, frame.height);
    this.counts.views++;
    const even = (value) => value & ~1; // planar pictures are cut between their chroma samples
    const x = even(whole(this.next, 0, frame.width / 2)), y = even(whole(this.next, 0, frame.height / 2));
    return frame.view(x, y, format === 'gray8' ? frame.width - x : even(frame.width - x), even(frame.height - y));
  }

  /** One picture through a pipeline by chance, sometimes aborted, sometimes compared with what a fresh engine gives. */
  async video() {
    const next = this.next, input = this.picture(), { chain, blends } = anyChain(next, input.format);
    const other = blends ? input.clone() : undefined;
    const pipeline = this.engine.pipeline(chain, other ? [other] : []);
    const abort = next() < 0.06 ? new AbortController() : undefined;
    const compared = !abort && this.counts.runs % CHECK_EVERY === 0 ? pixels(input) : undefined;
    if (abort) setTimeout(() => abort.abort(), next() * 3);
    const began = performance.now();
    try {
      const running = pipeline.run(input, { signal: abort?.signal, ...(next() < 0.1 && { onProgress() {} }) });
      input.dispose(); // it is leased: the run keeps its pixels
      const out = await running;
      this.latencies.push(performance.now() - began);
      this.counts.runs++;
      if (compared) await this.compare({ chain, shape: input, bytes: compared, got: hash(out) });
      out.dispose();
    } catch (error) {
      if (!(error instanceof FramelaneError) || !this.excuse(error, abort)) throw error;
    } finally {
      other?.dispose();
    }
  }

  /** An error that we have asked for ourselves. */
  excuse(error, abort) {
    if (error.code === 'aborted' && abort?.signal.aborted) return ++this.counts.aborted;
    // the run was waiting for its turn when its input was disposed of
    if (error.code === 'stale-handle') return ++this.counts.stale;
    return 0;
  }

  /** The same from an engine that has seen nothing yet. */
  async compare({ chain, shape: { width, height, format }, bytes, got }) {
    const fresh = await createEngine({ mode: 'single', simd: this.next() < 0.7 });
    try {
      const input = fill(fresh.frame(width, height, { format }), bytes), other = input.clone();
      const expected = hash(fresh.pipeline(chain, [other]).runSync(input));
      this.counts.compared++;
      if (got !== expected) this.problem(`${width}×${height} ${format} through ${JSON.stringify(chain)}: ${got} instead of ${expected}`);
    } finally {
      await fresh.dispose();
    }
  }

  /** Two runs that overwrite the same picture: the second waits for the first. */
  async inPlace() {
    const picture = this.picture(), copy = picture.clone();
    picture.dispose();
    this.counts.clones++;
    if (copy.format !== 'i420' && copy.format !== 'nv12') {
      const twice = await Promise.all([1, 2].map(() => this.engine.pipeline().invert().run(copy, { output: copy })));
      this.counts.runs += twice.length;
    }
    copy.dispose();
  }

  async measure() {
    const picture = this.picture();
    try {
      if (picture.format === 'i420' || picture.format === 'nv12') return;
      const name = one(this.next, ['histogram', 'statistics', 'compare', 'integral']);
      const measured = await this.engine[name](...(name === 'compare' ? [picture, picture] : [picture]));
      measured.dispose?.();
      this.counts.measures++;
    } finally {
      picture.dispose();
    }
  }

  /** More than is left: the memory grows, or says that it cannot. */
  large() {
    const before = this.engine.memory.buffer.byteLength;
    try {
      this.engine.frame(whole(this.next, 1000, 4000), whole(this.next, 1000, 3000)).dispose();
    } catch (error) {
      if (error?.code !== 'out-of-memory') throw error;
    }
    if (this.engine.memory.buffer.byteLength > before) this.counts.grown++;
  }

  /** Another engine for a moment: it starts small, grows, ends. */
  async guest() {
    const guest = await createEngine({ mode: this.mode, threads: 1, memory: { initial: 2 << 20, maximum: 64 << 20 } });
    try {
      const input = noiseFrame(guest, 700, 500), out = await guest.pipeline().boxBlur({ radius: 3 }).run(input);
      if (out.width !== 700) this.problem('the guest’s picture has another size');
      this.counts.guests++;
    } finally {
      await guest.dispose();
    }
  }

  /** A worker ends at any moment. */
  kill() {
    const { workers } = this.engine;
    if (workers.length === 0) return;
    one(this.next, workers).terminate();
    this.counts.kills++;
  }

  /** How long the same run takes when nothing else is in flight. */
  async measureProbe() {
    await this.drain();
    const began = performance.now(), out = await this.probe.run(this.probeFrame);
    const ended = performance.now();
    this.probes.push(ended - began);
    noise(CONTROL_BYTES);
    this.controls.push(performance.now() - ended);
    out.dispose();
  }
}
