import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startBlank } from './chromium.js';

let chromium, page;

before(async () => {
  ({ chromium, page } = await startBlank());
});

after(async () => {
  await chromium?.close();
});

const onPage = (body, ...args) => page.evaluate(body, ...args);

test('an opaque canvas comes in exactly, in one copy', async () => {
  for (const kind of ['canvas', 'OffscreenCanvas']) {
    const seen = await onPage(async (kind) => {
      const canvas = kind === 'canvas' ? Object.assign(document.createElement('canvas'), { width: 67, height: 33 }) : new OffscreenCanvas(67, 33);
      const image = pattern(67, 33);
      canvas.getContext('2d', { alpha: false, willReadFrequently: true }).putImageData(image, 0, 0);
      const frame = await capture(engine, canvas);
      return { difference: maxDifference(frame.data, image.data), format: frame.format, origin: frame.origin };
    }, kind);
    assert.equal(seen.difference, 0, kind);
    assert.equal(seen.format, 'rgba8');
    assert.equal(seen.origin.path, 'videoframe');
    assert.equal(seen.origin.copies, 1);
    assert.equal(seen.origin.bytes, 67 * 33 * 4);
  }
});

test('a canvas with alpha keeps straight alpha and says that it took two copies', async () => {
  const seen = await onPage(async () => {
    const canvas = new OffscreenCanvas(40, 30);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.putImageData(pattern(40, 30, (x) => (x < 20 ? 255 : 128)), 0, 0);
    const stored = context.getImageData(0, 0, 40, 30);
    const frame = await capture(engine, canvas);
    return { difference: maxDifference(frame.data, stored.data), origin: frame.origin };
  });
  assert.equal(seen.difference, 0);
  assert.deepEqual([seen.origin.path, seen.origin.copies], ['getimagedata', 2]);
});

test('a WebGL canvas comes in', async () => {
  const seen = await onPage(async () => {
    const canvas = new OffscreenCanvas(8, 8);
    const gl = canvas.getContext('webgl2', { alpha: false });
    gl.clearColor(1, 0.2, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const frame = await capture(engine, canvas);
    return { pixel: [...frame.data.subarray(0, 4)], path: frame.origin.path };
  });
  assert.deepEqual(seen.pixel, [255, 51, 0, 255]);
  assert.equal(seen.path, 'videoframe');
});

test('ImageData is one copy and exact, alpha too', async () => {
  const seen = await onPage(async () => {
    const image = pattern(31, 7, (x, y) => (x * y) & 255);
    const frame = await capture(engine, image);
    return { difference: maxDifference(frame.data, image.data), copies: frame.origin.copies };
  });
  assert.deepEqual(seen, { difference: 0, copies: 1 });
});

test('ImageBitmap, img, PNG and JPEG Blobs show the pixels a canvas shows', async () => {
  const seen = await onPage(async () => {
    const image = pattern(33, 21);
    const canvas = new OffscreenCanvas(33, 21);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.putImageData(image, 0, 0);
    const png = await canvas.convertToBlob({ type: 'image/png' });
    const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 });
    const element = new Image();
    element.src = URL.createObjectURL(png);
    await element.decode();
    const bitmap = await createImageBitmap(png);
    context.drawImage(await createImageBitmap(jpeg), 0, 0);
    const decoded = context.getImageData(0, 0, 33, 21);
    const results = {};
    for (const [name, source, expected] of [['bitmap', bitmap, image], ['img', element, image], ['png', png, image], ['jpeg', jpeg, decoded]]) {
      const frame = await capture(engine, source);
      results[name] = [maxDifference(frame.data, expected.data), frame.origin.path, frame.origin.copies];
    }
    results.open = bitmap.width; // the caller's bitmap stays open
    return results;
  });
  assert.deepEqual(seen.bitmap, [0, 'draw', 3]);
  assert.deepEqual(seen.img, [0, 'draw', 3]);
  assert.deepEqual(seen.png, [0, 'draw', 3]);
  assert.deepEqual(seen.jpeg, [0, 'videoframe', 1]);
  assert.equal(seen.open, 33);
});

test('EXIF orientation turns a Blob upright', async () => {
  const seen = await onPage(async () => {
    const canvas = new OffscreenCanvas(16, 8);
    const context = canvas.getContext('2d');
    context.fillStyle = 'white';
    context.fillRect(0, 0, 16, 8);
    const jpeg = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer());
    // APP1 with one IFD entry: Orientation (0x112) = 6, turn clockwise.
    const exif = [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 77, 77, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
    const turned = new Blob([jpeg.slice(0, 2), new Uint8Array(exif), jpeg.slice(2)], { type: 'image/jpeg' });
    const frame = await capture(engine, turned);
    return [frame.width, frame.height];
  });
  assert.deepEqual(seen, [8, 16]);
});

