import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MODES, rejectsCode, sameBytes, throwsCode, withEngine } from './support.js';

const FILE_BYTES = 300_001;
let folder, path, content;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'framelane-region-'));
  path = join(folder, 'bytes');
  content = randomBytes(FILE_BYTES);
  writeFileSync(path, content);
});
after(() => rm(folder, { recursive: true }));

const inEngine = (name, body, options = {}) => {
  for (const mode of MODES) test(`${name}, in mode ${mode}`, () => withEngine({ mode, threads: 0, memory: { initial: 4 << 20, maximum: 64 << 20 }, ...options }, body));
};

describe('region()', () => {
  inEngine('is zeroed memory inside linear memory, at the alignment asked for', (engine) => {
    engine.alloc(5000).data.fill(7);
    for (const align of [1, 64, 4096, 65536]) {
      const region = engine.region(1001, { align });
      assert.equal(region.pointer % align, 0);
      assert.equal(region.byteLength, 1001);
      assert.equal(region.data.buffer, engine.memory.buffer);
      assert.equal(region.data.byteOffset, region.pointer);
      assert.ok(region.data.every((value) => value === 0));
      assert.ok(engine.layout().some(({ kind, start, end }) => kind === 'region' && start < region.pointer && end >= region.pointer + 1001));
      region.free();
    }
  });

  inEngine('gives every part of itself and nothing beyond', (engine) => {
    const region = engine.region(100);
    for (const [offset, length, bytes] of [[0, 100, 100], [0, 0, 0], [100, 0, 0], [99, 1, 1], [40, undefined, 60], [undefined, undefined, 100]]) {
      const view = region.view(offset, length);
      assert.equal(view.byteOffset, region.pointer + (offset ?? 0));
      assert.equal(view.length, bytes);
    }
    for (const [offset, length] of [
      [0, 101], [1, 100], [100, 1], [101, 0], [-1, 1], [0, -1], [0.5, 1], [0, 1.5], [2 ** 32, 0], [2 ** 32 - 1, 2], [0, 2 ** 32], [2 ** 53, 1], [1, 2 ** 53],
      [NaN, 1], [0, NaN], [Infinity, 0], [0, Infinity],
    ]) {
      throwsCode('bad-argument', () => region.view(offset, length), 'offset', 'length', '100 bytes');
    }
    for (const wrong of ['1', null, {}, 1n]) throwsCode('bad-argument', () => region.view(wrong, 1), 'offset', 'whole number');
    region.fill(9, 98);
    region.fill(8, 0, 1);
    assert.deepEqual([region.data[0], region.data[1], region.data[97], region.data[98], region.data[99]], [8, 0, 0, 9, 9]);
    throwsCode('bad-argument', () => region.fill(256), '255');
  });

  inEngine('is checked in C by its handle, and a frame’s handle is none', (engine) => {
    const region = engine.region(100), frame = engine.frame(5, 5), { exports } = engine.use(); // what a C module calls
    assert.equal(exports.fl_region_at(region.handle, 0, 100), 0);
    assert.equal(exports.fl_region_at(region.handle, 1, 100), -1);
    assert.equal(exports.fl_region_at(frame.handle + 0x50000, 0, 0), -4);
    assert.equal(exports.fl_region_at(0, 0, 0), -4);
    assert.equal(exports.fl_free(region.pointer), -1, 'it cannot be freed behind its handle’s back');
    assert.equal(exports.fl_free(frame.pointer - 64), -1);
    const { handle } = region;
    region.free();
    assert.equal(exports.fl_region_at(handle, 0, 0), -4);
    const next = engine.region(100);
    assert.notEqual(next.handle, handle);
    assert.equal(exports.fl_region_at(handle, 0, 0), -4);
  });

  inEngine('shows the current memory after growth, and its bytes', (engine) => {
    const region = engine.region(1000);
    region.fill(3);
    const { data } = region;
    engine.grow(1 << 20);
    assert.notEqual(region.data, data);
    assert.equal(region.data.buffer, engine.memory.buffer);
    assert.ok(region.data.every((value) => value === 3));
    assert.equal(region.data, region.data, 'made once per buffer');
    assert.equal(region.view(10, 5).buffer, engine.memory.buffer);
  });

  inEngine('cannot be used once freed, or once the engine is disposed of', async (engine) => {
    const { live } = engine.stats(), region = engine.region(100), other = engine.region(100);
    region.free();
    for (const use of [() => region.free(), () => region.data, () => region.pointer, () => region.handle, () => region.view(), () => region.fill(0)]) {
      throwsCode('stale-handle', use, 'freed');
    }
    await rejectsCode('stale-handle', region.readFrom(0));
    region[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
    other[Symbol.dispose ?? Symbol.for('Symbol.dispose')]();
    assert.equal(engine.stats().live, live);
    const last = engine.region(10);
    await engine.dispose();
    throwsCode('disposed', () => last.data);
    throwsCode('disposed', () => engine.region(10));
  });

  inEngine('gives out-of-memory and leaves everything as it is', (engine) => {
    const { live, blocks } = engine.stats();
    throwsCode('out-of-memory', () => engine.region(65 << 20), 65 << 20);
    assert.deepEqual([engine.stats().live, engine.stats().blocks], [live, blocks]);
  });

  for (const [args, ...parts] of [
    [[0], 'bytes', 'got 0'], [['9'], 'bytes'], [[], 'bytes', 'undefined'], [[2 ** 33], 'bytes'], [[8, { align: 3 }], 'power of two'],
    [[8, { algin: 8 }], "no option 'algin'"], [[8, null], 'options'],
  ]) {
    test(`refuses ${JSON.stringify(args)}`, () => withEngine({ threads: 0 }, (engine) => throwsCode('bad-argument', () => engine.region(...args), 'region', ...parts)));
  }
});

describe('readFrom()', () => {
  inEngine('reads a file straight into linear memory: all of it, parts, beyond its end', async (engine) => {
    const region = engine.region(FILE_BYTES), file = await open(path);
    try {
      assert.equal(await region.readFrom(file, { position: 0 }), FILE_BYTES);
      sameBytes(region.data, content);
      region.fill(0);
      assert.equal(await region.readFrom(file, { position: 1000, offset: 77, length: 5001 }), 5001);
      sameBytes(region.view(77, 5001), content.subarray(1000, 6001));
      assert.ok(region.view(0, 77).every((value) => value === 0) && region.view(77 + 5001).every((value) => value === 0), 'nothing beside it is written');
      region.fill(0);
      assert.equal(await region.readFrom(file, { position: FILE_BYTES - 10 }), 10);
      sameBytes(region.view(0, 10), content.subarray(-10));
      assert.equal(await region.readFrom(file, { position: FILE_BYTES + 5 }), 0);
      assert.equal(await region.readFrom(file, { offset: FILE_BYTES }), 0);
      assert.deepEqual(engine.stats().copied, {}, 'no copy is made or counted');
    } finally {
      await file.close();
    }
  });

  inEngine('goes on where a file is, and takes descriptors', async (engine) => {
    const region = engine.region(1000), fd = openSync(path, 'r');
    try {
      for (const at of [0, 1000, 2000]) {
        assert.equal(await region.readFrom(fd), 1000);
        sameBytes(region.data, content.subarray(at, at + 1000));
      }
      assert.equal(await region.readFrom(fd, { position: 5 }), 1000);
      sameBytes(region.data, content.subarray(5, 1005));
    } finally {
      closeSync(fd);
    }
  });

  inEngine('is not disturbed when the memory grows meanwhile, and keeps the region', async (engine) => {
    const region = engine.region(FILE_BYTES), file = await open(path);
    try {
      const reading = region.readFrom(file, { position: 0 });
      engine.grow(1 << 20);
      throwsCode('busy', () => region.free(), 'await');
      assert.equal(await reading, FILE_BYTES);
      sameBytes(region.data, content);
      region.free();
    } finally {
      await file.close();
    }
  });

  inEngine('refuses ranges outside, wrong sources, and passes on what the host says', async (engine) => {
    const region = engine.region(100), file = await open(path);
    await rejectsCode('bad-argument', region.readFrom(file, { offset: 50, length: 51 }), '100 bytes');
    await rejectsCode('bad-argument', region.readFrom(file, { position: -1 }), 'position');
    await rejectsCode('bad-argument', region.readFrom(file, { size: 5 }), 'size');
    for (const source of ['path', null, undefined, {}, 1.5, new Uint8Array(3)]) await rejectsCode('bad-argument', region.readFrom(source), 'FileHandle');
    await file.close();
    await assert.rejects(region.readFrom(file));
    region.free(); // a failed read does not hold it
    throwsCode('stale-handle', () => region.data);
  });
});
