// What the tests have in common: engines that are always disposed of, noise that is the same every time, bytes and their hashes.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createEngine, FramelaneError } from '../../js/node/index.js';

export { createEngine, FramelaneError };

export const MODES = ['shared', 'single'];

/** Bytes of one sample of each plane. */
const SAMPLE = { rgba8: [4], bgra8: [4], gray8: [1], i420: [1, 1, 1], nv12: [1, 2] };

/** Lends an engine and disposes of it, whatever happens. */
export async function withEngine(options, body) {
  const engine = await createEngine(options);
  try {
    return await body(engine);
  } finally {
    await engine.dispose();
  }
}

/** Numbers in [0, 1), the same for the same seed: Marsaglia's xorshift. */
export function random(seed) {
  let state = (Math.imul(seed + 1, 0x2545f491) ^ 0x5bd1e995) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
}

/** Bytes without a pattern, more dark ones than bright ones so that histograms have a shape; 0 and 255 occur. */
export function noise(length, seed = 1) {
  const next = random(seed), bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const value = next();
    bytes[i] = 258 * value * Math.sqrt(value);
    if (value > 0.997) bytes[i] = 255;
  }
  return bytes;
}

/** The rows of a frame's planes, without what lies between them. */
function rowsOf(frame) {
  return frame.planes.flatMap(({ data, stride, width, height }, p) => {
    const bytes = width * SAMPLE[frame.format][p];
    return Array.from({ length: height }, (_, y) => data.subarray(y * stride, y * stride + bytes));
  });
}

/** The pixels in tight rows, plane after plane, copied. */
export function pixels(frame) {
  const rows = rowsOf(frame);
  const bytes = new Uint8Array(rows.reduce((sum, row) => sum + row.length, 0));
  let at = 0;
  for (const row of rows) {
    bytes.set(row, at);
    at += row.length;
  }
  return bytes;
}

/** The other way round. */
export function fill(frame, bytes) {
  let at = 0;
  for (const row of rowsOf(frame)) {
    row.set(bytes.subarray(at, at + row.length));
    at += row.length;
  }
  assert.equal(at, bytes.length, 'the bytes are as many as the frame has');
  return frame;
}

/** A frame full of noise. */
export function noiseFrame(engine, width, height, format = 'rgba8', seed = width * 31 + height) {
  const frame = engine.frame(width, height, { format });
  return fill(frame, noise(pixels(frame).length, seed));
}

/** The same noise in a frame whose rows are not tight: a view into a larger one. The larger one is gray around it. */
export function noiseView(engine, width, height, format = 'rgba8', seed = width * 31 + height) {
  const around = engine.frame(width + 11, height + 5, { format });
  around.data.fill(127);
  const view = around.view(4, 2, width, height);
  around.dispose();
  return fill(view, noise(pixels(view).length, seed));
}

export function hashBytes(bytes) {
  return createHash('sha1').update(bytes).digest('hex');
}

/** Shape and pixels in one short text. */
export function hash(frame) {
  return `${frame.width}×${frame.height} ${frame.format} ${hashBytes(pixels(frame))}`;
}

export function sameBytes(actual, expected, message = 'bytes') {
  assert.equal(actual.length, expected.length, `${message}: length`);
  const at = actual.findIndex((value, i) => value !== expected[i]);
  assert.equal(at, -1, `${message}: byte ${at} is ${actual[at]}, not ${expected[at]}`);
}

function check(error, code, parts) {
  assert.ok(error instanceof FramelaneError, `a FramelaneError, not ${error?.stack ?? error}`);
  assert.equal(error.code, code, error.message);
  for (const part of parts) assert.ok(error.message.includes(String(part)), `«${error.message}» says «${part}»`);
  return error;
}

/** Asserts that this throws the typed error whose message has all these parts, and gives it back. */
export function throwsCode(code, body, ...parts) {
  let value;
  try {
    value = body();
  } catch (error) {
    return check(error, code, parts);
  }
  return assert.fail(`nothing thrown, expected '${code}': got ${value}`);
}

/** Likewise for a promise. */
export async function rejectsCode(code, promise, ...parts) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return check(error, code, parts);
  }
  return assert.fail(`nothing rejected, expected '${code}': got ${value}`);
}

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until something is so; fails with what it was when it does not become so. */
export async function until(isSo, describe, ms = 10000) {
  const deadline = performance.now() + ms;
  while (!(await isSo())) {
    if (performance.now() > deadline) assert.fail(`not within ${ms} ms: ${describe()}`);
    await sleep(2);
  }
}

/** A first run makes what the engine keeps for good (its staging area): live bytes are compared after that. */
export async function warmUp(engine) {
  const frame = engine.frame(3, 3);
  const long = { table: Array.from({ length: 1024 }, (_, i) => i % 256) };
  (await engine.pipeline().lut(long).lut(long).lut(long).run(frame)).dispose();
  frame.dispose();
  // A worker that has just started may look at that job for a while yet: its first steps are compiled meanwhile.
  for (let live = -1; ;) {
    const now = engine.stats().live;
    if (now === live) return live;
    live = now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Live bytes come back to what they were, exactly. A worker may still be letting go of the last job: that is waited for. */
export function returnsTo(engine, live, what = 'live bytes return') {
  return until(() => engine.stats().live === live, () => `${what}: ${engine.stats().live} bytes live, ${live} before`, 3000);
}
