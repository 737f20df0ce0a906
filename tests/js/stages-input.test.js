// What a module's source reads: files straight into linear memory, bytes, regions; and what cannot be read.
import assert from 'node:assert/strict';
import { closeSync, openSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { MODES, noise, rejectsCode, sameBytes, throwsCode } from './support.js';
import { folder, withToys } from './toys.js';

const bytes = noise(123456), path = join(folder, 'input.bin');
writeFileSync(path, bytes);
const CHUNK = 1000;

/** How often this process has the file open. */
function descriptors() {
  const target = (fd) => { try { return readlinkSync(`/proc/self/fd/${fd}`); } catch { return ''; } }; // the one of the list itself is gone by now
  return readdirSync('/proc/self/fd').filter((fd) => target(fd) === path).length;
}

/** What the source reads of an input, in parts put together; and the flow's figures. */
async function read(engine, toys, input, options) {
  const parts = [], flow = engine.stages().source(toys, { stage: 'parts', chunk: CHUNK, input }).stage(toys, { stage: 'pass', parallel: 2 })
    .sink(({ data, form, number }) => {
      assert.deepEqual([form, number], ['PART', parts.length]);
      parts.push(data.slice());
    }, options);
  const { stages } = await flow.done;
  return { bytes: Buffer.concat(parts), copied: stages[0].seats[0].copied };
}

for (const mode of MODES) {
  const options = { mode, threads: mode === 'shared' ? 2 : 0 };

  describe(`inputs, ${mode}`, () => {
    test('a file is read where it belongs, without a copy', () => withToys(options, async (engine, toys) => {
      const { live } = engine.stats(), fd = openSync(path, 'r'), handle = await open(path), before = descriptors();
      for (const input of [path, pathToFileURL(path), pathToFileURL(path).href, fd, handle]) {
        const { bytes: seen, copied } = await read(engine, toys, input);
        sameBytes(seen, bytes);
        assert.equal(copied, 0);
      }
      assert.equal(descriptors(), before);
      closeSync(fd);
      await handle.close();
      assert.equal(engine.stats().live, live);
      assert.equal(engine.stats().copied.flowInput, undefined);
    }));

    test('bytes are copied in once, and so is a Blob; regions are read where they are', () => withToys(options, async (engine, toys) => {
      const { live } = engine.stats();
      for (const input of [bytes, bytes.buffer, new Blob([bytes])]) sameBytes((await read(engine, toys, input)).bytes, bytes);
      assert.equal(engine.stats().copied.flowInput, 3 * bytes.length);
      writeFileSync(`${path}.empty`, '');
      for (const empty of [new Uint8Array(0), `${path}.empty`]) assert.equal((await read(engine, toys, empty)).bytes.length, 0);
      assert.equal(engine.stats().live, live);
      const region = engine.region(5000);
      region.data.set(bytes.subarray(0, 5000));
      const reading = read(engine, toys, region);
      throwsCode('busy', () => region.free(), 'a flow reads from it');
      const { bytes: seen, copied } = await reading;
      sameBytes(seen, bytes.subarray(0, 5000));
      assert.equal(copied, 5000, 'from the region into the buffers');
      region.free();
      assert.equal(engine.stats().live, live);
    }));

    test('progress says how far the input has been read', () => withToys(options, async (engine, toys) => {
      const told = [];
      await read(engine, toys, path, { onProgress: ({ frames, position, size }) => told.push([frames, position, size]) });
      assert.equal(told.length, Math.ceil(bytes.length / CHUNK));
      assert.ok(told.every(([frames, position, size], i) => frames === i + 1 && position >= Math.min(frames * CHUNK, size) && size === bytes.length));
      assert.equal(told.at(-1)[1], bytes.length);
    }));

    test('what cannot be read is refused, in words', () => withToys(options, async (engine, toys) => {
      const { live } = engine.stats(), before = descriptors();
      await rejectsCode('bad-argument', read(engine, toys, '/no/such/file'), 'parts', 'ENOENT');
      await rejectsCode('bad-argument', read(engine, toys, folder), 'parts', 'no file');
      await rejectsCode('bad-argument', read(engine, toys, 12345), 'parts', 'EBADF');
      for (const odd of [null, true, {}, [1, 2], () => {}]) await rejectsCode('bad-argument', read(engine, toys, odd), 'parts: input must be');
      await rejectsCode('unsupported', read(engine, toys, undefined), 'parts', 'no input');
      const freed = engine.region(100);
      freed.free();
      await rejectsCode('stale-handle', read(engine, toys, freed));
      assert.equal(descriptors(), before);
      assert.equal(engine.stats().live, live);
    }));

    test('an input that fails while it is read ends the flow with the system’s reason', () => withToys(options, async (engine, toys) => {
      const fd = openSync(path, 'r');
      let failed = false;
      const flow = engine.stages().source(toys, { stage: 'parts', chunk: 1, frames: 1, input: fd }).sink(() => {
        if (!failed) closeSync(fd);
        failed = true;
      });
      await rejectsCode('bad-argument', flow.done, 'parts', 'could not be read', 'EBADF');
    }));
  });
}