test('VideoFrames of every native format keep their planes', async () => {
  const seen = await onPage(async () => {
    const width = 6, height = 4;
    const results = {};
    const sizes = { RGBA: 96, RGBX: 96, BGRA: 96, BGRX: 96, I420: 36, NV12: 36 };
    for (const [format, bytes] of Object.entries(sizes)) {
      const data = Uint8Array.from({ length: bytes }, (_, i) => (/X$/.test(format) && i % 4 === 3 ? 255 : (i * 7) & 255));
      const source = new VideoFrame(data, { format, codedWidth: width, codedHeight: height, timestamp: 0 });
      const frame = await capture(engine, source);
      const all = frame.planes?.length ? frame.planes.flatMap((plane) => [...plane.data]) : [...frame.data];
      results[format] = [frame.format, maxDifference(all, data), frame.origin.copies, source.codedWidth];
      source.close();
    }
    return results;
  });
  for (const [format, ours] of [['RGBA', 'rgba8'], ['RGBX', 'rgba8'], ['BGRA', 'bgra8'], ['BGRX', 'bgra8'], ['I420', 'i420'], ['NV12', 'nv12']]) {
    assert.deepEqual(seen[format], [ours, 0, 1, 6], format);
  }
});

test('rgba8 can be asked of a YUV VideoFrame, and its colour standard is reported', async () => {
  const seen = await onPage(async () => {
    const data = new Uint8Array(96).fill(128);
    data.fill(235, 0, 64);
    const source = new VideoFrame(data, {
      format: 'I420', codedWidth: 8, codedHeight: 8, timestamp: 0, colorSpace: { matrix: 'bt709', primaries: 'bt709', transfer: 'bt709', fullRange: false },
    });
    try {
      const native = await capture(engine, source);
      const frame = await capture(engine, source, { format: 'rgba8' });
      return { origin: native.origin, pixel: [...frame.data.subarray(0, 4)], format: frame.format };
    } finally {
      source.close();
    }
  });
  assert.deepEqual([seen.origin.matrix, seen.origin.range], ['bt709', 'limited']);
  assert.deepEqual(seen.pixel, [255, 255, 255, 255]);
});

test('a video shows its picture, and no VideoFrame stays open', async () => {
  const seen = await onPage(async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 48 });
    const context = canvas.getContext('2d');
    const video = Object.assign(document.createElement('video'), { srcObject: canvas.captureStream(30), muted: true });
    const painting = setInterval(() => { context.fillStyle = '#c03020'; context.fillRect(0, 0, 64, 48); }, 30);
    await video.play();
    await new Promise((done) => { video.requestVideoFrameCallback(done); });
    let open = 0;
    const { close } = VideoFrame.prototype;
    const Original = globalThis.VideoFrame;
    globalThis.VideoFrame = new Proxy(Original, { construct: (target, args) => { open++; return new target(...args); } });
    VideoFrame.prototype.close = function counted() { open--; return close.call(this); };
    try {
      const frame = await capture(engine, video, { format: 'rgba8' });
      return { size: [frame.width, frame.height], pixel: [...frame.data.subarray(0, 4)], path: frame.origin.path, open };
    } finally {
      globalThis.VideoFrame = Original;
      VideoFrame.prototype.close = close;
      clearInterval(painting);
    }
  });
  assert.deepEqual(seen.size, [64, 48]);
  assert.equal(seen.path, 'videoframe');
  assert.equal(seen.open, 0);
  [0xc0, 0x30, 0x20, 255].forEach((value, i) => assert.ok(Math.abs(seen.pixel[i] - value) <= 4, `channel ${i}: ${seen.pixel}`));
});

test('into reuses a frame that fits and refuses one that does not', async () => {
  const seen = await onPage(async () => {
    const into = engine.frame(9, 5);
    const image = pattern(9, 5);
    const same = await capture(engine, image, { into }) === into;
    return { same, difference: maxDifference(into.data, image.data), refused: await codeOf(() => capture(engine, pattern(8, 5), { into })) };
  });
  assert.ok(seen.same);
  assert.equal(seen.difference, 0);
  assert.match(seen.refused, /^bad-argument: capture: into must be 8×5 rgba8 like the source, got 9×5 rgba8/);
});

test('what cannot be captured is an error that says so', async () => {
  const seen = await onPage(async () => {
    const closed = new VideoFrame(new Uint8Array(4), { format: 'RGBA', codedWidth: 1, codedHeight: 1, timestamp: 0 });
    closed.close();
    return {
      nothing: await codeOf(() => capture(engine, null)),
      text: await codeOf(() => capture(engine, 'photo.jpg')),
      closed: await codeOf(() => capture(engine, closed)),
      image: await codeOf(() => capture(engine, new Image())),
      video: await codeOf(() => capture(engine, document.createElement('video'))),
      empty: await codeOf(() => capture(engine, Object.assign(document.createElement('canvas'), { width: 0 }))),
      blob: await codeOf(() => capture(engine, new Blob(['no picture'], { type: 'image/png' }))),
      gray: await codeOf(() => capture(engine, pattern(2, 2), { format: 'gray8' })),
      planes: await codeOf(() => capture(engine, pattern(2, 2), { format: 'i420' })),
    };
  });
  assert.match(seen.nothing, /^bad-argument: .*got null/);
  assert.match(seen.text, /^bad-argument: .*got 'photo\.jpg'/);
  assert.match(seen.closed, /^bad-argument: .*closed/);
  assert.match(seen.image, /^bad-argument: .*not loaded/);
  assert.match(seen.video, /^bad-argument: .*no picture yet/);
  assert.match(seen.empty, /^bad-argument: .*empty/);
  assert.match(seen.blob, /^bad-argument: .*image\/png/);
  assert.match(seen.gray, /^bad-argument: .*grayscale\(\)/);
  assert.match(seen.planes, /^unsupported: /);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
