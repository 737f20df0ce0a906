// The yardstick: the same kernels, used the way a canvas loop uses them. Pixels live in JavaScript arrays; each operation copies
// them into wasm, runs alone on one thread and copies its result out again. The two copies use the fastest way there is
// (frameFrom, and slice(), which is one memcpy), so what this measures is the style and not a slow loop.

import { createEngine } from '../../js/index.js';
import { active, formatsThrough, inputsOf, layerFor } from './steps.js';

export const createCopyingEngine = () => createEngine({ threads: 0, fuse: false });

/**
 * @param {Engine} engine    from createCopyingEngine()
 * @param {{data, width, height, format}} picture  pixels in a JavaScript array
 * @param {object[]} steps
 * @param {object[]} first  what makes rgba8 of the picture, see entrance()
 * @returns {Promise<{data, width, height, format, copies, bytes}>}
 */
export async function runCopying(engine, picture, steps, { first = [], signal, onProgress } = {}) {
  const list = [...first, ...active(steps)];
  const formats = formatsThrough(list);
  let current = { ...picture, copies: 0, bytes: 0 };
  for (const [i, { op, params, other }] of list.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ done: i, total: list.length });
    let layer;
    if (inputsOf(engine, op) === 2) layer = await runCopying(engine, picture, layerFor(other, formats[i]), { first, signal });
    const next = await one(engine, current, op, params, layer);
    current = { ...next, copies: next.copies + current.copies + (layer?.copies ?? 0), bytes: next.bytes + current.bytes + (layer?.bytes ?? 0) };
  }
  return current;
}

async function one(engine, picture, op, params, layer) {
  const frames = [];
  const enter = ({ data, width, height, format }) => {
    frames.push(engine.frameFrom(data, width, height, { format }));
    return frames.at(-1);
  };
  try {
    const input = enter(picture);
    const pipeline = layer ? engine.pipeline()[op](enter(layer), params) : engine.pipeline().op(op, params);
    const output = await pipeline.run(input);
    frames.push(output);
    const data = output.data.slice();
    const bytes = frames.reduce((sum, frame) => sum + frame.byteLength, 0);
    return { data, width: output.width, height: output.height, format: output.format, copies: frames.length, bytes };
  } finally {
    frames.forEach((frame) => frame.dispose());
  }
}
