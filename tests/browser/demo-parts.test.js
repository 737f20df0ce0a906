// The demo's parts that need no page, against the real table of operations: a new operation gets its controls without anybody's help.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { explained } from '../../demos/image/explained.js';
import { History } from '../../demos/image/history.js';
import { presetsFor, PRESETS } from '../../demos/image/presets.js';
import { controlOf, sliderScale, startingParams, title } from '../../demos/shared/schema.js';
import { spread } from '../../demos/shared/spread.js';
import { fromHash, toHash } from '../../demos/image/share.js';
import { bridge, build, step, stepsOf } from '../../demos/image/steps.js';
import { createEngine } from '../../js/node/index.js';

const SIZE = { width: 640, height: 480 };
let engine;

before(async () => { engine = await createEngine({ threads: 0 }); });
after(async () => { await engine.dispose(); });

test('every operation can be added as it is: what has no default gets a value that the engine takes', () => {
  for (const op of engine.ops) {
    const fix = bridge(op, 'rgba8');
    const steps = [...(fix ? [step(fix)] : []), step(op.name, startingParams(op, SIZE), op.inputs === 2 ? 'original' : undefined)];
    assert.doesNotThrow(() => build(engine, steps).explain(SIZE.width, SIZE.height), op.name);
  }
});

test('every number has a slider from its least to its largest value that can be put where a value is', () => {
  for (const op of engine.ops) {
    for (const param of op.params.filter((each) => controlOf(each) === 'slider')) {
      const name = `${op.name}.${param.name}`;
      const { steps, toValue, toPosition, nudge } = sliderScale(param);
      assert.equal(toValue(0), param.min, name);
      assert.equal(toValue(steps), param.max, name);
      for (let position = 1; position <= steps; position++) assert.ok(toValue(position) >= toValue(position - 1), name);
      const value = toValue(Math.floor(steps / 3));
      assert.ok(Math.abs(toValue(Math.round(toPosition(value))) - value) <= Math.max(1, Math.abs(value) * 0.05), name);
      if (param.type === 'integer') assert.ok(Number.isInteger(nudge(value, 1)), name);
      assert.ok(nudge(value, 1) > value || value === param.max, name);
      assert.equal(nudge(param.max, 1), param.max, name);
    }
  }
});

test('every ready-made pipeline runs on this engine', () => {
  assert.deepEqual(presetsFor((steps) => build(engine, steps).explain(SIZE.width, SIZE.height)).map(({ id }) => id), PRESETS.map(({ id }) => id));
});

test('a pipeline survives its way through describe() and the address', () => {
  for (const { steps } of PRESETS) {
    const pipeline = build(engine, steps);
    const read = fromHash(toHash({ photo: 'coffee', size: '4k', pipeline: pipeline.describe() }));
    assert.deepEqual([read.photo, read.size], ['coffee', '4k']);
    const again = stepsOf(engine.pipeline(read.pipeline).describe());
    assert.deepEqual(again.map(({ op, other }) => [op, other]), steps.map(({ op, other }) => [op, other]));
    assert.deepEqual(build(engine, again).describe(), pipeline.describe());
  }
  assert.match(fromHash('#pipeline=%7B').problem, /damaged/);
});

test('the lane is solid exactly where explain() puts steps into one pass', () => {
  const pass = (...ops) => ({ kind: 'pass', tile: { width: 1, height: 1 }, tiles: 1, scratchBytes: 0, inPlace: false, stages: ops.map((op) => ({ ops: [op] })) });
  const joined = (passes, ops) => explained({ passes }, ops.map((op) => step(op))).joined;
  assert.deepEqual(joined([pass('grayscale', 'sobel'), pass('invert')], ['grayscale', 'sobel', 'invert']), [false, true, false]);
  // an unsharp mask stands for two others and is not named itself
  assert.deepEqual(joined([pass('invert', 'gaussianBlur', 'sharpenCombine'), pass('rotate')], ['invert', 'unsharpMask', 'rotate']), [false, true, false]);
  // a reduction gathers first: it is applied in the pass of what follows
  const equalize = [pass('grayscale'), { ...pass('equalize'), kind: 'gather' }, { ...pass('equalize'), kind: 'conclude' }, pass('equalize', 'invert')];
  assert.deepEqual(joined(equalize, ['grayscale', 'equalize', 'invert']), [false, false, true]);
});

test('times keep their last runs, start afresh with other work, and tell median and spread', () => {
  const times = new History();
  for (let i = 1; i <= 30; i++) times.add('work', { copying: false, workers: 2, fused: true }, i);
  times.add('work', { copying: true, workers: 2, fused: true }, 100);
  const [copying, fused] = times.rows();
  assert.deepEqual([copying.key, copying.values.length, fused.values.length, fused.values[0]], ['copying', 1, 24, 7]);
  assert.deepEqual(spread([5, 1, 4, 2, 3]), { median: 3, low: 2, high: 4 });
  times.add('other work', { copying: true }, 1);
  assert.equal(times.rows().length, 1);
});

test('names are for people', () => {
  assert.deepEqual(['gaussianBlur', 'toRgba', 'lut', 'rotate90'].map(title), ['Gaussian blur', 'To RGBA', 'Lookup table', 'Rotate90']);
});
