// The source aviDemux on real files: what it gives is what ffmpeg and ffprobe say is in them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aviDemux } from '../../js/modules-built-in.js';
import { MODES, pixels, random, rejectsCode, sameBytes, throwsCode, withEngine } from './support.js';
import { packetsOf, pixelsOf, video, withoutFfmpeg } from './videos.js';

const COFFEE = fileURLToPath(new URL('../../demos/images/coffee.png', import.meta.url));

/** Everything a file gives: items with their bytes or pixels, and the flow's summary. */
async function demux(engine, input, options = {}) {
  const module = await engine.load(aviDemux), items = [];
  const flow = engine.stages().source(module, { input, ...options }).sink((item, { number, time }) => {
    if ('form' in item) items.push({ number, time, form: item.form, size: item.data.length, hash: createHash('sha256').update(item.data).digest('hex') });
    else items.push({ number, time, format: item.format, width: item.width, height: item.height, pixels: pixels(item) });
  });
  const summary = await flow.done;
  await module.unload();
  return { items, summary };
}

for (const mode of MODES) {
  const testWith = (name, body) => test(name, { skip: withoutFfmpeg }, () => withEngine({ mode, threads: 1 }, body));
  describe(`aviDemux, ${mode}`, () => {
    for (const name of ['jpeg.avi', 'sound-first.avi', 'unfinished.avi']) {
      testWith(`the packets of ${name} are those that ffprobe lists, byte for byte, and none is copied`, async (engine) => {
        const expected = packetsOf(video(name)), { items, summary } = await demux(engine, video(name));
        assert.ok(expected.length >= 19);
        assert.deepEqual(items.map(({ size, hash, form }) => ({ size, hash, form })), expected.map(({ size, hash }) => ({ size, hash, form: 'MJPG' })));
        items.forEach(({ number, time }, i) => assert.ok(number === i && Math.abs(time - expected[i].time) < 2e-6, `${number} at ${time}`));
        assert.deepEqual([summary.frames, summary.skipped], [expected.length, []]);
        assert.equal(summary.stages[0].seats[0].copied, 0);
      });
    }

    for (const [name, format, theirs] of [['i420.avi', 'i420', 'yuv420p'], ['yv12.avi', 'i420', 'yuv420p'], ['nv12.avi', 'nv12', 'nv12'],
      ['gray.avi', 'gray8', 'gray'], ['i420.y4m', 'i420', 'yuv420p'], ['gray.y4m', 'gray8', 'gray']]) {
      testWith(`the pixels of ${name} are those that ffmpeg reads, and none is copied`, async (engine) => {
        const expected = pixelsOf(video(name), theirs), { items, summary } = await demux(engine, video(name));
        const size = items[0].pixels.length;
        assert.equal(items.length * size, expected.length);
        items.forEach((item, i) => {
          assert.deepEqual([item.number, item.format], [i, format]);
          sameBytes(item.pixels, expected.subarray(i * size, (i + 1) * size), `${name}, frame ${i}`);
        });
        assert.equal(summary.stages[0].seats[0].copied, 0);
      });
    }

    testWith('bytes give what the file that they are of gives, and start and count choose among them', async (engine) => {
      const path = video('jpeg.avi'), { items } = await demux(engine, path);
      const chosen = await demux(engine, readFileSync(path), { start: 5, count: 7 });
      assert.deepEqual(chosen.items, items.slice(5, 12));
      assert.deepEqual((await demux(engine, path, { start: items.length - 1, count: 4 })).items, items.slice(-1));
      await rejectsCode('bad-argument', demux(engine, path, { start: items.length }), 'aviDemux', `start is ${items.length}`, `the file is ${items.length}`);
    });

    testWith('a file that is cut off gives what lies before the cut, and says what was lost', async (engine) => {
      const path = video('jpeg.avi'), whole = readFileSync(path), { items } = await demux(engine, path);
      for (const part of [0.4, 0.7]) {
        const { items: some, summary } = await demux(engine, whole.subarray(0, whole.length * part));
        assert.ok(some.length > 3 && some.length < items.length);
        assert.deepEqual(some, items.slice(0, some.length));
        const [lost, ...more] = summary.skipped;
        assert.deepEqual(more, []);
        assert.deepEqual([lost.number, lost.code], [some.length, 'bad-format']);
        assert.match(lost.why, /cut off by the end of the file/);
      }
    });

    testWith('a hundred mutated files end, each with a typed error or not, and leave nothing behind', async (engine) => {
      const whole = readFileSync(video('sound-first.avi')), next = random(5), module = await engine.load(aviDemux);
      let live = 0, ended = 0;
      for (let i = 0; i < 100; i++) {
        const bytes = new Uint8Array(whole), reach = i % 2 ? 600 : bytes.length - 4;
        for (let hit = 0; hit <= i % 4; hit++) {
          const at = Math.floor(next() * reach);
          if (i % 3) bytes[at] ^= 1 << Math.floor(next() * 8);
          else new DataView(bytes.buffer).setUint32(at, [0, 1, 0x7fffffff, 0xffffffff][Math.floor(next() * 4)], true);
        }
        const flow = engine.stages().source(module, { input: i % 5 === 4 ? bytes.subarray(0, next() * bytes.length) : bytes }).sink(() => {});
        const refused = (error) => assert.ok(['bad-format', 'unsupported'].includes(error.code) && /aviDemux: /.test(error.message), String(error));
        await flow.done.then(() => ended++, refused);
        if (i === 0) live = engine.stats().live;
        assert.equal(engine.stats().live, live);
      }
      assert.ok(ended >= 40, `${ended} ended`);
    });

    testWith('what it cannot read it names', async (engine) => {
      await rejectsCode('bad-format', demux(engine, COFFEE), 'aviDemux: the input is no video that can be read here', "begins with '\\x89PNG", 'AVI', 'Y4M');
      await rejectsCode('bad-format', demux(engine, new Uint8Array(0)), 'aviDemux', 'is empty');
      await rejectsCode('unsupported', demux(engine, video('mpeg4.avi')), 'aviDemux', "the video's codec is 'FMP4'", 'MJPG');
      await rejectsCode('unsupported', demux(engine, video('wide.y4m')), 'aviDemux', "chroma format is 'C444'", 'C420jpeg');
      const module = await engine.load(aviDemux), start = (options) => engine.stages().source(module, { input: COFFEE, ...options });
      throwsCode('bad-argument', () => start({ start: -1 }), 'aviDemux: start must be a whole number between 0 and 4294967294, got -1');
      throwsCode('bad-argument', () => start({ count: 0 }), 'aviDemux: count must be a whole number between 1 and 4294967295, got 0');
      throwsCode('bad-argument', () => start({ end: 5 }), 'aviDemux', "'end'", 'start', 'count');
    });
  });
}
