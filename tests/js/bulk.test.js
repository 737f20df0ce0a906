import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { hash, MODES, noise, noiseFrame, sameBytes, throwsCode, withEngine } from './support.js';

const inEngine = (name, body, options = {}) => {
  for (const mode of MODES) test(`${name}, in mode ${mode}`, () => withEngine({ mode, threads: 2, debug: true, memory: { initial: 4 << 20, maximum: 64 << 20 }, ...options }, body));
};
const all = (engine) => new Uint8Array(engine.memory.buffer);

describe('copy(), fill() and init()', () => {
  inEngine('move bytes between blocks, regions, frames, views and addresses', (engine) => {
    const block = engine.alloc(300), region = engine.region(200), frame = engine.frame(5, 9), bytes = noise(300);
    engine.init(block, bytes);
    sameBytes(block.data, bytes);
    engine.copy(region, block); // as many as both hold
    sameBytes(region.data, bytes.subarray(0, 200));
    engine.copy(frame, region, 5 * 9 * 4);
    sameBytes(frame.data, bytes.subarray(0, 180));
    engine.copy(block.pointer + 7, frame.pointer + 3, 20);
    sameBytes(block.data.subarray(7, 27), bytes.subarray(3, 23));
    engine.copy(region.view(50, 10), block.data.subarray(290));
    sameBytes(region.view(50, 10), bytes.subarray(290));
    engine.fill(region.view(60, 3), 77);
    assert.deepEqual([...region.view(59, 5)], [bytes[299], 77, 77, 77, bytes[63]]);
    engine.fill(frame, 255);
    assert.ok(frame.data.every((value) => value === 255));
    engine.fill(block.pointer + 1, 0, 298);
    assert.deepEqual([block.data[0], block.data[1], block.data[298], block.data[299]], [bytes[0], 0, 0, bytes[299]]);
    engine.init(block.pointer + 299, [5]);
    assert.equal(block.data[299], 5);
    assert.deepEqual(engine.check(), []);
    assert.deepEqual(engine.stats().copied, { init: 301 }, 'copies inside are none, one from outside is one');
  });

  inEngine('may overlap, forwards and backwards', (engine) => {
    const block = engine.alloc(1000), bytes = noise(1000);
    for (const [to, from, length] of [[10, 0, 900], [0, 10, 900], [1, 0, 999], [0, 1, 999], [500, 499, 17], [3, 3, 100]]) {
      engine.init(block, bytes);
      engine.copy(block.pointer + to, block.pointer + from, length);
      sameBytes(block.data, bytes.slice().copyWithin(to, from, from + length));
    }
    const frame = noiseFrame(engine, 31, 7), expected = frame.data.slice().copyWithin(4, 0, 800);
    engine.copy(frame.pointer + 4, frame.pointer, 800);
    sameBytes(frame.data, expected);
  });

  inEngine('take no bytes, too', (engine) => {
    const block = engine.alloc(10);
    engine.init(block, [1, 2]);
    engine.copy(block, block.pointer + 5, 0);
    engine.copy(block.pointer + 10, block.pointer, 0);
    engine.fill(block, 9, 0);
    engine.init(block, []);
    assert.deepEqual([...block.data.subarray(0, 2)], [1, 2]);
  });

  inEngine('take bytes from every kind of array', (engine) => {
    const block = engine.alloc(8);
    for (const bytes of [[1, 2, 3, 4], Uint8Array.of(1, 2, 3, 4), Uint8ClampedArray.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4).buffer, new DataView(Uint8Array.of(9, 1, 2, 3, 4).buffer, 1), Uint16Array.of(0x201, 0x403)]) {
      block.data.fill(0);
      engine.init(block, bytes);
      assert.deepEqual([...block.data], [1, 2, 3, 4, 0, 0, 0, 0]);
    }
    for (const wrong of [[256], [-1], [1.5], ['1'], 'abc', null, undefined, 5, {}, [NaN]]) throwsCode('bad-argument', () => engine.init(block, wrong), 'init');
    throwsCode('bad-argument', () => engine.init(block, new Uint8Array(9)), '8', 'got 9');
  });

  inEngine('write nothing but what was handed out to write', (engine) => {
    const block = engine.alloc(100), frame = noiseFrame(engine, 20, 10), region = engine.region(50);
    const regions = engine.layout(), one = (kind) => regions.find((r) => r.kind === kind), heap = one('table').start, before = all(engine).slice();
    const refused = (code, to, bytes, ...parts) => {
      throwsCode(code, () => engine.fill(to, 1, bytes), 'fill', ...parts);
      throwsCode(code, () => engine.copy(to, block, Math.min(bytes, 100)));
      throwsCode(code, () => engine.init(to, new Uint8Array(bytes)));
    };
    refused('bad-argument', 0, 8, 'null');
    refused('bad-argument', 1023, 1, 'null');
    refused('bad-argument', one('static').start, 8, 'core');
    refused('bad-argument', one('stack').start + 8, 8, 'core');
    refused('bad-argument', one('table').start + 64, 8, 'core');
    refused('bad-argument', block.pointer - 1, 1, 'within one block', `0x${block.pointer.toString(16)}`);
    refused('bad-argument', block.pointer + 99, 2, 'within one block');
    refused('bad-argument', block.pointer + 100, 1, 'within one block');
    refused('bad-argument', frame.pointer - 64, 1); // its lease
    refused('bad-argument', frame.pointer - 1, 2);
    refused('bad-argument', frame.pointer + frame.byteLength, 1);
    refused('bad-argument', region.pointer + 49, 2);
    refused('stale-handle', regions.findLast((r) => r.kind === 'free').start + 64, 8, 'free');
    refused('bad-argument', all(engine).length - 4, 5, 'inside the memory');
    refused('bad-argument', all(engine).length, 1, 'inside the memory');
    // but in threads' own blocks, where errors are put into words
    const kept = regions.filter(({ start, kind }) => start >= heap && kind !== 'stack');
    for (const { start, end, name } of kept) sameBytes(all(engine).subarray(start, end), before.subarray(start, end), `nothing has changed in ${name}`);
    engine.copy(block, heap, 100); // the core’s own may be read
    sameBytes(block.data, before.subarray(heap, heap + 100));
    throwsCode('bad-argument', () => engine.copy(block, all(engine).length - 50, 51), 'inside the memory');
    throwsCode('bad-argument', () => engine.copy(block, 0, 1), 'null');
  });

  inEngine('keep to the object they are given', (engine) => {
    const block = engine.alloc(100), frame = engine.frame(20, 10), view = frame.view(5, 5, 2, 2);
    throwsCode('bad-argument', () => engine.fill(block, 1, 101), 'fill: bytes', '100', '101');
    throwsCode('bad-argument', () => engine.fill(view, 1, view.byteLength + 1), String(view.byteLength));
    throwsCode('bad-argument', () => engine.copy(block, frame, 101), '100');
    throwsCode('bad-argument', () => engine.copy(block.pointer, frame.pointer), 'bytes');
    for (const value of [256, -1, 1.5, '1', NaN, undefined]) throwsCode('bad-argument', () => engine.fill(block, value), 'value', '255');
    for (const bytes of [-1, 1.5, NaN, '8', Infinity, 2 ** 33]) throwsCode('bad-argument', () => engine.fill(block.pointer, 1, bytes), 'bytes');
    for (const place of [-1, 1.5, NaN, 2 ** 33, '8', null, undefined, {}, new Uint8Array(5)]) {
      throwsCode('bad-argument', () => engine.fill(place, 1, 1), 'fill');
      throwsCode('bad-argument', () => engine.copy(place, block, 1), 'copy');
      throwsCode('bad-argument', () => engine.copy(block, place, 1), 'copy');
    }
  });

  inEngine('know what has been freed', (engine) => {
    const block = engine.alloc(100), region = engine.region(100), frame = engine.frame(5, 5), other = engine.alloc(100);
    const { pointer } = block;
    block.free(), region.free(), frame.dispose();
    for (const gone of [block, region, frame]) {
      throwsCode('stale-handle', () => engine.fill(gone, 1));
      throwsCode('stale-handle', () => engine.copy(other, gone));
    }
    throwsCode('stale-handle', () => engine.fill(pointer, 1, 5), 'free');
  });

  inEngine('of a frame that a run in flight uses are busy, and do not race with it', async (engine) => {
    const frame = noiseFrame(engine, 700, 500), output = engine.frame(700, 500), block = engine.alloc(100);
    const blur = engine.pipeline().gaussianBlur({ sigma: 8, radius: 24 });
    const expected = hash(blur.runSync(frame));
    const run = blur.run(frame, { output });
    throwsCode('busy', () => engine.fill(frame, 1), 'await');
    throwsCode('busy', () => engine.copy(frame, block), 'await');
    throwsCode('busy', () => engine.init(frame, [1]), 'await');
    throwsCode('busy', () => engine.fill(output, 1));
    throwsCode('busy', () => engine.copy(block, output));
    engine.copy(block, frame); // reading what is read is fine
    sameBytes(block.data, frame.data.subarray(0, 100));
    await run;
    assert.equal(hash(output), expected);
    engine.fill(output, 1);
    engine.copy(frame, output);
    await blur.run(frame, { output });
  });

  inEngine('throw once the engine is disposed of', async (engine) => {
    const block = engine.alloc(8);
    await engine.dispose();
    for (const use of [() => engine.fill(block, 1), () => engine.copy(block, block), () => engine.init(block, [1]), () => engine.grow(1), () => engine.heap(), () => engine.check(), () => engine.warnings, () => block.data]) {
      throwsCode('disposed', use);
    }
  });

  for (const [mode, file] of [['shared', 'framelane.wasm'], ['single', 'framelane-single.wasm']]) {
    test(`are memory.copy and memory.fill, in mode ${mode}`, async () => {
      const { default: binaryen } = await import('binaryen');
      const module = binaryen.readBinary(readFileSync(new URL(`../../dist/${file}`, import.meta.url)));
      const text = module.emitText();
      const bodyOf = (name) => {
        const inner = text.match(new RegExp(`\\(export "${name}" \\(func (\\$[^)]+)\\)\\)`))[1];
        const start = text.indexOf(`(func ${inner} `), end = text.indexOf('\n (func ', start + 1);
        return text.slice(start, end);
      };
      assert.match(bodyOf('fl_copy'), /\(memory\.copy\b/);
      assert.match(bodyOf('fl_fill'), /\(memory\.fill\b/);
      module.dispose();
    });
  }
});
