// Side modules: built with the package's own command, brought into engines, run, thrown out, and refused when they do not fit.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { MODES, noise, noiseFrame, pixels, random, rejectsCode, throwsCode, withEngine } from './support.js';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const CLI = file('../../js/node/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'framelane-modules-'));

/** Builds a module once for all tests; its path. */
function build(source, name, ...flags) {
  const output = join(folder, `${name}.wasm`);
  execFileSync(process.execPath, [CLI, 'build', file(source), '-o', output, '--', ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  return output;
}

/** @type {Record<string, string>} */ const built = {};
before(() => {
  built.scanlines = build('../../demos/module/scanlines.c', 'scanlines');
  built.pair = build('modules/pair.c', 'pair');
  built.trap = build('modules/trap.c', 'trap');
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** What scanlines({ every, darkness }) makes of tight rows. */
function darkened(bytes, { width, format }, every, darkness) {
  const channels = format === 'gray8' ? 1 : 4, light = Math.trunc(256 * (1 - darkness));
  return bytes.map((v, i) => {
    const y = Math.floor(i / (width * channels));
    return y % every || (channels === 4 && i % 4 === 3) ? v : (v * light) >> 8;
  });
}

for (const mode of MODES) {
  const options = { mode, threads: mode === 'shared' ? 2 : 0 };
  describe(`side modules, ${mode}`, () => {
    test('an operation joins the table, the pipelines and a pass of built-in ones', () => withEngine(options, async (engine) => {
      const early = engine.pipeline(), count = engine.ops.length;
      const module = await engine.load(built.scanlines);
      assert.deepEqual([module.name, module.ops], ['scanlines', ['scanlines']]);
      assert.equal(engine.ops.length, count + 1);
      const info = engine.ops.find(({ name }) => name === 'scanlines');
      assert.deepEqual(info.params.map(({ name, min, max, default: preset }) => [name, min, max, preset]), [['every', 2, 64, 4], ['darkness', 0, 1, 0.5]]);
      const fused = early.invert().scanlines({ every: 3, darkness: 0.25 }).gaussianBlur({ sigma: 1 });
      assert.equal(fused.explain(640, 480).passes.length, 1);
      for (const format of ['rgba8', 'gray8']) {
        for (const [width, height] of [[1, 1], [33, 7], [301, 203]]) {
          const frame = noiseFrame(engine, width, height, format);
          const expected = darkened(pixels(frame), frame, 3, 0.25);
          assert.deepEqual(pixels(await early.scanlines({ every: 3, darkness: 0.25 }).run(frame)), expected);
          const inverted = engine.pipeline().invert().run(frame), apart = engine.frameFrom(darkened(pixels(await inverted), frame, 3, 0.25), width, height, { format });
          assert.deepEqual(pixels(fused.runSync(frame)), pixels(engine.pipeline().gaussianBlur({ sigma: 1 }).runSync(apart)));
        }
      }
      throwsCode('bad-argument', () => engine.pipeline().scanlines({ every: 1 }), 'scanlines', 'every', '2', '64');
    }));

    test('tables, windows, thread-local data and calls into the core work', () => withEngine(options, async (engine) => {
      await engine.load(pathToFileURL(built.pair));
      const frame = noiseFrame(engine, 301, 203, 'gray8'), bytes = pixels(frame);
      assert.deepEqual(pixels(await engine.pipeline().curve({ power: 2.2 }).run(frame)), bytes.map((v) => Math.floor(255 * (v / 255) ** 2.2 + 0.5)));
      const at = (x, y) => bytes[(y < 0 ? -y : y > 202 ? 404 - y : y) * 301 + x];
      const mean = bytes.map((_, i) => Math.floor((at(i % 301, Math.floor(i / 301) - 1) + bytes[i] + at(i % 301, Math.floor(i / 301) + 1)) / 3));
      assert.deepEqual(pixels(await engine.pipeline().columnMean().run(frame)), mean);
      assert.deepEqual(pixels(engine.pipeline().columnMean().runSync(frame)), mean);
      throwsCode('bad-argument', () => engine.pipeline().curve({ power: 6 }).runSync(frame), 'curve', 'does not like 6');
    }));

    test('the map of memory says whose region is whose; two copies coexist under different names', () => withEngine(options, async (engine) => {
      const first = await engine.load(built.scanlines);
      await rejectsCode('bad-module', engine.load(built.scanlines), 'scanlines', 'prefix');
      const second = await engine.load(built.scanlines, { prefix: 'my_' }), third = await engine.load(readFileSync(built.pair));
      assert.deepEqual(second.ops, ['my_scanlines']);
      const regions = engine.layout().filter(({ kind }) => kind === 'module');
      for (const module of [first, second, third]) {
        const own = regions.filter(({ start, end }) => start <= module.region.start && module.region.end <= end);
        assert.deepEqual(own.map(({ name }) => name), [module.name]);
      }
      assert.equal(new Set(regions.map(({ start }) => start)).size, 3);
      const frame = noiseFrame(engine, 64, 64), expected = darkened(pixels(frame), frame, 4, 0.5);
      assert.deepEqual(pixels(await engine.pipeline().my_scanlines().run(frame)), expected);
      await first.unload();
      assert.deepEqual(pixels(await engine.pipeline().my_scanlines().run(frame)), expected);
      throwsCode('bad-argument', () => engine.pipeline().op('scanlines'), 'no operation');
    }));

    test('loading and unloading a thousand times leaves nothing behind', () => withEngine(options, async (engine) => {
      const frame = noiseFrame(engine, 50, 40), expected = darkened(pixels(frame), frame, 4, 0.5);
      await (await engine.load(built.pair)).unload();
      const { live, blocks } = engine.stats(), length = () => engine.layout().length;
      const regions = length();
      for (let i = 0; i < 1000; i++) {
        const module = await engine.load(i % 2 ? built.scanlines : built.pair);
        if (i % 100 === 1) {
          const out = await engine.pipeline().scanlines().run(frame);
          assert.deepEqual(pixels(out), expected);
          out.dispose();
        }
        await module.unload();
        await module.unload();
      }
      assert.deepEqual([engine.stats().live, engine.stats().blocks, length()], [live, blocks, regions]);
    }));

    test('a pipeline outlives its module only to say so, and works again with the next one', () => withEngine(options, async (engine) => {
      const module = await engine.load(built.scanlines), frame = noiseFrame(engine, 90, 50);
      const pipeline = engine.pipeline().scanlines(), before = pixels(pipeline.runSync(frame));
      const running = pipeline.run(frame), gone = module.unload();
      assert.deepEqual(pixels(await running), before);
      await gone;
      throwsCode('bad-argument', () => pipeline.runSync(frame), 'scanlines', 'unloaded');
      await rejectsCode('bad-argument', pipeline.run(frame), 'unloaded');
      await engine.load(built.pair); // takes the place in the table
      throwsCode('bad-argument', () => pipeline.runSync(frame), 'unloaded');
      await engine.load(built.scanlines);
      assert.deepEqual(pixels(pipeline.runSync(frame)), before);
    }));

    test('a file that is cut short, changed or something else is refused and costs nothing', () => withEngine(options, async (engine) => {
      const whole = new Uint8Array(readFileSync(built.scanlines)), next = random(7);
      const module = await engine.load(whole);
      await module.unload();
      const { live } = engine.stats();
      for (let length = 0; length < whole.length; length += 1 + Math.floor(next() * 40)) await rejectsCode('bad-module', engine.load(whole.slice(0, length)), 'load');
      let refused = 0;
      const head = whole.findIndex((_, i) => String.fromCharCode(...whole.slice(i, i + 15)) === 'fl_module_about');
      for (let i = 0; i < 200; i++) { // in the headers: what a changed body does when it runs is the module's own affair
        const changed = whole.slice();
        changed[Math.floor(next() * head)] ^= 1 << Math.floor(next() * 8);
        await engine.load(changed).then((odd) => odd.unload(), (error) => {
          refused++;
          assert.ok(['bad-module', 'out-of-memory'].includes(error.code), `${error.code}: ${error.message}`);
        });
      }
      assert.ok(refused > 100, `${refused}`);
      for (const odd of [new Uint8Array(0), noise(500), readFileSync(file('../../dist/framelane-single.wasm'))]) {
        await rejectsCode('bad-module', engine.load(odd), 'load');
      }
      await rejectsCode('bad-module', engine.load('/no/such/file.wasm'), 'no/such/file');
      await rejectsCode('bad-argument', engine.load(42), 'load', '42');
      await rejectsCode('bad-argument', engine.load(whole, { prefix: 'a b' }), 'prefix');
      assert.equal(engine.stats().live, live);
    }));
  });
}

/** The same bytes with another number in dylink.0: where its memory size stands. */
function withDataSize(bytes, size) {
  const at = 8 + 2 + 1 + 8 + 2; // header, section id and size, name, subsection id and size
  const leb = [0, 7, 14, 21, 28].map((shift) => (Math.floor(size / 2 ** shift) & 127) | (shift < 28 ? 128 : 0));
  let old = 1;
  while (bytes[at + old - 1] & 128) old++;
  const changed = Uint8Array.from([...bytes.slice(0, at), ...leb, ...bytes.slice(at + old)]);
  changed[9] += leb.length - old, changed[at - 1] += leb.length - old;
  return changed;
}

test('data larger than the memory is refused, and more data than the module uses is zeroed', () => withEngine({ threads: 1, memory: { maximum: 64 << 20 } }, async (engine) => {
  const bytes = new Uint8Array(readFileSync(built.scanlines)), { live } = engine.stats();
  for (const size of [80 * 2 ** 20, 2 ** 31, 2 ** 32 - 1]) await rejectsCode('out-of-memory', engine.load(withDataSize(bytes, size)));
  for (const size of [0, 8, 300]) await rejectsCode('bad-module', engine.load(withDataSize(bytes, size)), 'do not fit', `${size}`);
  assert.equal(engine.stats().live, live);
  const scribbled = engine.alloc(4 << 20);
  scribbled.data.fill(99);
  scribbled.free();
  const { region } = await engine.load(withDataSize(bytes, 1 << 20));
  assert.ok(new Uint8Array(engine.memory.buffer, region.start + 4096, (1 << 20) - 4096).every((v) => v === 0));
}));

test('modules that do not fit are refused, each with its reason', () => withEngine({ threads: 1 }, async (engine) => {
  const { live } = engine.stats(), ops = engine.ops;
  const unfit = (number, ...more) => build('modules/unfit.c', `unfit${number}`, `-DUNFIT=${number}`, ...more);
  await rejectsCode('bad-module', engine.load(unfit(1)), 'ABI 999', 'has 2');
  await rejectsCode('bad-module', engine.load(unfit(2)), 'unfit', 'lacks a function');
  await rejectsCode('bad-module', engine.load(unfit(3)), 'invert', 'prefix');
  await rejectsCode('bad-module', engine.load(unfit(4)), 'FL_MODULE');
  assert.throws(() => execFileSync(process.execPath, [CLI, 'build', file('modules/unfit.c'), '-o', join(folder, 'unfit5.wasm'), '--', '-DUNFIT=5'], { stdio: 'pipe' }),
    (error) => /fl_no_such_function/.test(String(error.stderr)));
  await rejectsCode('bad-module', engine.load(join(folder, 'unfit5.wasm')), 'fl_no_such_function');
  assert.equal(engine.stats().live, live);
  assert.deepEqual(engine.ops, ops);
}));

test('Emscripten’s own compiler makes modules that fit as well', () => withEngine({ threads: 2 }, async (engine) => {
  const output = join(folder, 'plain.wasm');
  execFileSync('emcc', ['-O2', '-pthread', '-msimd128', '-fvisibility=hidden', '-sSIDE_MODULE=2', '-Wno-experimental', `-I${file('../../dist')}`, file('modules/pair.c'), '-o', output]);
  const other = await engine.load(built.pair), plain = await engine.load(output, { prefix: 'plain_' });
  const frame = noiseFrame(engine, 200, 100);
  const run = (prefix) => engine.pipeline().op(`${prefix}curve`, { power: 3 }).op(`${prefix}columnMean`).run(frame);
  assert.deepEqual(pixels(await run('plain_')), pixels(await run('')));
  await other.unload();
  await plain.unload();
}));

test('threads that are lost come back with the module; those that trap in it are lost in words', () => withEngine({ threads: 2 }, async (engine) => {
  await engine.load(built.trap);
  const frame = engine.frame(900, 900, { format: 'gray8' }), pipeline = engine.pipeline().fragile();
  frame.data.fill(254);
  for (let i = 0; i < 5; i++) {
    await Promise.all(engine.workers.map((worker) => worker.terminate()));
    const out = await pipeline.run(frame);
    assert.ok(out.data.every((v) => v === 254));
    out.dispose();
  }
  frame.data[frame.data.length >> 1] = 255;
  await rejectsCode('worker-lost', pipeline.run(frame));
  frame.data.fill(1);
  const out = await pipeline.run(frame);
  assert.ok(out.data.every((v) => v === 1));
}));

test('modules are loaded while runs are in flight', () => withEngine({ threads: 2 }, async (engine) => {
  const frame = noiseFrame(engine, 1000, 700), pipeline = engine.pipeline().median({ radius: 2 }), expected = pixels(pipeline.runSync(frame));
  for (let i = 0; i < 10; i++) {
    const runs = [pipeline.run(frame), pipeline.run(frame)], modules = [engine.load(built.scanlines), engine.load(built.pair)];
    for (const run of runs) {
      const out = await run;
      assert.deepEqual(pixels(out), expected);
      out.dispose();
    }
    for (const module of modules) await (await module).unload();
  }
}));
