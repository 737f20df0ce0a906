import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { returnsTo, throwsCode, warmUp, withEngine } from './support.js';

describe('explain()', () => {
  const keys = ['bytesRead', 'bytesWritten', 'estimatedMs', 'inPlace', 'intermediateBytes', 'passes', 'scratchBytes'];
  const edges = (engine) => engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).sobel().threshold({ value: 64 });

  test('says that a chain of streaming operations is one pass that reads the input and writes the output, nothing between', () =>
    withEngine({ threads: 2 }, (engine) => {
      const plan = edges(engine).explain(2001, 1501);
      assert.deepEqual(Object.keys(plan).sort(), keys);
      assert.equal(plan.passes.length, 1);
      const [pass] = plan.passes;
      assert.deepEqual(pass.stages.flatMap(({ ops }) => ops), ['grayscale', 'gaussianBlur', 'sobel', 'threshold']);
      assert.deepEqual([pass.kind, pass.width, pass.height, pass.format, pass.inPlace], ['pass', 2001, 1501, 'gray8', false]);
      const { width, height, lastHeight } = pass.tile, across = Math.ceil(2001 / width);
      assert.ok(lastHeight <= height && pass.tiles >= across * Math.ceil(1501 / height) && pass.tiles <= across * Math.ceil(1501 / lastHeight));
      assert.equal(plan.intermediateBytes, 0);
      assert.equal(plan.bytesRead, 2001 * 1501 * 4);
      assert.equal(plan.bytesWritten, 2001 * 1501);
      assert.ok(plan.scratchBytes > 0 && plan.scratchBytes < 4 << 20);
      assert.ok(plan.estimatedMs > 0);
    }));

  test('says that without fusion every operation is a pass with an image between', () =>
    withEngine({ threads: 2, fuse: false }, (engine) => {
      const plan = edges(engine).explain(201, 151);
      assert.deepEqual(plan.passes.map(({ stages }) => stages.flatMap(({ ops }) => ops)), [['grayscale'], ['gaussianBlur'], ['sobel'], ['threshold']]);
      assert.equal(plan.intermediateBytes, 3 * 201 * 151);
      assert.equal(plan.bytesRead, 201 * 151 * 7);
      assert.equal(plan.bytesWritten, 201 * 151 * 4);
    }));

  test('shows the tile that was asked for', () =>
    withEngine({ threads: 2, tile: { width: 61, height: 7 } }, (engine) => {
      const [pass] = edges(engine).explain(201, 151).passes;
      assert.deepEqual([pass.tile, pass.tiles], [{ width: 61, height: 7, lastHeight: 7 }, 4 * 22]);
    }));

  test('shows where an operation needs the whole image first', () =>
    withEngine({ threads: 2 }, (engine) => {
      const { passes, intermediateBytes } = engine.pipeline().gamma({ gamma: 2 }).equalize().invert().rotate90().explain(301, 203, { format: 'bgra8' });
      assert.deepEqual(passes.map(({ kind, stages }) => [kind, ...stages.flatMap(({ ops }) => ops)]),
        [['pass', 'gamma'], ['gather', 'equalize'], ['conclude', 'equalize'], ['pass', 'equalize', 'invert'], ['pass', 'rotate90']]);
      assert.equal(intermediateBytes, 2 * 301 * 203 * 4);
      assert.deepEqual([passes[4].width, passes[4].height, passes[4].format], [203, 301, 'bgra8']);
    }));

  test('needs no pixels: it plans sizes that would not fit', () =>
    withEngine({ threads: 0, memory: { maximum: 8 << 20 } }, async (engine) => {
      const live = await warmUp(engine);
      const plan = engine.pipeline().gaussianBlur({ sigma: 3 }).equalize().explain(20000, 12000);
      assert.equal(plan.intermediateBytes, 20000 * 12000 * 4);
      await returnsTo(engine, live);
    }));

  test('works with two inputs, a frame among them', () =>
    withEngine({ threads: 0 }, (engine) => {
      const plan = engine.pipeline().blend(engine.frame(30, 20)).explain(30, 20);
      assert.equal(plan.bytesRead, 2 * 30 * 20 * 4);
      throwsCode('bad-argument', () => engine.pipeline().blend(engine.frame(30, 20)).explain(30, 21), 'blend', '30×21', '30×20');
    }));

  for (const [args, ...parts] of [
    [[0, 5], 'width', '1', '65535', '0'], [[5, 70000], 'height', '65535', '70000'], [[5], 'height'], [['5', 5], 'width', "'5'"], [[NaN, 5], 'width', 'NaN'],
  ]) {
    test(`refuses explain(${args.join(', ')})`, () =>
      withEngine({ threads: 0 }, (engine) => throwsCode('bad-argument', () => engine.pipeline().invert().explain(...args), 'explain', ...parts)));
  }

  test('refuses formats that there are not or that do not go', () =>
    withEngine({ threads: 0 }, (engine) => {
      throwsCode('bad-format', () => engine.pipeline().invert().explain(5, 5, { format: 'rgb' }), 'explain', 'rgba8', "got 'rgb'");
      throwsCode('bad-format', () => engine.pipeline().sobel().explain(5, 5), 'sobel', 'gray8', 'rgba8');
    }));
});
