// Image files in Node: against pngjs both ways, JPEG within a stated distance, damaged files by the hundred, and what it all costs.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PNG } from 'pngjs';
import { readImage, writeImage } from '../../js/node/index.js';
import { MODES, noiseFrame, pixels, random, rejectsCode, returnsTo, withEngine } from './support.js';

const IMAGES = fileURLToPath(new URL('../../demos/images/', import.meta.url));
const PHOTOS = readdirSync(IMAGES).filter((name) => /\.(png|jpg)$/.test(name));
const folder = mkdtempSync(join(tmpdir(), 'framelane-images-'));
const file = (name) => join(folder, name);
after(() => rmSync(folder, { recursive: true, force: true }));

/** A PNG of pngjs's making. colorType: 0 gray, 2 RGB, 4 gray and alpha, 6 RGB and alpha. */
function png(width, height, rgba, options = {}) {
  const image = new PNG({ width, height });
  if (options.bitDepth === 16) image.data = Buffer.from(Uint16Array.from(rgba, (v) => v * 257).buffer);
  else image.data.set(rgba);
  return PNG.sync.write(image, options);
}

/** RGBA that has structure, noise and transparent pixels. */
function picture(width, height, seed = 1) {
  const next = random(seed);
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => {
    const x = (i >> 2) % width, y = Math.floor((i >> 2) / width);
    return y % 3 ? (x * (1 + i % 4) + y * 2) & 255 : Math.floor(next() * 256);
  });
}

/** Tight rows as RGBA. */
function rgbaOf(frame) {
  const bytes = pixels(frame);
  return frame.format === 'gray8' ? Uint8Array.from({ length: bytes.length * 4 }, (_, i) => (i % 4 === 3 ? 255 : bytes[i >> 2])) : bytes;
}

/** Distance in dB, colours only. */
function psnr(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) if (i % 4 < 3) sum += (a[i] - b[i]) ** 2;
  return 10 * Math.log10((255 ** 2 * a.length * 0.75) / sum);
}

