import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { startBlank } from './chromium.js';

let chromium, page;

before(async () => {
  ({ chromium, page } = await startBlank());
  await page.evaluate(() => {
    // The canvas as a screen would show it, row 0 at the top. In the same task as present(), before the browser clears it.
    globalThis.readBack = (canvas) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const gl = canvas.getContext('webgl2');
      if (!gl) return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      const bytes = new Uint8Array(canvas.width * canvas.height * 4);
      gl.readPixels(0, 0, canvas.width, canvas.height, gl.RGBA, gl.UNSIGNED_BYTE, bytes);
      const rows = new Uint8ClampedArray(bytes.length);
      for (let y = 0; y < copy.height; y++) rows.set(bytes.subarray(y * copy.width * 4, (y + 1) * copy.width * 4), (copy.height - 1 - y) * copy.width * 4);
      return rows;
    };
  });
});

after(async () => {
  await chromium?.close();
});

const onPage = (body, ...args) => page.evaluate(body, ...args);

for (const [backend, copies] of [['webgl2', 0], ['2d', 2]]) {
  test(`${backend} shows rgba8, bgra8 and gray8 exactly and reports ${copies} copies`, async () => {
    const seen = await onPage(async (backend) => {
      const canvas = document.createElement('canvas');
      const screen = createPresenter(canvas, { backend });
      const results = {};
      for (const [width, height] of [[33, 17], [5, 9]]) { // the second one also resizes
        const { data } = pattern(width, height);
        const rgba = engine.frameFrom(data, width, height, { format: 'rgba8' });
        const swapped = data.map((value, i) => (i % 4 === 3 ? value : data[i - (i % 4) + 2 - (i % 4)]));
        const bgra = engine.frameFrom(swapped, width, height, { format: 'bgra8' });
        const red = data.filter((_, i) => i % 4 === 0);
        const gray = engine.frameFrom(red, width, height, { format: 'gray8' });
        const grayExpected = data.map((value, i) => (i % 4 === 3 ? 255 : red[i >> 2]));
        for (const [name, frame, expected] of [['rgba8', rgba, data], ['bgra8', bgra, data], ['gray8', gray, grayExpected]]) {
          const report = screen.present(frame);
          results[`${name} ${width}`] = { difference: maxDifference(readBack(canvas), expected), size: [canvas.width, canvas.height], report };
        }
      }
      return results;
    }, backend);
    for (const [name, { difference, size, report }] of Object.entries(seen)) {
      assert.equal(difference, 0, name);
      assert.equal(size[0], Number(name.split(' ')[1]));
      assert.equal(report.copies, copies);
      assert.equal(report.path, backend);
      assert.equal(report.bytes > 0, copies > 0);
      assert.ok(report.why.length > 10);
    }
  });

  test(`${backend} shows a rectangle of a frame`, async () => {
    const difference = await onPage(async (backend) => {
      const { data } = pattern(20, 12);
      const frame = engine.frameFrom(data, 20, 12, { format: 'rgba8' });
      const part = frame.view(3, 2, 7, 5);
      const canvas = document.createElement('canvas');
      createPresenter(canvas, { backend }).present(part);
      const expected = Array.from({ length: 5 }, (_, y) => [...data.subarray(((y + 2) * 20 + 3) * 4, ((y + 2) * 20 + 10) * 4)]).flat();
      return maxDifference(readBack(canvas), expected);
    }, backend);
    assert.equal(difference, 0);
  });

  test(`${backend} shows i420 and nv12 within rounding of the formula`, async () => {
    const seen = await onPage(async (backend) => {
      const results = {};
      for (const format of ['i420', 'nv12']) {
        const frame = engine.frame(7, 5, { format });
        frame.planes[0].data.fill(145);
        if (format === 'i420') { frame.planes[1].data.fill(54); frame.planes[2].data.fill(34); } else frame.planes[1].data.forEach((_, i, all) => { all[i] = i % 2 ? 34 : 54; });
        const canvas = document.createElement('canvas');
        createPresenter(canvas, { backend }).present(frame);
        const pixels = readBack(canvas);
        results[format] = [[...pixels.subarray(0, 4)], [...pixels.subarray(-4)]];
      }
      return results;
    }, backend);
    // 145, 54, 34 is pure green by BT.601, limited range.
    for (const pixel of Object.values(seen).flat()) {
      [0, 255, 0, 255].forEach((value, i) => assert.ok(Math.abs(pixel[i] - value) <= 2, JSON.stringify(seen)));
    }
  });
}

test('auto takes webgl2, and falls back to 2d where it cannot, saying why', async () => {
  const seen = await onPage(async () => {
    const frame = engine.frame(2, 2);
    const fresh = createPresenter(document.createElement('canvas'));
    const canvas = document.createElement('canvas');
    canvas.getContext('2d');
    const fallback = createPresenter(canvas, { backend: 'auto' });
    return [fresh.backend, fallback.backend, fallback.present(frame).why];
  });
  assert.deepEqual(seen.slice(0, 2), ['webgl2', '2d']);
  assert.match(seen[2], /fell back from webgl2/);
});

test('a missing backend is an error that says which and why', async () => {
  const seen = await onPage(async () => {
    const taken = document.createElement('canvas');
    taken.getContext('2d');
    const gl = document.createElement('canvas');
    gl.getContext('webgl2');
    const screen = createPresenter(document.createElement('canvas'), { backend: '2d' });
    screen.dispose();
    const frame = engine.frame(1, 1);
    return {
      webgpu: await codeOf(() => createPresenter(document.createElement('canvas'), { backend: 'webgpu' })),
      webgl2: await codeOf(() => createPresenter(taken, { backend: 'webgl2' })),
      twoD: await codeOf(() => createPresenter(gl, { backend: '2d' })),
      other: await codeOf(() => createPresenter(taken, { backend: 'svg' })),
      nothing: await codeOf(() => createPresenter(null)),
      disposed: await codeOf(() => screen.present(frame)),
    };
  });
  assert.match(seen.webgpu, /^unsupported: /);
  assert.match(seen.webgl2, /^unsupported: .*WebGL2/);
  assert.match(seen.twoD, /^unsupported: /);
  assert.match(seen.other, /^bad-argument: .*svg/);
  assert.match(seen.nothing, /^bad-argument: /);
  assert.match(seen.disposed, /^disposed: /);
});

test('a lost GPU context is survived, and the last frame comes back by itself', async () => {
  const seen = await onPage(async () => {
    const canvas = document.createElement('canvas');
    const screen = createPresenter(canvas, { backend: 'webgl2' });
    const { data } = pattern(6, 6);
    const frame = engine.frameFrom(data, 6, 6, { format: 'rgba8' });
    screen.present(frame);
    const extension = canvas.getContext('webgl2').getExtension('WEBGL_lose_context');
    const event = (name) => new Promise((done) => { canvas.addEventListener(name, done, { once: true }); });
    const lost = event('webglcontextlost');
    extension.loseContext();
    await lost;
    const { why } = screen.present(frame);
    await new Promise((done) => { setTimeout(done, 50); });
    const restored = event('webglcontextrestored');
    extension.restoreContext();
    await restored;
    return { why, difference: maxDifference(readBack(canvas), data) };
  });
  assert.match(seen.why, /lost/);
  assert.equal(seen.difference, 0);
});

test('nothing was printed as an error', () => {
  // The lost context and the many readbacks are this test's own doing.
  assert.deepEqual(page.complaints.filter((line) => !/CONTEXT_LOST|willReadFrequently|GPU stall due to ReadPixels/.test(line)), []);
});
