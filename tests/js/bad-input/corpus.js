// The corpus: every area's wrong calls, made one after the other against one engine that must come out of it as it went in.
import { startingParams } from '../../../demos/shared/schema.js';
import { createEngine, FramelaneError, hash, noiseFrame, noiseView, sleep } from '../support.js';
import { ENGINE } from './engine.js';
import { ENGINE_OPTIONS } from './engine-options.js';
import { FRAMES } from './frames.js';
import { parametersOf } from './parameters.js';
import { PIPELINES } from './pipelines.js';
import { formatsOf, RUNS } from './runs.js';
import { SERVE } from './serve.js';
import { WEB } from './web.js';

const LATE_MS = 5000;
const KEPT_MAX = 128 << 10; // bytes of bookkeeping

/** @typedef {[what: string, code: string, call: (context: any) => unknown, ...parts: (string | number)[]]} Case */

/** The cases by area. @param {any[]} ops engine.ops @returns {Record<string, Case[]>} */
export function casesOf(ops) {
  return {
    'createEngine() options': ENGINE_OPTIONS.map(([options, ...rest], i) => [`options ${i}: ${inShort(options)}`, rest[0], () => createEngine(/** @type {any} */ (options)), ...rest.slice(1)]),
    'frames and views': FRAMES,
    'parameters of operations': parametersOf(ops),
    'pipelines and descriptions': PIPELINES,
    'runs': RUNS,
    'formats that are not taken': formatsOf(ops),
    'measures, memory, a disposed engine': ENGINE,
    'framelane/web': WEB,
    'framelane/serve': SERVE,
  };
}

function inShort(value) {
  try {
    return JSON.stringify(value, (_, each) => (typeof each === 'bigint' || typeof each === 'symbol' ? String(each) : each))?.slice(0, 60);
  } catch {
    return typeof value;
  }
}

/** Engines and frames for the cases. */
export async function makeContext() {
  const engine = await createEngine({ threads: 2, memory: { maximum: 256 << 20 } });
  const foreign = await createEngine({ threads: 0 }), ended = await createEngine({ threads: 1 });
  const frame = noiseFrame(engine, 13, 7), gone = engine.frame(13, 7);
  const orphan = ended.frame(13, 7), orphanPipeline = ended.pipeline().invert(), orphanBlock = ended.alloc(8);
  gone.dispose();
  await ended.dispose();
  const formats = Object.fromEntries(['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'].map((format) => [format, noiseFrame(engine, 13, 7, format)]));
  const context = {
    engine, foreign, ended, frame, gone, orphan, orphanPipeline, orphanBlock, formats, startingParams,
    other: noiseFrame(engine, 13, 7, 'rgba8', 3), small: noiseFrame(engine, 5, 5), gray: formats.gray8, planar: formats.i420,
    view: noiseView(engine, 5, 3), foreignFrame: noiseFrame(foreign, 13, 7),
  };
  return { context, end: async () => { await engine.dispose(); await foreign.dispose(); } };
}

/** What the engine computes, and what it holds: to be the same before and after. */
export async function stateOf({ engine, frame, formats }) {
  const out = await engine.pipeline().gaussianBlur({ sigma: 2 }).equalize().rotate({ degrees: 20 }).run(frame);
  const bytes = [out, ...Object.values(formats), frame].map(hash).join('\n');
  out.dispose();
  await sleep(20);
  const { frames, inFlight } = engine.stats();
  // bookkeeping is kept for good (the table of handles, the area where pipelines are handed over): it may grow, once
  const live = engine.layout().filter(({ kind }) => ['frame', 'plan', 'user', 'module', 'stack'].includes(kind)).reduce((sum, { start, end }) => sum + end - start, 0);
  const kept = Math.ceil(engine.layout().filter(({ kind }) => kind === 'table').reduce((sum, { start, end }) => sum + end - start, 0) / KEPT_MAX);
  return { bytes, live, frames, inFlight, kept };
}

/** What is wrong with the answer to one wrong call; '' if nothing. @param {Case} wrong @param {any} context */
export async function judge([, code, call, ...parts], context) {
  let timer;
  try {
    const late = new Promise((resolve) => (timer = setTimeout(resolve, LATE_MS, LATE_MS)));
    const answer = await Promise.race([(async () => ({ value: await call(context) }))(), late]);
    return answer === LATE_MS ? `hang: no answer within ${LATE_MS} ms` : 'nothing is thrown';
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) return `trap: ${error.stack}`;
    if (!(error instanceof FramelaneError)) return `untyped: ${error?.stack ?? String(error)}`;
    if (error.code !== code) return `'${error.code}', not '${code}': ${error.message}`;
    const missing = parts.filter((part) => !error.message.includes(String(part)));
    return missing.length ? `«${error.message.slice(0, 300)}» does not say ${missing.map((part) => `«${part}»`).join(', ')}` : '';
  } finally {
    clearTimeout(timer);
  }
}