for (const mode of MODES) {
  const options = { mode, threads: mode === 'shared' ? 2 : 0 };
  describe(`image files, ${mode}`, () => {
    test('what pngjs has written is read exactly: sizes, colours, depths', () => withEngine(options, async (engine) => {
      for (const [width, height] of [[1, 1], [1, 7], [7, 1], [33, 19], [301, 203]]) {
        const rgba = picture(width, height), opaque = rgba.map((v, i) => (i % 4 === 3 ? 255 : v));
        const gray = rgba.map((_, i) => (i % 4 === 3 ? 255 : rgba[i & ~3]));
        for (const [bytes, expected, options] of [
          [rgba, rgba, { colorType: 6 }], [opaque, opaque, { colorType: 2 }], [gray, gray, { colorType: 0 }], [opaque, opaque, { colorType: 2, bitDepth: 16 }],
        ]) {
          const frame = await readImage(engine, png(width, height, bytes, options));
          assert.deepEqual([frame.width, frame.height, frame.format], [width, height, 'rgba8']);
          assert.deepEqual(pixels(frame), expected);
        }
      }
    }));

    test('what is written as PNG is read by pngjs, and here, exactly: formats, odd sizes, views', () => withEngine(options, async (engine) => {
      for (const [width, height] of [[1, 1], [3, 5], [64, 1], [301, 203]]) {
        for (const format of ['rgba8', 'gray8']) {
          const whole = noiseFrame(engine, width + 9, height + 4, format), view = whole.view(5, 2, width, height);
          for (const frame of [whole, view]) {
            const report = await writeImage(frame, file('out.png'));
            assert.deepEqual([report.copies, report.bytes], [0, 0]);
            const theirs = PNG.sync.read(readFileSync(file('out.png')));
            assert.deepEqual([theirs.width, theirs.height, theirs.colorType], [frame.width, frame.height, format === 'gray8' ? 0 : 6]);
            assert.ok(theirs.data.equals(rgbaOf(frame)));
            const back = await readImage(engine, file('out.png'), { format: 'auto' });
            assert.deepEqual([back.format, pixels(back)], [format, pixels(frame)]);
          }
        }
      }
    }));

    test('photos are decoded with no copy at all; PNG as pngjs does', () => withEngine(options, async (engine) => {
      for (const name of PHOTOS) {
        const frame = await readImage(engine, join(IMAGES, name));
        assert.deepEqual([frame.origin.copies, frame.origin.bytes], [0, 0], name);
        if (!name.endsWith('.png')) continue;
        const { width, height, data } = PNG.sync.read(readFileSync(join(IMAGES, name)));
        assert.deepEqual([frame.width, frame.height], [width, height]);
        assert.ok(data.equals(pixels(frame)), name);
      }
      assert.deepEqual(engine.stats().copied, {});
    }));

    test('a photo written as JPEG is within 30 dB at quality 80, and nearer the higher the quality', () => withEngine(options, async (engine) => {
      const photo = await readImage(engine, join(IMAGES, 'coffee.png'));
      let last = 0, size = 0;
      for (const quality of [30, 80, 90, 100]) {
        await writeImage(photo, file('out.jpg'), { quality });
        const back = await readImage(engine, pathToFileURL(file('out.jpg')));
        const distance = psnr(pixels(photo), pixels(back)), bytes = statSync(file('out.jpg')).size;
        assert.ok(distance > last && bytes > size, `quality ${quality}: ${distance} dB, ${bytes} bytes`);
        if (quality >= 80) assert.ok(distance > 30, `quality ${quality}: ${distance} dB`);
        [last, size] = [distance, bytes];
      }
      await writeImage(photo, file('default.jpeg'));
      await writeImage(photo, file('ninety'), { type: 'jpeg', quality: 90 });
      assert.deepEqual(readFileSync(file('default.jpeg')), readFileSync(file('ninety')));
    }));

    test('a view becomes a JPEG by way of one copy, which is counted', () => withEngine(options, async (engine) => {
      const photo = await readImage(engine, join(IMAGES, 'rocket.jpg')), view = photo.view(100, 50, 301, 203), tight = view.clone();
      const report = await writeImage(view, file('view.jpg'));
      assert.deepEqual([report.copies, report.bytes, engine.stats().copied], [1, 301 * 203 * 4, { writeImage: 301 * 203 * 4 }]);
      await writeImage(tight, file('tight.jpg'));
      assert.deepEqual(readFileSync(file('view.jpg')), readFileSync(file('tight.jpg')));
      assert.deepEqual(engine.stats().copied, { writeImage: 301 * 203 * 4 });
    }));

    test('every format comes out of a file and goes into one, as the pipeline converts it', () => withEngine(options, async (engine) => {
      const photo = await readImage(engine, join(IMAGES, 'chelsea.png')), even = photo.view(0, 0, 450, 300);
      for (const [format, operation] of [['bgra8', 'toBgra'], ['i420', 'toI420'], ['nv12', 'toNv12'], ['gray8', 'grayscale']]) {
        const read = await readImage(engine, join(IMAGES, 'chelsea.png'), { format }), expected = await engine.pipeline().op(operation).run(photo);
        assert.deepEqual([read.format, pixels(read), read.origin.path], [format, pixels(expected), 'readImage']);
        const converted = await engine.pipeline().op(operation).run(even);
        await writeImage(converted, file('converted.png'));
        const back = await readImage(engine, file('converted.png'), { format: 'auto' });
        const direct = format === 'gray8' ? converted.clone() : await engine.pipeline().toRgba().run(converted);
        assert.deepEqual(pixels(back), pixels(direct), format);
      }
    }));

    test('bytes, a region, a URL and a pipe are read as a file is; what that copies is counted', () => withEngine(options, async (engine) => {
      const bytes = readFileSync(join(IMAGES, 'rocket.jpg')), server = createServer((request, response) => response.writeHead(request.url === '/a.jpg' ? 200 : 404).end(bytes));
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const address = `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`;
      const expected = await readImage(engine, join(IMAGES, 'rocket.jpg'));
      const region = engine.region(bytes.length);
      region.data.set(bytes);
      execFileSync('mkfifo', [file(`pipe-${mode}`)]);
      spawn('sh', ['-c', 'cat "$1" > "$2"', 'sh', join(IMAGES, 'rocket.jpg'), file(`pipe-${mode}`)], { stdio: 'ignore' });
      for (const [source, copies] of [[region, 0], [bytes, 1], [Uint8Array.from(bytes).buffer, 1], [`${address}/a.jpg`, 1], [new URL(`${address}/a.jpg`), 1], [file(`pipe-${mode}`), 1]]) {
        const frame = await readImage(engine, source);
        assert.deepEqual([frame.origin.copies, frame.origin.bytes], [copies, copies * bytes.length]);
        assert.deepEqual(pixels(frame), pixels(expected));
      }
      region.free();
      assert.equal(engine.stats().copied.readImage, 5 * bytes.length);
      await assert.rejects(readImage(engine, `${address}/none.jpg`), /answers 404/);
      server.close();
    }));

    test('what is wrong is said, with what it is about, and keeps nothing', () => withEngine({ ...options, memory: { maximum: 16 << 20 } }, async (engine) => {
      const rocket = readFileSync(join(IMAGES, 'rocket.jpg')), coffee = readFileSync(join(IMAGES, 'coffee.png'));
      const small = await readImage(engine, png(4, 4, picture(4, 4)));
      const { live } = engine.stats();
      const put = (name, bytes) => (writeFileSync(file(name), bytes), file(name));
      await rejectsCode('bad-format', readImage(engine, put('a.gif', 'GIF89a...')), 'readImage', 'a.gif', 'neither PNG nor JPEG', '47 49 46 38 39 61', 'as a GIF does');
      await rejectsCode('bad-format', readImage(engine, put('empty.png', '')), 'empty.png', 'is empty');
      await rejectsCode('bad-format', readImage(engine, new Uint8Array(0)), 'this file is empty');
      await rejectsCode('bad-format', readImage(engine, put('cut.jpg', rocket.subarray(0, 50000))), 'cut.jpg', 'damaged JPEG', 'cut short');
      await rejectsCode('bad-format', readImage(engine, coffee.subarray(0, coffee.length - 40000)), 'damaged PNG', 'in the middle of chunk IDAT');
      const broken = Uint8Array.from(coffee);
      broken[broken.length >> 1] ^= 1;
      await rejectsCode('bad-format', readImage(engine, broken), 'the checksum of chunk IDAT is wrong');
      await rejectsCode('bad-format', readImage(engine, coffee, { maxPixels: 239999 }), '600×400', '239999', 'maxPixels');
      await rejectsCode('out-of-memory', readImage(engine, png(2000, 2000, new Uint8Array(16e6), { colorType: 0 })));
      await rejectsCode('bad-argument', readImage(engine, 42), 'a path, a URL, bytes or a region', '42');
      await rejectsCode('bad-argument', readImage({}, coffee), 'an engine');
      await rejectsCode('bad-argument', readImage(engine, coffee, { formt: 'gray8' }), 'formt', 'maxPixels');
      await rejectsCode('bad-format', readImage(engine, coffee, { format: 'rgb' }), 'auto', "'rgb'");
      await rejectsCode('bad-argument', readImage(engine, coffee, { maxPixels: 1e9 }), 'maxPixels', '268402689');
      await assert.rejects(readImage(engine, file('missing.png')), { code: 'ENOENT' });
      await assert.rejects(readImage(engine, folder), { code: 'EISDIR' });
      await rejectsCode('bad-argument', writeImage(small, file('out.webp')), '.png, .jpg or .jpeg', 'out.webp');
      await rejectsCode('bad-argument', writeImage(small, file('out')), '.png');
      await rejectsCode('bad-argument', writeImage(small, file('out.png'), { type: 'gif' }), "'png' or 'jpeg'", "'gif'");
      await rejectsCode('bad-argument', writeImage(small, file('out.png'), { quality: 80 }), 'a PNG has no quality');
      await rejectsCode('bad-argument', writeImage(small, file('out.jpg'), { quality: 0 }), 'quality', '1', '100', '0');
      await rejectsCode('bad-argument', writeImage(small, 7), 'path');
      await rejectsCode('bad-argument', writeImage({}, file('out.png')), 'a frame');
      await assert.rejects(writeImage(small, join(folder, 'none', 'out.png')), { code: 'ENOENT' });
      await returnsTo(engine, live);
      assert.equal(engine.stats().frames, 1);
    }));
  });
}

