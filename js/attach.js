/** Another thread on an engine's memory: its own instance of the core, the same primitives and frames. */
import { dispose } from './dispose.js';
import { FramelaneError, badArgument } from './errors.js';
import { FrameRegistry } from './frame.js';
import { importsFor } from './imports.js';
import { Core } from './loader.js';
import { browserPlatform } from './platform.js';
import { CLAIM } from './share.js';
import { Sync } from './sync.js';

/** @typedef {import('./share.js').Token} Token */

/** Frames of a thread that may end before they do: it knows their handles. */
class AttachedFrames extends FrameRegistry {
  /** @type {Set<number>} */ #handles = new Set();

  /** @param {number} handle @param {import('./frame.js').Frame} [parent] */
  adopt(handle, parent) {
    this.#handles.add(handle);
    return super.adopt(handle, parent);
  }

  /** @param {import('./frame.js').Frame} frame @param {number} handle */
  drop(frame, handle) {
    this.#handles.delete(handle);
    super.drop(frame, handle);
  }

  /** Those that the garbage collector has dropped are stale by now, which is no harm. */
  dropAll() {
    for (const handle of this.#handles) this.core.exports.fl_frame_drop(handle);
  }
}

export class Attachment {
  #core;
  #token;
  #frames;
  /** The same as `engine.sync`, on this thread. @readonly @type {Sync} */
  sync;

  /** @param {Core} core @param {Token} token @param {boolean} mayBlock */
  constructor(core, token, mayBlock) {
    const onUse = () => {
      if (core.ended) throw new FramelaneError('disposed', 'this thread has detached');
    };
    this.#core = core;
    this.#token = token;
    this.#frames = new AttachedFrames(core, false, onUse);
    this.sync = new Sync(core, { mayBlock, onUse });
  }

  /** This thread's number. */
  get thread() {
    return this.#token.thread;
  }

  get memory() {
    return this.#core.memory.memory;
  }

  /**
   * A frame of the engine by its handle: a view of the same pixels, which it keeps alive until it is disposed of. Throws 'stale-handle'.
   * Its own thread must not dispose of it at that very moment: pass the handle on together with the promise not to.
   * @param {number} handle
   */
  frame(handle) {
    const core = this.#core;
    this.#frames.onUse();
    if (typeof handle !== 'number') throw badArgument('frame: handle', 'a number', handle);
    core.check(core.exports.fl_frame_describe(handle), 'frame');
    core.check(core.exports.fl_frame_crop(handle, 0, 0, core.mail(0), core.mail(1)), 'frame');
    return this.#frames.adopt(core.mail(0));
  }

  /** Ends this thread's use of the engine and gives its stack back. What it holds counts as left by a dead owner. A second call does nothing. */
  detach() {
    if (this.#core.ended) return;
    this.#frames.dropAll();
    this.#core.exports.fl_sync_bury(this.#token.thread);
    this.#core.ended = true;
    Atomics.store(this.#core.memory.i32, this.#token.claim / 4, CLAIM.detached);
  }

  [dispose]() {
    this.detach();
  }
}

/**
 * Makes this thread one of an engine's: in a worker of your own, with the token that `engine.share()` has given for it.
 *
 * @example
 * // on the engine's thread: worker.postMessage({ token: engine.share(), pointer: mutex.pointer });
 * async function onMessage({ token, pointer }) {
 *   const engine = await attach(token);
 *   const held = engine.sync.mutex(pointer).lock();
 *   held.release();
 *   engine.detach();
 * }
 *
 * @param {Token} token
 * @returns {Promise<Attachment>} rejects with 'bad-argument', or 'busy' when a thread has used the token already
 */
export async function attach(token) {
  if (!(token?.memory instanceof WebAssembly.Memory && token.module instanceof WebAssembly.Module && Number.isInteger(token.claim))) {
    throw badArgument('attach: token', 'what engine.share() has given', token);
  }
  const { memory, module, thread, stackTop, tls, claim } = token;
  if (Atomics.compareExchange(new Int32Array(memory.buffer), claim / 4, CLAIM.free, CLAIM.attached) !== CLAIM.free) {
    throw new FramelaneError('busy', 'attach: a thread has used this token already: call engine.share() once for each thread');
  }
  const core = new Core(await WebAssembly.instantiate(module, importsFor(memory)), memory);
  const { mayBlock } = browserPlatform;
  core.exports.__stack_pointer.value = stackTop;
  core.exports.__wasm_init_tls(tls);
  core.exports.fl_thread_be(thread);
  core.exports.fl_allow_blocking(mayBlock ? 1 : 0);
  core.mailbox = core.exports.fl_mail();
  return new Attachment(core, token, mayBlock);
}
