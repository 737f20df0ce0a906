// The codec pipeline on the demo's video: every picture against ffmpeg's own decoding, in order, with nothing copied between stages.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aviDemux, jpegDecode, render } from '../../js/modules-built-in.js';
import { FramelaneError, pixels, random, withEngine } from './support.js';

const media = (name) => fileURLToPath(new URL(`../../build/media/${name}.avi`, import.meta.url));
const LEVELS = 3, PSNR_MIN = 45;
const missing = existsSync(media('lane')) ? false : 'no build/media: run make media, which needs ffmpeg';

/** ffmpeg's pictures, one after the other: planes of 4:2:0 in full range, tight. */
async function* expectedFrames(file, bytes) {
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-nostdin', '-i', file, '-pix_fmt', 'yuvj420p', '-f', 'rawvideo', '-'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let held = [], length = 0;
  for await (const chunk of ffmpeg.stdout) {
    held.push(chunk), length += chunk.length;
    while (length >= bytes) {
      const all = held.length === 1 ? held[0] : Buffer.concat(held, length);
      yield all.subarray(0, bytes);
      held = [all.subarray(bytes)], length -= bytes;
    }
  }
  assert.equal(length, 0, 'ffmpeg gives whole pictures');
}

/** Largest difference, and the peak signal-to-noise ratio in dB. @param {Uint8Array} a @param {Uint8Array} b */
function difference(a, b) {
  let largest = 0, squares = 0;
  for (let i = 0; i < a.length; i++) {
    const d = Math.abs(a[i] - b[i]);
    if (d > largest) largest = d;
    squares += d * d;
  }
  return { largest, psnr: squares ? 10 * Math.log10((255 * 255 * a.length) / squares) : Infinity };
}

/** Demuxer and decoder of an engine, `parallel` of these. */
async function decoded(engine, input, parallel) {
  const [demux, decode] = await Promise.all([engine.load(aviDemux), engine.load(jpegDecode)]);
  return engine.stages().source(demux, { input }).stage(decode, { parallel });
}

const copiedOf = (stages) => stages.flatMap(({ seats }) => seats.map(({ copied }) => copied));

describe('the codec pipeline', { skip: missing }, () => {
  it('decodes 160 pictures of 1080p as ffmpeg does, in order, on two decoders', async () => {
    await withEngine({ threads: 2 }, async (engine) => {
      const expected = expectedFrames(media('lane'), 1920 * 1080 * 1.5), numbers = [];
      let largest = 0, psnr = Infinity;
      const flow = (await decoded(engine, media('lane'), 2)).sink(async (frame, { number, time }) => {
        assert.deepEqual([frame.width, frame.height, frame.format], [1920, 1080, 'i420']);
        assert.equal(time, number / 25);
        numbers.push(number);
        const { value } = await expected.next();
        const luma = frame.planes[0];
        assert.equal(luma.stride % 16, 0); // whole blocks: nothing had to be cut off by copying
        const apart = difference(pixels(frame), value);
        largest = Math.max(largest, apart.largest), psnr = Math.min(psnr, apart.psnr);
      });
      const { frames, skipped, stages } = await flow.done;
      assert.equal(frames, 160);
      assert.deepEqual(numbers, Array.from({ length: 160 }, (_, i) => i));
      assert.deepEqual(skipped, []);
      assert.deepEqual(copiedOf(stages), [0, 0, 0], 'bytes copied between stages');
      assert.equal((await expected.next()).done, true);
      assert.ok(largest <= LEVELS, `${largest} levels from ffmpeg's`);
      assert.ok(psnr >= PSNR_MIN, `${psnr} dB`);
    });
  });

  it('gives the same bytes from one decoder or several, through the renderer, in both modes', async () => {
    const hashes = [];
    for (const [options, parallel] of [[{ threads: 2 }, 1], [{ threads: 2 }, 3], [{ mode: 'single' }, 1]]) {
      await withEngine(options, async (engine) => {
        const renderer = await engine.load(render), sums = [];
        const flow = (await decoded(engine, media('small'), parallel)).stage(renderer, { width: 160, height: 90 }).sink((frame, { number }) => {
          let sum = number;
          for (const value of frame.data) sum = (Math.imul(sum, 31) + value) >>> 0;
          sums.push(sum);
        });
        const { frames, stages } = await flow.done;
        assert.equal(frames, 40);
        assert.ok(copiedOf(stages).every((bytes) => bytes === 0), 'bytes copied between stages');
        hashes.push(sums);
      });
    }
    assert.deepEqual(hashes[1], hashes[0]);
    assert.deepEqual(hashes[2], hashes[0]);
    assert.equal(new Set(hashes[0]).size, 40, 'every picture is another');
  });

  it('survives 200 damaged files: what cannot be decoded is reported, nothing is lost', async () => {
    const whole = new Uint8Array(readFileSync(media('small'))), next = random(7);
    await withEngine({ threads: 2 }, async (engine) => {
      const [demux, decode] = await Promise.all([engine.load(aviDemux), engine.load(jpegDecode)]);
      const ends = { whole: 0, skipping: 0, refused: 0 };
      let live = 0;
      for (let i = 0; i < 201; i++) { // the first one is not damaged, and warms up
        const bytes = damaged(whole, i, next);
        const flow = engine.stages().source(demux, { input: bytes }).stage(decode, { parallel: 2 }).sink(() => {});
        try {
          const { frames, skipped } = await flow.done;
          assert.ok(frames + skipped.length <= 400);
          for (const { code, why } of skipped) assert.ok(code && why.length > 5, `${code}: ${why}`);
          ends[skipped.length ? 'skipping' : 'whole']++;
        } catch (error) {
          assert.ok(error instanceof FramelaneError, error?.stack);
          assert.ok(['bad-format', 'unsupported', 'bad-argument', 'out-of-memory'].includes(error.code), error.message);
          ends.refused++;
        }
        if (i === 0) live = engine.stats().live;
        assert.equal(engine.stats().live, live, `file ${i} has left memory behind`);
      }
      assert.ok(ends.skipping > 20 && ends.refused > 5 && ends.whole > 1, JSON.stringify(ends));
    });
  });
});

/** Bytes changed, cut off, doubled or zeroed: at the front, where the headers are, as often as anywhere. */
function damaged(whole, i, next) {
  if (i === 0) return whole;
  const at = Math.floor(next() ** (i % 2 ? 12 : 1) * whole.length), bytes = whole.slice();
  if (i % 4 === 0) return whole.slice(0, at);
  if (i % 4 === 1) for (let n = 0; n < 1 + i % 7; n++) bytes[(at + n * 5) % whole.length] = next() * 256;
  else if (i % 4 === 2) bytes.copyWithin(at, Math.floor(next() * whole.length), Math.floor(next() * whole.length));
  else for (let n = 0; n < 40; n++) bytes[Math.floor(next() * whole.length)] ^= 1 << Math.floor(next() * 8);
  return bytes;
}
