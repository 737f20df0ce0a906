// Regions and the allocator where only a browser shows them: files of a worker, camera frames, a main thread that must not wait.
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

for (const mode of ['shared', 'single']) {
  test(`a worker reads a file of the private file system straight into a region, in mode ${mode}`, async () => {
    const seen = await page.evaluate(async (mode) => {
      const worker = new Worker('/tests/browser/pages/reader.js', { type: 'module' });
      try {
        const answer = new Promise((done, failed) => { worker.onmessage = ({ data }) => done(data); worker.onerror = failed; });
        worker.postMessage({ mode, bytes: Uint8Array.from({ length: 100_003 }, (_, i) => (i * 7 + (i >> 8) * 13) & 255) });
        return await answer;
      } finally {
        worker.terminate();
      }
    }, mode);
    assert.deepEqual(seen, {
      mode, whole: 100_003, same: true, part: 333, samePart: true, after: 10, sameAfter: true, codes: ['bad-argument', 'bad-argument'], copied: {}, findings: [],
    });
  });
}

test('a video frame is copied straight into a region', async () => {
  const seen = await page.evaluate(async () => {
    const image = pattern(64, 48), frame = new VideoFrame(image.data, { format: 'RGBX', codedWidth: 64, codedHeight: 48, timestamp: 0 });
    const region = engine.region(frame.allocationSize());
    await frame.copyTo(region.view(0, frame.allocationSize()));
    frame.close();
    const picture = engine.frame(64, 48);
    engine.copy(picture, region);
    const difference = maxDifference(picture.data, image.data);
    picture.dispose();
    region.free();
    return { difference, copied: engine.stats().copied };
  });
  assert.deepEqual(seen, { difference: 0, copied: {} });
});

// Chromium throws where a window's main thread waits in wasm (memory.atomic.wait32): one wait anywhere and this fails.
test("a window's main thread allocates beside busy threads, and never waits", async () => {
  const seen = await page.evaluate(async () => {
    const STACK = 65536, MS = 1500;
    const blocks = [0, 1].map(() => engine.alloc(STACK + 4096));
    const { live } = engine.stats();
    const workers = blocks.map(() => new Worker('/tests/browser/pages/allocating-worker.js', { type: 'module' }));
    const heard = (worker) => new Promise((done, failed) => { worker.onmessage = ({ data }) => done(data); worker.onerror = failed; });
    try {
      const ready = workers.map(heard);
      workers.forEach((worker, i) => worker.postMessage({ memory: engine.memory, stackTop: blocks[i].pointer + STACK, tls: blocks[i].pointer + STACK, ms: MS }));
      await Promise.all(ready);
      const ended = workers.map(heard), end = performance.now() + MS - 300;
      let operations = 0;
      while (performance.now() < end) {
        const block = engine.alloc(1 + operations % 3000);
        block.data[0] = 1;
        block.free();
        operations++;
      }
      const theirs = await Promise.all(ended);
      return { operations, theirs: theirs.map((each) => each.operations), left: engine.stats().live - live, findings: engine.check() };
    } finally {
      workers.forEach((worker) => worker.terminate());
      blocks.forEach((block) => block.free());
    }
  });
  assert.ok(seen.operations > 1000, `${seen.operations} here`);
  for (const count of seen.theirs) assert.ok(count > 1000, `${count} in a worker`);
  assert.equal(seen.left, 0);
  assert.deepEqual(seen.findings, []);
});

test('nothing was printed as an error', () => {
  assert.deepEqual(page.complaints, []);
});
