// Frames that nobody holds any more, collected when the engine of JavaScript likes; here: when the test likes.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { fill, hash, MODES, noise, noiseFrame, returnsTo, sleep, until, warmUp, withEngine } from './support.js';

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');

describe('a view', () => {
  test('keeps a frame that nobody else holds from being collected', () =>
    withEngine({ threads: 0 }, async (engine) => {
      const view = noiseFrame(engine, 400, 300).view(100, 100, 9, 9), before = hash(view);
      for (let i = 0; i < 5; i++) {
        collect();
        await sleep(1);
      }
      noiseFrame(engine, 400, 300, 'rgba8', 99);
      assert.equal(hash(view), before);
      assert.ok(engine.leaks().every(({ collected }) => !collected));
    }));
});

describe('a frame that is forgotten', () => {
  for (const mode of MODES) {
    test(`is freed when it is collected, and leaks() says so, in mode ${mode}`, () =>
      withEngine({ mode, threads: 1, debug: true }, async (engine) => {
        const live = await warmUp(engine);
        const forget = async () => {
          noiseFrame(engine, 123, 45);
          fill(engine.frame(12, 10).view(2, 2, 3, 3), noise(36));
          await engine.pipeline().sobel().run(noiseFrame(engine, 35, 24, 'gray8'));
        };
        await forget();
        await until(() => (collect(), engine.stats().live === live), () => `${engine.stats().live - live} bytes are still live`);
        const leaks = engine.leaks();
        assert.ok(leaks.every(({ collected, stack }) => collected && /garbage\.test\.js|support\.js/.test(stack)), JSON.stringify(leaks, undefined, 1));
        const shapes = leaks.map(({ width, height, format, bytes }) => `${width}×${height} ${format} ${bytes}`).sort();
        assert.deepEqual(shapes, ['123×45 rgba8 22140', '12×10 rgba8 480', '35×24 gray8 840', '35×24 gray8 840', '3×3 rgba8 0']);
        await returnsTo(engine, live);
      }));
  }

  test('does not bring down what its handle’s place is used for now', () =>
    withEngine({ threads: 0 }, async (engine) => {
      const live = await warmUp(engine);
      for (let i = 0; i < 50; i++) engine.frame(20, 20);
      await until(() => (collect(), engine.stats().live === live), () => engine.stats().live);
      const frames = Array.from({ length: 50 }, (_, i) => noiseFrame(engine, 20, 20, 'rgba8', i));
      const hashes = frames.map(hash);
      for (let i = 0; i < 3; i++) {
        collect();
        await sleep(1);
      }
      assert.deepEqual(frames.map(hash), hashes);
    }));
});
