// The module `render` as it is shipped: its operations in pipelines of an engine.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fill, MODES, noise, noiseFrame, noiseView, pixels, sameBytes, throwsCode, withEngine } from './support.js';

const MODULE = new URL('../../dist/modules/render.wasm', import.meta.url);
const withRender = (options, body) => withEngine(options, async (engine) => body(engine, await engine.load(MODULE)));

for (const mode of MODES) {
  const options = { mode, threads: mode === 'shared' ? 2 : 0 };
  describe(`render, ${mode}`, () => {
    test('it brings two operations', () => withRender(options, (engine, module) => {
      assert.deepEqual([module.name, module.ops], ['render', ['render', 'stamp']]);
    }));

    test('render is toRgba in full range, then resize by area, then stamp, in one pass', () => withRender(options, async (engine) => {
      for (const format of ['i420', 'nv12', 'gray8', 'bgra8']) {
        const frame = noiseFrame(engine, 321, 181, format);
        const apart = engine.pipeline().toRgba({ range: 'full' }).resize({ width: 160, filter: 'area' }).stamp({ number: 7, time: 0.28 });
        const render = engine.pipeline().render({ width: 160, number: 7, time: 0.28 });
        sameBytes(pixels(await render.run(frame)), pixels(await apart.run(frame)), format);
        assert.equal(render.explain(321, 181, { format }).passes.length, 1);
      }
    }));

    test('what is not asked for is left out, and the other parameters reach their parts', () => withRender(options, async (engine) => {
      const frame = noiseFrame(engine, 200, 120, 'i420'), run = async (pipeline) => pixels(await pipeline.run(frame));
      const pipeline = () => engine.pipeline();
      sameBytes(await run(pipeline().render({ stamp: false })), await run(pipeline().toRgba({ range: 'full' })));
      sameBytes(await run(pipeline().render({ stamp: false, range: 'limited', matrix: 'bt709' })), await run(pipeline().toRgba({ matrix: 'bt709' })));
      sameBytes(await run(pipeline().render({ stamp: false, width: 90, height: 70, filter: 'lanczos3' })),
        await run(pipeline().toRgba({ range: 'full' }).resize({ width: 90, height: 70 })));
      sameBytes(await run(pipeline().render({ position: 'topRight', number: 12, time: 3 })),
        await run(pipeline().toRgba({ range: 'full' }).stamp({ position: 'topRight', number: 12, time: 3 })));
    }));

    test('what cannot be is said in words', () => withRender(options, (engine) => {
      throwsCode('bad-argument', () => engine.pipeline().stamp({ number: -1 }), 'stamp', 'number', '4294967295');
      throwsCode('bad-argument', () => engine.pipeline().stamp({ position: 'middle' }), 'position', 'topLeft');
      throwsCode('bad-argument', () => engine.pipeline().render({ width: 0 }), 'render', 'width', '65535');
      throwsCode('bad-argument', () => engine.pipeline().render({ height: 65535 }).runSync(engine.frame(40, 4, { format: 'i420' })), 'resize', 'width');
      throwsCode('bad-format', () => engine.pipeline().stamp().runSync(engine.frame(40, 4, { format: 'nv12' })), 'stamp', 'nv12', 'toRgba');
    }));
  });
}

test('a stamp is the same for any number of workers, any tile and fused or not', async () => {
  const settings = [{ mode: 'single' }, { threads: 1 }, { threads: 3, tile: { width: 37, height: 16 } }, { threads: 2, tile: { width: 500, height: 1 } }, { threads: 2, fuse: false }];
  let first;
  for (const options of settings) {
    await withRender(options, async (engine) => {
      const frame = fill(engine.frame(500, 300), noise(500 * 300 * 4, 3));
      const bytes = pixels(await engine.pipeline().invert().stamp({ number: 1234, time: 49.36, size: 3 }).gaussianBlur({ sigma: 1 }).run(frame));
      sameBytes(bytes, (first ??= bytes), JSON.stringify(options));
    });
  }
});

test('a stamp in a view writes nothing outside', () => withRender({ threads: 2 }, async (engine) => {
  const view = noiseView(engine, 130, 60, 'gray8'), was = pixels(view);
  const tight = fill(engine.frame(130, 60, { format: 'gray8' }), was);
  const expected = pixels(await engine.pipeline().stamp({ size: 1 }).run(tight));
  sameBytes(pixels(await engine.pipeline().stamp({ size: 1 }).run(view)), expected);
  assert.notDeepEqual(expected, was);
}));
