// Flows in a browser: stages in module workers, the sink on a window's main thread, inputs that only browsers have.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { toys } from '../js/toys.js';
import { startBlank } from './chromium.js';

let chromium, page;

before(async () => {
  ({ chromium, page } = await startBlank());
  await page.evaluate((module) => {
    const bytes = Uint8Array.from(atob(module), (c) => c.charCodeAt(0));
    /** An engine with the toys in it; live bytes are compared. */
    globalThis.withToys = async (mode, body) => {
      const engine = await createEngine({ mode, threads: mode === 'shared' ? 2 : 0 });
      try {
        const module = await engine.load(bytes);
        engine.frame(3, 3).dispose();
        const { live } = engine.stats(), seen = await body(engine, module);
        return { ...seen, left: engine.stats().live - live };
      } finally {
        await engine.dispose();
      }
    };
    globalThis.parts = async (engine, module, input, expected = content) => {
      const bytes = [], flow = engine.stages().source(module, { stage: 'parts', chunk: 3000, input }).stage(module, { stage: 'pass', parallel: 2 })
        .sink(({ data }) => { bytes.push(...data); });
      const { stages } = await flow.done;
      return { length: bytes.length, same: bytes.every((value, i) => value === expected[i]), copied: stages[0].seats[0].copied };
    };
    globalThis.content = Uint8Array.from({ length: 2_100_000 }, (_, i) => (i * 7 + (i >> 8)) % 256);
  }, readFileSync(toys).toString('base64'));
});

after(async () => {
  await chromium?.close();
});

for (const mode of ['shared', 'single']) {
  describe(`flows in a browser, ${mode}`, () => {
    test('frames come in order through stages side by side', async () => {
      const seen = await page.evaluate((mode) => withToys(mode, async (engine, toys) => {
        const numbers = [];
        await engine.stages().source(toys, { stage: 'count', count: 100 }).stage(toys, { stage: 'twice', parallel: 2 }).stage(engine.pipeline().invert(), { parallel: 2 })
          .sink((frame, { number }) => { numbers.push([number, frame.data[0]]); }).done;
        return { numbers };
      }), mode);
      assert.deepEqual(seen, { numbers: Array.from({ length: 200 }, (_, i) => [i >> 1, i % 2 ? 255 - (i >> 1) : i >> 1]), left: 0 });
    });

    test('a Blob is read in parts, a file of the private file system without a copy, a URL as a Blob', async () => {
      const seen = await page.evaluate((mode) => withToys(mode, async (engine, toys) => {
        const folder = await navigator.storage.getDirectory(), file = await folder.getFileHandle(`flow-${mode}`, { create: true });
        const writing = await file.createWritable();
        await writing.write(content);
        await writing.close();
        const url = await parts(engine, toys, '/js/flow.js', new Uint8Array(await (await fetch('/js/flow.js')).arrayBuffer()));
        return { blob: await parts(engine, toys, new Blob([content])), file: await parts(engine, toys, file), bytes: await parts(engine, toys, content), url: [url.same, url.length === url.copied] };
      }), mode);
      const whole = { length: 2_100_000, same: true };
      assert.deepEqual(seen, {
        blob: { ...whole, copied: 2_100_000 }, file: { ...whole, copied: mode === 'shared' ? 0 : 2_100_000 }, bytes: { ...whole, copied: 2_100_000 },
        url: [true, true], left: 0,
      });
    });

    test('a trap, an abort and a failure leave nothing behind, and the next flow works', async () => {
      const seen = await page.evaluate((mode) => withToys(mode, async (engine, toys) => {
        const codes = [], source = engine.stages().source(toys, { stage: 'count', count: 1e9 });
        for (const how of ['trap', 'fail']) codes.push(await codeOf(() => source.stage(toys, { stage: 'broken', how, parallel: 2 }).sink(() => {}).done));
        const ending = new AbortController();
        codes.push(await codeOf(() => source.stage(toys, { stage: 'pass' }).sink((_, { number }) => { if (number === 30) ending.abort(); }, { signal: ending.signal }).done));
        codes.push(await codeOf(() => parts(engine, toys, '/no/such/file')));
        const { frames } = await engine.stages().source(toys, { stage: 'count', count: 5 }).stage(toys, { stage: 'pass' }).sink(() => {}).done;
        return { codes: codes.map((text) => text.split(':').slice(0, 2).join(':')), frames };
      }), mode);
      assert.deepEqual(seen, { codes: ['worker-lost: broken', 'bad-format: broken', 'aborted: the flow was aborted', 'bad-argument: parts'], frames: 5, left: 0 });
    });
  });
}

test('a step that never ends is ended by force; its memory is given up with the engine', async () => {
  const seen = await page.evaluate(() => withToys('shared', async (engine, toys) => {
    const flow = engine.stages().source(toys, { stage: 'count', count: 10 }).stage(toys, { stage: 'broken', how: 'hang', when: 2 })
      .sink(async (_, { number }) => {
        while (number === 1 && flow.stats()[1].seats[0].in < 3) await new Promise((resolve) => setTimeout(resolve, 1)); // until it hangs
        if (number === 1) flow.stop();
      });
    const { frames } = await flow.done;
    const after = await engine.stages().source(toys, { stage: 'count', count: 5 }).stage(toys, { stage: 'pass' }).sink(() => {}).done;
    return { frames: [frames, after.frames] };
  }));
  assert.ok(seen.frames[0] === 2 && seen.frames[1] === 5 && seen.left > 0, JSON.stringify(seen));
});

test('nothing was printed as an error but that a file is not there', () => {
  assert.deepEqual(page.complaints.filter((text) => !/404/.test(text)), []);
});