test('a frame that a run is writing is written to the file once the run is over', () => withEngine({ threads: 2 }, async (engine) => {
  const input = noiseFrame(engine, 1500, 1000), output = engine.frame(1500, 1000);
  const pipeline = engine.pipeline().median({ radius: 3 }), expected = pixels(pipeline.runSync(input));
  await writeImage(engine.frame(1, 1), file('first.png')); // the module is there
  const running = pipeline.run(input, { output }), writing = writeImage(output, file('run.png'));
  await running;
  await writing;
  const back = await readImage(engine, file('run.png'));
  assert.deepEqual(pixels(back), expected);
}));

test('two engines and many files at once do not meet', () => withEngine({ threads: 1 }, (first) => withEngine({ mode: 'single', threads: 0 }, async (second) => {
  const sizes = Array.from({ length: 24 }, (_, i) => [1 + i * 7, 40 - i]);
  await Promise.all(sizes.map(async ([width, height], i) => {
    const rgba = picture(width, height, i);
    const frame = await readImage(i % 2 ? first : second, png(width, height, rgba));
    await writeImage(frame, file(`many-${i}.png`));
    frame.dispose();
    assert.ok(PNG.sync.read(readFileSync(file(`many-${i}.png`))).data.equals(rgba));
  }));
  assert.deepEqual([first.stats().frames, second.stats().frames], [0, 0]);
  assert.equal(first.layout().filter(({ name }) => name === 'image_file').length, 1);
})));

