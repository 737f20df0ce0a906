import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine, hash, MODES, noiseFrame, noiseView, pixels, rejectsCode, sameBytes, throwsCode, withEngine } from './support.js';

const W = 67, H = 45;

for (const mode of MODES) {
  describe(`a pipeline in mode ${mode}`, () => {
    let engine, frame, gray;
    before(async () => {
      engine = await createEngine({ mode, threads: 2 });
      frame = noiseFrame(engine, W, H);
      gray = noiseFrame(engine, W, H, 'gray8');
    });
    after(() => engine.dispose());
    const bytesOf = (pipeline, input = frame) => pixels(pipeline.runSync(input));

    test('stays as it was when another is made of it, so that prefixes can be shared', async () => {
      const blurred = engine.pipeline().gaussianBlur({ sigma: 1.5 });
      const before = bytesOf(blurred), json = JSON.stringify(blurred.describe());
      const one = blurred.invert(), two = blurred.threshold({ value: 90 }), three = one.boxBlur({ radius: 1 });
      await Promise.all([one, two, three].map((pipeline) => pipeline.run(frame)));
      sameBytes(bytesOf(blurred), before);
      assert.equal(JSON.stringify(blurred.describe()), json);
      sameBytes(bytesOf(one), before.map((v, i) => (i % 4 === 3 ? v : 255 - v)));
    });

    test('keeps its parameters though the caller’s objects change', () => {
      const table = Array.from({ length: 256 }, (_, v) => 255 - v), params = { table };
      const pipeline = engine.pipeline().lut(params), expected = bytesOf(engine.pipeline().invert());
      table.fill(0);
      params.table = [];
      sameBytes(bytesOf(pipeline), expected);
      pipeline.describe()[0].table.fill(0);
      sameBytes(bytesOf(pipeline.linear()), expected, 'nor does describe() give them away');
    });

    test('runs many times, on frames of any size and format', () => {
      const pipeline = engine.pipeline().boxBlur({ radius: 2 }).invert();
      for (const [width, height] of [[1, 1], [200, 3], [3, 200], [W, H]]) {
        for (const format of ['rgba8', 'gray8', 'bgra8']) {
          const out = pipeline.runSync(noiseFrame(engine, width, height, format));
          assert.deepEqual([out.width, out.height, out.format], [width, height, format]);
        }
      }
    });

    test('does what its operations do one after the other', () => {
      const steps = [(p) => p.grayscale(), (p) => p.gaussianBlur({ sigma: 2 }), (p) => p.sobel(), (p) => p.threshold({ value: 40 }), (p) => p.toRgba(),
        (p) => p.rotate90(), (p) => p.resize({ width: 50 }), (p) => p.equalize(), (p) => p.flip({ axis: 'y' }), (p) => p.crop({ x: 3, y: 5, width: 31, height: 29 }), (p) => p.median()];
      const chain = steps.reduce((pipeline, step) => step(pipeline), engine.pipeline());
      const last = steps.reduce((image, step) => step(engine.pipeline()).runSync(image), frame);
      assert.equal(hash(chain.runSync(frame)), hash(last));
    });

    test('computes a graph with several ways from the input to the output', () => {
      const start = engine.pipeline().linear({ scale: 0.9, offset: 4 });
      const soft = start.gaussianBlur({ sigma: 3 }), hard = start.median().invert();
      const diamond = soft.blend(hard, { mode: 'multiply' }).blend(start, { mode: 'screen', opacity: 0.4 });
      const [a, b, c] = [start, soft, hard].map((pipeline) => pipeline.runSync(frame));
      const expected = engine.pipeline().blend(b, { mode: 'screen', opacity: 0.4 });
      const between = engine.pipeline().blend(c, { mode: 'multiply' }).runSync(b);
      assert.equal(hash(diamond.runSync(frame)), hash(engine.pipeline().blend(a, { mode: 'screen', opacity: 0.4 }).runSync(between)));
      assert.notEqual(hash(expected.runSync(frame)), hash(diamond.runSync(frame)));
    });

    test('computes a part that is in it twice once', () => {
      const blur = () => engine.pipeline().gaussianBlur({ sigma: 2 });
      const { passes } = blur().blend(blur().invert()).explain(W, H);
      const names = passes.flatMap((pass) => pass.stages.flatMap((stage) => stage.ops));
      assert.deepEqual(names.sort(), ['blend', 'gaussianBlur', 'invert']);
    });

    test('does not take parts for the same that differ in a parameter, in their input or in a frame', () => {
      const blur = (sigma) => engine.pipeline().gaussianBlur({ sigma });
      const blend = (pipeline, other) => engine.pipeline().blend(other, { opacity: 0.5 }).runSync(pipeline);
      assert.equal(hash(blur(1).blend(blur(3), { opacity: 0.5 }).runSync(frame)), hash(blend(blur(1).runSync(frame), blur(3).runSync(frame))));
      const before = engine.pipeline().invert().gamma({ gamma: 2 }), after = engine.pipeline().gamma({ gamma: 2 }).invert();
      assert.equal(hash(before.blend(after, { opacity: 0.5 }).runSync(frame)), hash(blend(before.runSync(frame), after.runSync(frame))));
      const one = noiseFrame(engine, W, H, 'rgba8', 1), two = noiseFrame(engine, W, H, 'rgba8', 2);
      const [a, b] = [one, two].map((other) => engine.pipeline().blend(other, { mode: 'multiply' }));
      assert.equal(hash(a.blend(b, { opacity: 0.5 }).runSync(frame)), hash(blend(a.runSync(frame), b.runSync(frame))));
    });

    test('blends with a frame, with the input itself, and with several frames', async () => {
      const one = noiseFrame(engine, W, H, 'rgba8', 1), two = noiseView(engine, W, H, 'rgba8', 2);
      const pipeline = engine.pipeline().blend(one, { opacity: 0.5 }).boxBlur({ radius: 1 }).blend(two, { mode: 'multiply' });
      let expected = engine.pipeline().blend(one, { opacity: 0.5 }).runSync(frame);
      expected = engine.pipeline().boxBlur({ radius: 1 }).runSync(expected);
      expected = engine.pipeline().blend(two, { mode: 'multiply' }).runSync(expected);
      assert.equal(hash(await pipeline.run(frame)), hash(expected));
      const itself = engine.pipeline().blend(engine.pipeline(), { mode: 'multiply' });
      assert.equal(hash(await itself.run(frame)), hash(engine.pipeline().blend(frame, { mode: 'multiply' }).runSync(frame)));
      assert.equal(hash(engine.pipeline().blend(one).runSync(one)), hash(engine.pipeline().blend(one.clone()).runSync(one)));
    });

    test('without operations copies, whatever the format and size, views too', async () => {
      for (const format of ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12']) {
        for (const [width, height] of [[1, 1], [W, H], [33, 2], [700, 501]]) {
          for (const input of [noiseFrame(engine, width, height, format), noiseView(engine, width, height, format)]) {
            const outs = [await engine.pipeline().run(input), engine.pipeline().runSync(input)];
            const output = noiseFrame(engine, width, height, format, 4242);
            outs.push(await engine.pipeline().run(input, { output }));
            for (const out of outs) {
              assert.notEqual(out.pointer, input.pointer);
              assert.equal(hash(out), hash(input), `${width}×${height} ${format}`);
            }
            assert.equal(await engine.pipeline().run(input, { output: input }), input);
            assert.equal(hash(input), hash(outs[0]), 'onto itself changes nothing');
            for (const each of [input, ...outs]) each.dispose();
          }
        }
      }
    });

    test('without operations moves a rectangle of a frame onto one that it overlaps', () => {
      for (const format of ['gray8', 'i420']) {
        const whole = noiseFrame(engine, 61, 41, format);
        const from = whole.view(4, 2, 41, 31), to = whole.view(10, 8, 41, 31), expected = pixels(from);
        engine.pipeline().runSync(from, { output: to });
        sameBytes(pixels(to), expected, format);
      }
    });

    test('does not pass over an option that there is not', async () => {
      const pipeline = engine.pipeline().invert();
      const nothing = { outptu: frame };
      await rejectsCode('bad-argument', pipeline.run(frame, nothing), 'run', "'outptu'", 'output, signal, onProgress');
      throwsCode('bad-argument', () => pipeline.runSync(frame, nothing), 'runSync', "'outptu'", 'output');
      throwsCode('bad-argument', () => pipeline.runSync(frame, { signal: undefined }), "'signal'");
      throwsCode('bad-argument', () => pipeline.explain(5, 5, { fromat: 'gray8' }), 'explain', "'fromat'", 'format');
    });

    describe('given an output', () => {
      const chains = {
        'a point operation': (p) => p.invert().gamma({ gamma: 1.7 }),
        'a stencil': (p) => p.gaussianBlur({ sigma: 2.2 }),
        'a stencil, then a point operation': (p) => p.boxBlur({ radius: 3 }).brightness({ amount: 30 }),
        'a reduction': (p) => p.equalize(),
        'a turn': (p) => p.flip({ axis: 'both' }).rotate90({ turns: 2 }),
        'a graph': (p) => p.unsharpMask({ sigma: 1 }).blend(p.invert(), { opacity: 0.3 }),
        'a wrapped border': (p) => p.boxBlur({ radius: 2, border: 'wrap' }),
      };
      for (const [name, build] of Object.entries(chains)) {
        test(`writes ${name} into it, into a view, over the input, and over a part of it`, async () => {
          for (const [input, way] of [
            [frame, 'a frame'], [gray, 'a gray frame'], [noiseView(engine, 311, 203), 'a view'], [noiseFrame(engine, 640, 403), 'a larger frame'],
          ]) {
            const pipeline = build(engine.pipeline()), { width, height, format } = input;
            const expected = bytesOf(pipeline, input), before = hash(input);
            for (const output of [noiseFrame(engine, width, height, format, 7), noiseView(engine, width, height, format, 8)]) {
              assert.equal(await pipeline.run(input, { output }), output);
              sameBytes(pixels(output), expected, way);
              output.data.fill(3);
              assert.equal(pipeline.runSync(input, { output }), output);
              sameBytes(pixels(output), expected, way);
            }
            assert.equal(hash(input), before);
            for (const run of ['run', 'runSync']) {
              const over = input.clone();
              assert.equal(await pipeline[run](over, { output: over }), over);
              sameBytes(pixels(over), expected, `${way}, in place, ${run}`);
              await partOver(engine, pipeline, input, expected, run);
            }
          }
        });
      }

      test('that is the second input writes over that', async () => {
        const second = noiseFrame(engine, W, H, 'rgba8', 11), pipeline = engine.pipeline().boxBlur({ radius: 2 }).blend(second, { mode: 'screen' });
        const expected = bytesOf(pipeline);
        assert.equal(await pipeline.run(frame, { output: second }), second);
        sameBytes(pixels(second), expected);
      });

      test('keeps what lies around a view as it is', async () => {
        const around = engine.frame(W + 9, H + 9), view = around.view(3, 5, W, H);
        around.data.fill(99);
        await engine.pipeline().median().run(frame, { output: view });
        const inside = pixels(view);
        view.data.fill(99); // and the bytes between its rows
        for (let y = 0; y < H; y++) view.data.fill(99, y * view.stride, y * view.stride + W * 4);
        assert.ok(around.data.every((value) => value === 99));
        sameBytes(inside, bytesOf(engine.pipeline().median()));
      });

      test('of another shape or format says what it must be', async () => {
        const pipeline = engine.pipeline().rotate90().grayscale();
        for (const [width, height, format, code] of [[W, H, 'gray8', 'bad-argument'], [H, W + 1, 'gray8', 'bad-argument'], [H, W, 'rgba8', 'bad-format']]) {
          const output = noiseFrame(engine, width, height, format), before = hash(output);
          await rejectsCode(code, pipeline.run(frame, { output }), 'output', `${H}×${W} gray8`, `${width}×${height} ${format}`);
          throwsCode(code, () => pipeline.runSync(frame, { output }), 'output', `${H}×${W} gray8`);
          assert.equal(hash(output), before);
        }
      });
    });

    describe('describe()', () => {
      test('gives plain JSON that engine.pipeline() reads back', () => {
        const pipeline = engine.pipeline().grayscale().gaussianBlur({ sigma: 2, border: 'constant', borderColor: new Float32Array([7]) }).threshold({ auto: 'otsu' });
        const json = pipeline.describe();
        assert.deepEqual(json, [{ op: 'grayscale' }, { op: 'gaussianBlur', sigma: 2, border: 'constant', borderColor: [7] }, { op: 'threshold', auto: 'otsu' }]);
        const back = engine.pipeline(JSON.parse(JSON.stringify(json)));
        assert.deepEqual(back.describe(), json);
        sameBytes(bytesOf(back), bytesOf(pipeline));
      });

      test('of nothing is an empty list', () => {
        assert.deepEqual(engine.pipeline().describe(), []);
        assert.equal(hash(engine.pipeline([]).runSync(frame)), hash(frame));
      });

      test('writes other pipelines in full and frames as places in a list', () => {
        const one = noiseFrame(engine, W, H, 'rgba8', 1), two = noiseFrame(engine, W, H, 'rgba8', 2);
        const pipeline = engine.pipeline().blend(two, { opacity: 0.25 }).invert()
          .blend(engine.pipeline().median().blend(one), { mode: 'screen' }).blend(two, { mode: 'multiply' });
        const json = JSON.parse(JSON.stringify(pipeline.describe()));
        assert.deepEqual(json, [
          { op: 'blend', opacity: 0.25, other: { frame: 0 } }, { op: 'invert' },
          { op: 'blend', mode: 'screen', other: [{ op: 'median' }, { op: 'blend', other: { frame: 1 } }] }, { op: 'blend', mode: 'multiply', other: { frame: 0 } },
        ]);
        sameBytes(bytesOf(engine.pipeline(json, [two, one])), bytesOf(pipeline));
        throwsCode('bad-argument', () => engine.pipeline(json, [two]), 'blend');
        throwsCode('bad-argument', () => engine.pipeline(json), 'blend');
      });

      for (const json of [5, 'invert', {}, null, [{ name: 'invert' }], ['invert'], [null], [{ op: 'nothing' }], [{ op: 'blend' }], [{ op: 'blend', other: 5 }],
        [{ op: 'blend', other: null }], [{ op: 'linear', scale: 'much' }], [{ op: 'invert', other: [] }], [{ op: 'blend', other: [{ op: 'gamma' }] }]]) {
        test(`of ${JSON.stringify(json)} cannot be, and reading it says so`, () => throwsCode('bad-argument', () => engine.pipeline(json)));
      }
    });
  });
}

/** A run whose output is a view that overlaps the input within one frame. */
async function partOver(engine, pipeline, input, expected, run) {
  const { width, height, format } = input;
  const around = engine.frame(width + 7, height + 6, { format });
  const from = around.view(0, 0, width, height), to = around.view(5, 3, width, height);
  engine.pipeline().runSync(input, { output: from });
  assert.equal(await pipeline[run](from, { output: to }), to);
  sameBytes(pixels(to), expected, `over a part of the input, ${run}`);
  for (const each of [from, to, around]) each.dispose();
}

test('a pipeline of another engine cannot be a part', () =>
  withEngine({ threads: 0 }, (one) =>
    withEngine({ threads: 0 }, (two) => throwsCode('bad-argument', () => one.pipeline().blend(two.pipeline().invert()), 'another engine'))));
