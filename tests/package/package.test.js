// What npm would publish: packed, looked into, installed elsewhere, used from there.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WASM_LIMIT = 400 * 1024, COMPRESSED_LIMIT = 120 * 1024; // of what servers send: Brotli

describe('the npm package', () => {
  /** @type {string} */ let folder;
  /** @type {{ filename: string, files: { path: string, size: number }[] }} */ let packed;
  const installed = (...path) => join(folder, 'node_modules', 'framelane', ...path);

  /** Runs a module in the project that has the package installed. */
  const node = (code) => {
    writeFileSync(join(folder, 'run.mjs'), code);
    return execFileSync(process.execPath, ['run.mjs'], { cwd: folder, encoding: 'utf8', timeout: 60000 }).trim();
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'framelane-package-'));
    packed = JSON.parse(execFileSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8' }))[0];
    writeFileSync(join(folder, 'package.json'), '{ "name": "user", "private": true, "type": "module" }');
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', `./${packed.filename}`], { cwd: folder });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what it says and nothing else', () => {
    const allowed = /^(js|web|dist)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    assert.deepEqual(packed.files.map((file) => file.path).filter((path) => !allowed.test(path)), []);
    const inDist = packed.files.map((file) => file.path).filter((path) => path.startsWith('dist/'));
    assert.deepEqual(inDist.filter((path) => !/^dist\/(types\/.+\.d\.ts|(modules\/)?[\w-]+\.wasm|framelane_module\.h)$/.test(path)), []);
  });

  test('needs nothing else', () => {
    const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
    assert.equal(manifest.dependencies, undefined);
  });

  test('has a license and a readme', () => {
    for (const name of ['LICENSE', 'README.md']) assert.ok(existsSync(installed(name)), name);
  });

  for (const name of ['framelane.wasm', 'framelane-single.wasm'])
    test(`${name} is smaller than 400 KB, and than 120 KB compressed`, () => {
      const bytes = readFileSync(installed('dist', name)), compressed = brotliCompressSync(bytes).length;
      assert.ok(bytes.length > 1000 && bytes.length < WASM_LIMIT, `${bytes.length} bytes`);
      assert.ok(compressed < COMPRESSED_LIMIT, `${compressed} bytes compressed`);
    });

  test('every path of the exports map exists', () => {
    const { exports } = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
    const paths = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [target] : Object.values(target)));
    for (const path of paths) if (!path.includes('*')) assert.ok(existsSync(installed(path)), path);
  });

  test('every module that comes with it is there', () => {
    const there = JSON.parse(node(`
      import * as modules from 'framelane/modules';
      import { existsSync } from 'node:fs';
      console.log(JSON.stringify(Object.entries(modules).map(([name, url]) => [name, existsSync(url)])));`));
    assert.deepEqual(there, [['aviDemux', true], ['imageFile', true], ['jpegDecode', true], ['render', true]]);
  });

  test('the wasm files can be found by their names', () => {
    assert.match(node("console.log(import.meta.resolve('framelane/wasm/framelane'))"), /dist\/framelane\.wasm$/);
    assert.match(node("console.log(import.meta.resolve('framelane/wasm/framelane.wasm'))"), /dist\/framelane\.wasm$/);
  });

  test('a pipeline gives the same bytes in both modes, for any number of threads, installed or not', async () => {
    cpSync(fileURLToPath(new URL('chain.js', import.meta.url)), join(folder, 'chain.js'));
    const hashes = JSON.parse(node(`
      import * as framelane from 'framelane';
      import { hashOfChain } from './chain.js';
      const options = [{ mode: 'single', threads: 0 }, { mode: 'shared', threads: 0 }, { mode: 'shared', threads: 2 }];
      const hashes = [];
      for (const option of options) hashes.push(await hashOfChain(framelane, option));
      console.log(JSON.stringify(hashes));`));
    const { hashOfChain } = await import('./chain.js');
    const here = await hashOfChain(await import('../../js/node/index.js'), { mode: 'single', threads: 0 });
    assert.deepEqual(hashes, [here, here, here]);
  });

  test('its declarations let a strict TypeScript user compile, and refuse a wrong parameter', () => {
    writeFileSync(join(folder, 'user.ts'), `
      import { createEngine } from 'framelane';
      const engine = await createEngine({ threads: 2 });
      const input = engine.frame(640, 480, { format: 'rgba8' });
      const output = await engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).sobel().threshold({ value: 64 }).run(input);
      const first: number = output.data[0];
      engine.pipeline().op('invert').gamma({ gamma: 2 }); // a method of one pipeline gives another with all methods
      // @ts-expect-error: sigma is a number
      engine.pipeline().gaussianBlur({ sigma: 'wide' });
      // @ts-expect-error: no such operation
      engine.pipeline().gaussianBlurr({ sigma: 2 });
      const demux = await engine.load('demux.wasm');
      const flow = engine.stages().source(demux, { input: 'clip.avi', frames: 6 }).stage(demux, { stage: 'decode', parallel: 2, quality: 3 })
        .stage(engine.pipeline().grayscale(), { frames: 2 }).sink((frame, { number, time }) => console.log(frame.data[number], time.toFixed(2)));
      const { frames, skipped: [{ why }], stages: [{ seats: [{ copied }] }] } = await flow.done;
      const sum: number = frames + copied + why.length;
      // @ts-expect-error: a flow has no run()
      flow.run(sum);
      console.log(first);
      await engine.dispose();
    `);
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({
      compilerOptions: { noEmit: true, strict: true, target: 'es2022', module: 'nodenext', lib: ['esnext', 'dom'], types: [] },
      files: ['user.ts'],
    }));
    const { stdout } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc')], { cwd: folder, encoding: 'utf8' });
    assert.equal(stdout, '');
  });

  test('builds a kernel of one’s own in an empty folder, loads it, and fuses it between two built-in operations', () => {
    cpSync(join(ROOT, 'demos/module/scanlines.c'), join(folder, 'my_op.c'));
    execFileSync('npx', ['--no-install', 'framelane', 'build', 'my_op.c', '-o', 'my_op.wasm'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    const [found, passes, stages] = JSON.parse(node(`
      import { createEngine } from 'framelane';
      const engine = await createEngine({ threads: 2 });
      await engine.load('my_op.wasm');
      const pipeline = engine.pipeline().invert().scanlines({ every: 3 }).gaussianBlur({ sigma: 1 });
      await pipeline.run(engine.frame(64, 64));
      const { passes } = pipeline.explain(640, 480);
      console.log(JSON.stringify([engine.ops.some(({ name }) => name === 'scanlines'), passes.length, passes[0].stages.flatMap(({ ops }) => ops)]));
      await engine.dispose();`));
    assert.deepEqual([found, passes, stages], [true, 1, ['invert', 'scanlines', 'gaussianBlur']]);
  });
});
