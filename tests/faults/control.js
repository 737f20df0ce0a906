// The test build of the core and its words: which allocation, which growth is to fail, where a worker is to be caught.
// The words are those of c/faults.h.
import { readFile } from 'node:fs/promises';

const NAME = 'framelane-faults';
export const NEVER = 0xffffffff;
const AT = { allocations: 4, growths: 8, point: 12, countdown: 13, action: 14, lane: 15, passed: 16 }; // in words, behind the name
const FROM = 0, LASTING = 1, SEEN = 2, FAILED = 3;

/** Where in a tile's life a worker can be caught. */
export const POINTS = { 'before the claim': 1, 'in the kernel': 2, 'after the commit': 3, 'before publishing': 4, 'after publishing': 5 };
const ACTION = { stop: 1, trap: 2 };

const files = { shared: new URL('../../build/faults/faults.wasm', import.meta.url), single: new URL('../../build/faults/faults-single.wasm', import.meta.url) };

/** The bytes of the test build, if need be armed before its first instance starts: [number of the allocation, and all after it?]. */
export async function faultyWasm(mode, armed) {
  const bytes = await readFile(files[mode]);
  if (!armed) return bytes;
  const at = bytes.indexOf(NAME);
  if (at < 0 || bytes.indexOf(NAME, at + 1) >= 0) throw new Error(`«${NAME}» must be in ${files[mode].pathname} once`);
  bytes.writeUInt32LE(armed[0], at + 4 * (AT.allocations + FROM));
  bytes.writeUInt32LE(armed[1] ? 1 : NEVER, at + 4 * (AT.allocations + LASTING));
  return bytes;
}

/** The words of a core that lives in this memory. */
export class Faults {
  #memory;
  #at;

  /** @param {WebAssembly.Memory} memory */
  constructor(memory) {
    const at = Buffer.from(memory.buffer).indexOf(NAME);
    if (at < 0) throw new Error('this engine runs without the test build');
    this.#memory = memory;
    this.#at = at;
  }

  #words() {
    return new Uint32Array(this.#memory.buffer, this.#at, AT.passed + 6);
  }

  #fault(kind) {
    return this.#words().subarray(AT[kind], AT[kind] + 4);
  }

  /** @param {'allocations' | 'growths'} kind @param {number} from which one fails, from 1 @param {boolean} lasting and all after it */
  arm(kind, from, lasting) {
    const words = this.#fault(kind);
    words[FROM] = from;
    words[LASTING] = lasting ? 1 : NEVER;
    words[SEEN] = words[FAILED] = NEVER;
  }

  /** Ends it and says how many calls came and how many of them failed. */
  disarm(kind) {
    const words = this.#fault(kind);
    words[FROM] = NEVER;
    return { seen: (words[SEEN] + 1) >>> 0, failed: (words[FAILED] + 1) >>> 0 };
  }

  /** The count-th pool thread to pass this point stops there, or traps. @param {keyof typeof POINTS} point @param {'stop' | 'trap'} action */
  catchAt(point, count, action) {
    const words = this.#words();
    words[AT.action] = ACTION[action];
    words[AT.lane] = NEVER;
    words[AT.countdown] = count;
    Atomics.store(words, AT.point, POINTS[point]);
  }

  /** The lane that was caught, or 0. */
  get caught() {
    const lane = Atomics.load(this.#words(), AT.lane);
    return lane === NEVER ? 0 : lane;
  }

  /** Nobody is to be caught any more, and who stands still goes on. */
  release() {
    const words = this.#words();
    Atomics.store(words, AT.point, NEVER);
    Atomics.store(words, AT.action, NEVER);
    Atomics.notify(new Int32Array(words.buffer, words.byteOffset), AT.action);
  }
}
