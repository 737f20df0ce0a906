/** What memory debugging finds, put into words; and what debug mode remembers of blocks to say whose they are. */
import { FramelaneError } from './errors.js';
import { memoryKinds } from './loader.js';

/** @typedef {import('./loader.js').Core} Core */

/** In the order of fl_fault in memory/guard.h. */
const faults = /** @type {const} */ (['null guard', 'stack', 'before', 'behind', 'freed', 'header', 'list', 'figures']);

/**
 * @typedef {object} Finding
 * @property {typeof faults[number]} what where somebody wrote: below the null guard, below a stack, before or behind a block, into freed
 *   memory; or what of the heap is not sound: a block's header, a list of free blocks, the figures
 * @property {string} owner whose memory it is: «frame 640×480 rgba8», «worker 2 stack», «user»
 * @property {number} address the first byte that is wrong
 * @property {number} value what it is now
 * @property {number} block where the owner's bytes begin
 * @property {number} bytes how many they are
 * @property {string} message all of that in a sentence
 * @property {string} [stack] where the block was made, if that is known
 */

const ZONES = 1, FREED = 2, HEAP = 4; // fl_check_depth of memory/guard.h
const PIXELS_HEADER = 64; // FL_PIXELS_HEADER of frame/frame.h

export class Guard {
  #core;
  #frames;
  /** Where user blocks were made. @type {Map<number, string | undefined>} */
  #made = new Map();

  /** @param {Core} core @param {import('./frame.js').FrameRegistry} frames */
  constructor(core, frames) {
    this.#core = core;
    this.#frames = frames;
  }

  /** A user's block has come, or gone. @param {number} address @param {string} [stack] */
  remember(address, stack) {
    this.#made.set(address, stack);
  }

  /** @param {number} address */
  forget(address) {
    this.#made.delete(address);
  }

  /** What a run that has ended left of others' memory. Throws 'corrupted' if anything was overwritten. */
  afterJob() {
    if (!this.#core.debug) return;
    this.#core.exports.fl_check(this.#core.debug > 1 ? ZONES | FREED : ZONES);
    this.throwFindings('memory was overwritten before this run ended');
  }

  /** Throws 'corrupted' if anything has been found. @param {string} when */
  throwFindings(when) {
    if (!this.#core.debug) return;
    const findings = this.#take();
    if (findings.length === 0) return;
    const more = findings.length > 1 ? ` (and ${findings.length - 1} more: see the error’s findings)` : '';
    throw new FramelaneError('corrupted', `${when}: ${findings[0].message}${more}`, { findings });
  }

  /** Walks everything now. @returns {Finding[]} */
  check() {
    this.#core.exports.fl_check(ZONES | FREED | HEAP);
    return this.#take();
  }

  /** @returns {Finding[]} */
  #take() {
    /** @type {Finding[]} */ const findings = [];
    while (this.#core.exports.fl_take_finding() === 1) findings.push(this.#read());
    return findings;
  }

  /** @returns {Finding} */
  #read() {
    const [fault, whose, value, address, block, bytes] = [0, 1, 2, 3, 4, 5].map((i) => this.#core.mail(i));
    const what = faults[fault], owner = this.#ownerOf(what, whose, block);
    const finding = { what, owner, address, value, block, bytes, message: '', stack: this.#made.get(block) };
    finding.message = sentence(finding);
    return finding;
  }

  /** @param {string} what @param {number} whose @param {number} block */
  #ownerOf(what, whose, block) {
    if (what === 'stack') return whose === 0 ? 'main stack' : `worker ${whose} stack`;
    if (what === 'null guard') return 'nobody';
    const frame = this.#frames.places().find(([address]) => address === block + PIXELS_HEADER);
    return frame?.[1] ?? memoryKinds[whose];
  }
}

/** @param {Finding} finding */
function sentence({ what, owner, address, value, block, bytes }) {
  const written = `was overwritten at ${hex(address)} (there is ${value} now)`;
  const its = `${owner === 'user' ? 'a user’s block' : `'${owner}'`} of ${bytes} bytes at ${hex(block)}`;
  switch (what) {
    case 'null guard': return `the start of memory ${written}: somebody writes through a null pointer`;
    case 'stack': return `the red zone below the ${owner} ${written}: the stack is too small for what ran on it`;
    case 'before': return `the red zone before ${its} ${written}, ${block - address} bytes before its start`;
    case 'behind': return `the red zone behind ${its} ${written}: its writer went ${address - block - bytes + 1} bytes past its end`;
    case 'freed': return `freed memory at ${hex(block)} ${written}: somebody uses a block that they have freed`;
    case 'header': return `the heap is broken: the header at ${hex(address)} contradicts its neighbours; somebody wrote over it`;
    case 'list': return `the heap is broken: a list of free blocks is wrong at ${hex(address)}; somebody wrote over a header`;
    default: return `the heap’s figures are not those of its blocks, which hold ${bytes} bytes`;
  }
}

/** An address as people write it. @param {number} address */
export const hex = (address) => `0x${address.toString(16)}`;
