/** Carries a planned job through: with the pool or on the calling thread, waiting or not, with progress and abort. */
import { FramelaneError, badArgument } from './errors.js';

/** @typedef {import('./loader.js').Core} Core */
/** @typedef {import('./pool.js').Pool} Pool */

/**
 * @typedef {object} RunOptions
 * @property {AbortSignal} [signal] ends the run at the next tile with an 'aborted' error whose cause is the signal's reason
 * @property {(progress: { done: number, total: number }) => void} [onProgress] tiles done and tiles in all, now and then
 *
 * @typedef {object} Host what a job needs of its engine
 * @property {Core} core
 * @property {Pool | undefined} pool
 * @property {import('./platform.js').Platform} platform
 * @property {number} threads
 * @property {import('./guard.js').Guard} guard
 *
 * @typedef {object} Job what fl_job_open has left in the mailbox
 * @property {number} address
 * @property {number} output handle
 * @property {number} news address of a word that changes when a waiting caller should look
 * @property {number} cost ns on one thread, roughly
 * @property {number} result address of a measurement's result
 * @property {() => void} [ended] to be called when it is closed
 */

const SMALL_NS = 60_000; // waking a worker takes about as long: do it here
const SLICE_MS = 8; // on the calling thread: how long before the event loop may turn
const POLL_MS = 25; // while somebody wants progress
const STUCK_MS = 3000;
const PATIENCE_MS = 250; // a silent death is noticed after so long
const DEATHS_WITHOUT_PROGRESS_MAX = 10;

/** @param {Core} core @returns {Job} */
export function readJob(core) {
  return { address: core.mail(0), output: core.mail(1), news: core.mail(2), cost: core.mail(4), result: core.mail(5) };
}

/** @param {Core} core @param {Job} job */
function progressOf(core, job) {
  core.exports.fl_job_progress(job.address);
  return { done: core.mail(0), total: core.mail(1), deaths: core.mail(2) };
}

/** Runs some tiles here. A trap loses the tile, not the engine. @param {Host} host @param {Job} job @param {number} tiles @param {number} patience */
function work({ core }, job, tiles, patience) {
  const stack = core.exports.__stack_pointer.value;
  try {
    return core.exports.fl_job_work(job.address, tiles, patience) === 1;
  } catch (cause) {
    core.exports.__stack_pointer.value = stack;
    core.exports.fl_job_cancel(job.address);
    core.exports.fl_worker_bury(0);
    throw new FramelaneError('worker-lost', `a tile could not be computed: ${cause}`, { cause });
  }
}

/** Watches that a job gets on. Gives up when threads die and nothing gets done: the work itself must be what kills them. */
class Endurance {
  #done = -1;
  #deaths = 0;
  #since = 0;

  /** Has nothing been done for so long that nobody may be there to do it? */
  get isStuck() {
    return performance.now() - this.#since > STUCK_MS;
  }