test('an engine that is disposed of reads and writes nothing more', () => withEngine({ threads: 0 }, async (engine) => {
  const frame = engine.frame(3, 3);
  await engine.dispose();
  await rejectsCode('disposed', readImage(engine, join(IMAGES, 'coffee.png')));
  await rejectsCode('disposed', writeImage(frame, file('late.png')));
}));

describe('damaged files', () => {
  /** @type {Buffer} */ let small, photo;
  before(() => withEngine({ threads: 0 }, async (engine) => {
    small = png(37, 23, picture(37, 23));
    const frame = await readImage(engine, join(IMAGES, 'chelsea.png')), view = frame.view(100, 60, 120, 80);
    await writeImage(view, file('part.jpg'));
    photo = readFileSync(file('part.jpg'));
  }));

  /** Something else than it was: bytes changed, a part cut out, doubled, or filled with one value. */
  function damage(bytes, next) {
    const copy = Buffer.from(bytes), at = Math.floor(next() * copy.length), length = 1 + Math.floor(next() * 40), kind = Math.floor(next() * 5);
    if (kind === 0) return copy.subarray(0, at);
    if (kind === 1) return Buffer.concat([copy.subarray(0, at), copy.subarray(at + length)]);
    if (kind === 2) return Buffer.concat([copy.subarray(0, at + length), copy.subarray(at)]);
    if (kind === 3) return copy.fill(Math.floor(next() * 3) * 127, at, Math.min(copy.length, at + length));
    for (let i = 0; i < length % 4 + 1; i++) copy[Math.floor(next() * copy.length)] ^= 1 << Math.floor(next() * 8);
    return copy;
  }

  for (const type of ['PNG', 'JPEG']) {
    test(`400 damaged ${type} files are read or refused in words, and none leaves a byte behind`, () => withEngine({ threads: 0 }, async (engine) => {
      const whole = type === 'PNG' ? small : photo, next = random(type.length);
      (await readImage(engine, whole)).dispose();
      const { live } = engine.stats();
      let refused = 0;
      for (let i = 0; i < 400; i++) {
        const bytes = damage(whole, next);
        await readImage(engine, bytes).then((frame) => frame.dispose(), (error) => {
          refused++;
          assert.ok(['bad-format', 'out-of-memory'].includes(error.code), `${error.code}: ${error.stack}`);
          assert.match(error.message, /^readImage: this file (is|has|does) /);
        });
        assert.equal(engine.stats().live, live, `file ${i}`);
      }
      assert.ok(refused > (type === 'PNG' ? 350 : 100), `${refused}`); // a JPEG has no checksums: it may come out otherwise
    }));
  }
});

