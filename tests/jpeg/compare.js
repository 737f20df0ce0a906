// compare.js: the JPEG decoder in Node against FFmpeg, sample by sample. Exit code 1 where a sample differs by more than 3 levels or a
// picture by less than 45 dB.
import { createEngine } from '../../js/node/index.js';
import { decodedByFfmpeg, pictures } from './pictures.js';

const LEVELS = 3, DECIBELS = 45;

/** @param {import('../../js/frame.js').Frame} frame @returns {Uint8Array} its planes, tight, one after the other */
function tight({ planes }) {
  const bytes = new Uint8Array(planes.reduce((sum, { width, height }) => sum + width * height, 0));
  let at = 0;
  for (const { data, stride, width, height } of planes)
    for (let y = 0; y < height; y++, at += width) bytes.set(data.subarray(y * stride, y * stride + width), at);
  return bytes;
}

/** The largest difference, and the noise that the differences are. @param {Uint8Array} ours @param {Uint8Array} theirs */
function difference(ours, theirs) {
  let largest = 0, squares = 0;
  for (let i = 0; i < ours.length; i++) {
    const d = Math.abs(ours[i] - theirs[i]);
    largest = Math.max(largest, d), squares += d * d;
  }
  return { largest, decibels: 10 * Math.log10(255 * 255 * ours.length / squares) };
}

process.chdir(new URL('../..', import.meta.url).pathname);
const engine = await createEngine();
const decoder = await engine.load(new URL('../../dist/modules/jpeg_decode.wasm', import.meta.url));
const made = [...pictures()];
let failed = 0, worst = { largest: 0, decibels: Infinity };
const flow = engine.stages().source(made.map(({ jpeg }) => jpeg)).stage(decoder).sink((frame, { number }) => {
  const picture = made[number], expected = decodedByFfmpeg(picture.jpeg), ours = tight(frame);
  const is = `${frame.width}×${frame.height} ${frame.format}`, wanted = `${picture.width}×${picture.height} i420`;
  const found = is === wanted && ours.length === expected.length ? difference(ours, expected) : { largest: 255, decibels: 0 };
  worst = { largest: Math.max(worst.largest, found.largest), decibels: Math.min(worst.decibels, found.decibels) };
  if (found.largest <= LEVELS && found.decibels >= DECIBELS) return;
  failed++;
  console.log(`✖ ${picture.name}: ${is}, ${found.largest} levels, ${found.decibels.toFixed(1)} dB`);
});
const { frames, skipped, stages } = await flow.done;
for (const { number, why } of skipped) console.log(`✖ ${made[number].name}: ${why}`);
failed += skipped.length;
const { copied } = stages.find(({ name }) => name === 'jpegDecode').seats[0];
const far = `at most ${worst.largest} levels, at least ${worst.decibels.toFixed(1)} dB`;
console.log(`${frames} pictures against FFmpeg: ${far}; ${copied} bytes copied by the decoder`);
console.log(`${made.length - failed} passed, ${failed} failed`);
await engine.dispose();
process.exit(failed || frames === 0 ? 1 : 0);
