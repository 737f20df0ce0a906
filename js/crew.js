/** Threads for the stages of flows: each serves one seat at a time, and then waits for another flow to need it. */

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./platform.js').Platform} Platform */
/** @typedef {import('./platform.js').PoolThread} PoolThread */
/** @typedef {import('./side-module.js').SideModule} SideModule */

/**
 * How a seat's thread has ended its work.
 * @typedef {object} Outcome
 * @property {'done' | 'lost'} how lost: its code has trapped, or the thread is gone
 * @property {string} why it was lost; or what was wrong with its input
 * @property {boolean} surely false: it may still run an instruction or two
 *
 * @typedef {object} Member
 * @property {PoolThread} thread
 * @property {number[]} blocks its stack and what its modules took: of this order
 * @property {number} number of the thread, in this order
 * @property {((outcome: Outcome) => void) | undefined} ended undefined: idle
 */

const STACK_BYTES = 256 << 10; // decoders are other people's code
const IDLE_MAX = 16;

export class Crew {
  #core;
  #platform;
  #module;
  /** @type {Member[]} */ #idle = [];
  /** @type {Set<Member>} */ #busy = new Set();

  /** @param {Core} core @param {Platform} platform @param {WebAssembly.Module} module the core's */
  constructor(core, platform, module) {
    this.#core = core;
    this.#platform = platform;
    this.#module = module;
  }

  /** Threads that work for a flow now, for whoever must end one by force (tests do). */
  get threads() {
    return [...this.#busy].map(({ thread }) => thread);
  }

  /**
   * Has a thread serve a seat. ended: how that went; a thread that cannot be had is lost. terminate: ends it by force.
   * @param {{ line: number, seat: number, sideModules: SideModule[], input?: unknown }} order
   * @returns {{ ended: Promise<Outcome>, terminate: () => void }}
   */
  run(order) {
    const { exports, memory } = this.#core;
    const tlsBytes = Math.max(exports.__tls_size.value, 1);
    const block = this.#core.alloc(STACK_BYTES + tlsBytes, Math.max(64, exports.__tls_align.value), 'stack');
    const stackTop = block + STACK_BYTES, number = exports.fl_thread_new();
    /** @type {Member | undefined} */ let member;
    /** @type {(() => void) | undefined} */ let terminate;
    /** @type {Promise<Outcome>} */
    const ended = new Promise((resolve) => {
      terminate = () => member?.ended === resolve && this.#terminate(member); // by now it may serve another
      try {
        member = this.#idle.pop() ?? this.#hire();
      } catch (error) {
        this.#core.free(block);
        return resolve({ how: 'lost', why: `no thread could be started: ${error}`, surely: true });
      }
      Object.assign(member, { blocks: [block], number, ended: resolve });
      this.#busy.add(member);
      member.thread.keepProcess(true);
      member.thread.post({ module: this.#module, memory: memory.memory, thread: number, stackTop, tls: stackTop, ...order });
    });
    return { ended, terminate: () => terminate?.() };
  }

  /** @returns {Member} */
  #hire() {
    const thread = this.#platform.spawn((message) => this.#hear(member, message), (why) => this.#lose(member, why, true));
    /** @type {Member} */ const member = { thread, blocks: [], number: 0, ended: undefined };
    return member;
  }

  /** @param {Member} member @param {{ type: string, why?: string, trouble?: string, blocks?: number[] }} message */
  #hear(member, message) {
    if (message.blocks) member.blocks.push(...message.blocks);
    if (message.type === 'done') this.#settle(member, { how: 'done', why: message.trouble ?? '', surely: true });
    if (message.type === 'failed') this.#settle(member, { how: 'lost', why: message.why ?? '', surely: true });
  }

  /** The order is over, the thread is not. @param {Member} member @param {Outcome} outcome */
  #settle(member, outcome) {
    const { ended } = member;
    if (!ended) return;
    this.#busy.delete(member);
    this.#release(member, outcome.surely);
    if (this.#idle.length < IDLE_MAX) this.#idle.push(member);
    else member.thread.terminate();
    ended(outcome);
  }

  /** The thread is gone. @param {Member} member @param {string} why @param {boolean} surely */
  #lose(member, why, surely) {
    const { ended } = member;
    this.#idle = this.#idle.filter((other) => other !== member);
    this.#busy.delete(member);
    if (!ended) return;
    this.#release(member, surely);
    ended({ how: 'lost', why, surely });
  }

  /** Gives back what the order took. Memory that may still be written to is given up with the engine. @param {Member} member @param {boolean} surely */
  #release(member, surely) {
    member.ended = undefined;
    member.thread.keepProcess(false);
    if (this.#core.ended) return;
    this.#core.exports.fl_sync_bury(member.number);
    if (surely) for (const block of member.blocks) this.#core.free(block);
  }

  /** @param {Member} member */
  #terminate(member) {
    member.thread.terminate();
    if (!member.thread.endsSurely) this.#lose(member, 'it was ended by force', false);
  }

  /** Ends the threads; no flow is at work any more. */
  async end() {
    await Promise.all([...this.#idle, ...this.#busy].map(({ thread }) => thread.terminate()));
  }
}