const python = ['/usr/bin/python3', 'python3'].find((name) => spawnSync(name, ['-c', 'import PIL']).status === 0);
test('Pillow reads what is written here, and the other way round', { skip: python ? false : 'no Python with Pillow' }, () => withEngine({ threads: 0 }, async (engine) => {
  const run = (code, ...paths) => execFileSync(/** @type {string} */ (python), ['-c', `import sys; from PIL import Image; ${code}`, ...paths], { maxBuffer: 1 << 28 });
  const theirs = (path) => run("sys.stdout.buffer.write(Image.open(sys.argv[1]).convert('RGBA').tobytes())", path);
  const photo = await readImage(engine, join(IMAGES, 'rocket.jpg'));
  assert.ok(psnr(theirs(join(IMAGES, 'rocket.jpg')), pixels(photo)) > 40); // libjpeg's transform and this one differ by a level here and there
  await writeImage(photo, file('ours.png'));
  assert.ok(theirs(file('ours.png')).equals(pixels(photo)));
  await writeImage(photo, file('ours.jpg'), { quality: 95 });
  assert.ok(psnr(theirs(file('ours.jpg')), pixels(await readImage(engine, file('ours.jpg')))) > 40);
  for (const [name, how] of [['progressive', 'progressive=True, quality=95'], ['thirds', 'subsampling=1'], ['gray', 'quality=90'], ['cmyk', 'quality=90']]) {
    const mode = name === 'gray' ? "'L'" : name === 'cmyk' ? "'CMYK'" : "'RGB'";
    run(`Image.open(sys.argv[1]).convert(${mode}).save(sys.argv[2], ${how})`, file('ours.png'), file(`${name}.jpg`));
    const read = await readImage(engine, file(`${name}.jpg`), { format: 'auto' });
    assert.equal(read.format, name === 'gray' ? 'gray8' : 'rgba8');
    assert.ok(psnr(theirs(file(`${name}.jpg`)), rgbaOf(read)) > 35, name);
  }
  for (const mode of ['1', 'L', 'LA', 'P', 'RGB', 'I;16']) {
    run(`Image.open(sys.argv[1]).convert(${mode === 'I;16' ? "'L').convert('I').point(lambda v: v * 257).convert('I;16'" : `'${mode}'`}).save(sys.argv[2])`, file('ours.png'), file('kind.png'));
    const read = await readImage(engine, file('kind.png'));
    const expected = mode === 'I;16' ? run("sys.stdout.buffer.write(Image.open(sys.argv[1]).convert('L').convert('RGBA').tobytes())", file('ours.png')) : theirs(file('kind.png'));
    assert.ok(expected.equals(pixels(read)), mode);
  }
}));