  /** @param {Host} host @param {Job} job */
  check({ core, pool }, job) {
    const { done, deaths } = progressOf(core, job);
    if (done > this.#done) [this.#done, this.#deaths, this.#since] = [done, deaths, performance.now()];
    if (deaths - this.#deaths < DEATHS_WITHOUT_PROGRESS_MAX) return;
    core.exports.fl_job_cancel(job.address);
    throw new FramelaneError('worker-lost', `${deaths} workers were lost on this run, the last because: ${pool?.lastDeath}`);
  }
}

/** Throws if the abort came in time. @param {Host} host @param {Job} job @param {AbortSignal} [signal] */
function checkOutcome({ core }, job, signal) {
  if (core.exports.fl_job_was_cancelled(job.address)) throw new FramelaneError('aborted', 'the run was aborted', { cause: signal?.reason });
}

/** @param {{ signal?: unknown, onProgress?: unknown }} options @param {string} [name] of the method */
export function checkRunOptions({ signal, onProgress }, name = 'run') {
  const { addEventListener, aborted } = /** @type {any} */ (signal ?? {});
  if (signal != null && !(typeof addEventListener === 'function' && typeof aborted === 'boolean')) {
    throw badArgument(`${name}: signal`, 'an AbortSignal', signal);
  }
  if (onProgress != null && typeof onProgress !== 'function') throw badArgument(`${name}: onProgress`, 'a function', onProgress);
}

/** @param {AbortSignal | undefined} signal */
export function throwIfAborted(signal) {
  if (signal?.aborted) throw new FramelaneError('aborted', 'the run was aborted before it began', { cause: signal.reason });
}

/** Is the job better done here than by the pool? @param {Host} host @param {Job} job */
function isAlone({ pool }, job) {
  return !pool?.size || job.cost < SMALL_NS;
}

/**
 * Hands an open job to the scheduler. Throws 'busy', and the job is closed, when too many are in flight.
 * @param {Host} host @param {Job} job @param {boolean} along does the calling thread work along?
 */
export function submit(host, job, along) {
  const { core, pool, threads } = host;
  const helpers = isAlone(host, job) ? 0 : along ? Math.min(threads - 1, pool?.size ?? 0) : threads;
  try {
    core.check(core.exports.fl_job_submit(job.address, helpers));
  } catch (error) {
    core.exports.fl_job_close(job.address);
    throw error;
  }
}

/** Carries a submitted job through while this thread waits and works along. @param {Host} host @param {Job} job */
export function finishSync(host, job) {
  const endurance = new Endurance();
  while (!work(host, job, 0, PATIENCE_MS)) {
    host.pool?.checkStalled();
    endurance.check(host, job);
  }
  checkOutcome(host, job);
}

/**
 * Carries a submitted job through while the event loop turns.
 * @param {Host} host @param {Job} job @param {RunOptions} options
 */
export async function finish(host, job, { signal, onProgress }) {
  const { core, pool } = host;
  const cancel = () => core.exports.fl_job_cancel(job.address);
  const alone = isAlone(host, job);
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel(); // between the opening of the job and now
  pool?.keepProcess(true);
  const tell = () => {
    if (onProgress) reportProgress(core, job, onProgress);
  };
  try {
    if (alone) await workHere(host, job, tell);
    else await waitForPool(host, job, tell, onProgress ? POLL_MS : PATIENCE_MS);
    tell();
    checkOutcome(host, job, signal);
  } finally {
    pool?.keepProcess(false);
    signal?.removeEventListener('abort', cancel);
  }
}

/** @param {Core} core @param {Job} job @param {NonNullable<RunOptions['onProgress']>} onProgress */
function reportProgress(core, job, onProgress) {
  const { done, total } = progressOf(core, job);
  try {
    onProgress({ done, total });
  } catch (error) {
    queueMicrotask(() => { throw error; }); // the listener's own affair: the run goes on
  }
}

/** Until it is done, or nobody is needed here any more. @param {Host} host @param {Job} job @param {() => void} tell */
async function workHere(host, job, tell, isNeeded = () => true) {
  let began = performance.now();
  while (!work(host, job, 1, 0)) {
    if (performance.now() - began < SLICE_MS) continue;
    tell();
    await host.platform.breathe();
    if (!isNeeded()) return;
    began = performance.now();
  }
}

/** Is nobody there to do it: not yet, or not any more? @param {Host} host */
const isHelpless = ({ pool }) => !pool?.size || !pool.hasServed;

/** @param {Host} host @param {Job} job @param {() => void} tell @param {number} patience ms */
async function waitForPool(host, job, tell, patience) {
  const { core, pool } = host;
  const endurance = new Endurance();
  for (;;) {
    const words = core.memory.i32;
    const seen = Atomics.load(words, job.news / 4);
    if (core.exports.fl_job_settle(job.address) === 1) return;
    if (isHelpless(host)) {
      await workHere(host, job, tell, () => isHelpless(host));
      continue;
    }
    await changed(words, job.news / 4, seen, patience);
    tell();
    pool?.checkStalled();
    endurance.check(host, job);
    if (endurance.isStuck) work(host, job, 1, 0); // threads may have died idle and without a word
  }
}

/** @param {Int32Array} words @param {number} index @param {number} seen @param {number} ms */
async function changed(words, index, seen, ms) {
  if (!('waitAsync' in Atomics)) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    return;
  }
  /** @type {{ value: Promise<string> | string }} */
  const waiting = /** @type {any} */ (Atomics).waitAsync(words, index, seen, ms);
  await waiting.value;
}
