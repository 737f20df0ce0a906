// Plays a video through a flow: as fast as it goes or at its own rate, with pause, and from any frame on.

import { startFlow } from './lanes.js';

export class Player {
  #engine;
  #modules;
  #show;
  #flow = null;
  #turn = 0; // which play() is the current one
  #next = 0; // the frame to go on with
  #clock = null; // when time 0 of the video was, as performance.now() says
  #resume = null;

  clip = null;
  /** look: parameters of render. pace: 'free' or 'video' */
  settings = { decoders: 1, pace: 'free', repeat: false, look: {} };
  /** idle, playing or paused */
  state = 'idle';

  /** show: {frame(frame, info), begun(flow), ended(summary, stopped), failed(error), state(name)} */
  constructor(engine, modules, show) {
    this.#engine = engine;
    this.#modules = modules;
    this.#show = show;
  }

  /** The flow at work, or null. */
  get flow() { return this.#flow; }

  /** Plays from a frame on, until the end or stop(). state: or waits there, paused */
  async play(from = 0, state = 'playing') {
    const turn = ++this.#turn;
    this.#next = from;
    this.#become(state);
    await this.#halt();
    if (turn !== this.#turn) return; // something else is wanted already
    try {
      await this.#once(turn);
      while (turn === this.#turn && this.settings.repeat) {
        this.#next = 0;
        await this.#once(turn);
      }
      if (turn === this.#turn) this.#become('idle');
    } catch (error) {
      if (turn === this.#turn) this.#become('idle');
      this.#show.failed(error);
    }
  }

  pause() {
    if (this.state !== 'playing') return;
    this.#become('paused');
  }

  resume() {
    if (this.state !== 'paused') return;
    this.#clock = null;
    this.#become('playing');
    this.#resume?.();
  }

  async stop() {
    this.#turn++;
    this.#become('idle');
    await this.#halt();
  }

  async #halt() {
    this.#resume?.();
    await this.#flow?.stop();
  }

  /** Other decoders or another size: goes on with the next frame, in the same state. */
  async restart() {
    if (this.state !== 'idle') await this.play(this.#next, this.state);
  }

  /** The pace has changed. */
  reclock() { this.#clock = null; }

  async #once(turn) {
    const { decoders, look } = this.settings;
    const start = this.#next < (this.clip.frames ?? Infinity) ? this.#next : 0;
    this.#clock = null;
    const flow = startFlow(this.#engine, this.#modules, { input: this.clip.blob, decoders, look, ...(start ? { start } : {}) },
      (frame, info) => this.#take(frame, info, turn));
    this.#flow = flow;
    this.#show.begun(flow);
    try {
      const summary = await flow.done;
      this.#show.ended(summary, turn !== this.#turn);
    } finally {
      if (this.#flow === flow) this.#flow = null;
    }
  }

  async #take(frame, info, turn) {
    await this.#due(info.time, turn);
    if (turn !== this.#turn) return;
    this.#next = info.number + 1;
    this.#show.frame(frame, info);
  }

  /** Waits while paused, and at the video's rate until the frame's time has come. */
  async #due(time, turn) {
    for (;;) {
      while (this.state === 'paused' && turn === this.#turn) await new Promise((resolve) => { this.#resume = resolve; });
      if (this.settings.pace !== 'video' || turn !== this.#turn) return;
      this.#clock ??= performance.now() - time * 1000;
      const ms = this.#clock + time * 1000 - performance.now();
      if (ms < -500) this.#clock = null; // too slow for it: no use in hurrying
      if (ms < 1) return;
      await new Promise((resolve) => { setTimeout(resolve, Math.min(ms, 100)); });
    }
  }

  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.#show.state(state);
  }
}
