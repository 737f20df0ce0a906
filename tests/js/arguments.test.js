// What each operation says of wrong parameters: generated from engine.ops, so that a new operation is tested by being listed.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createEngine, hash, noiseFrame, rejectsCode, throwsCode } from './support.js';

const engine = await createEngine({ threads: 0 });
after(() => engine.dispose());

/** A value that is allowed. */
function allowed(param) {
  const within = (value) => Math.max(param.min, Math.min(param.max, value));
  if (param.type === 'boolean') return true;
  if (param.type === 'choice') return param.choices[0];
  if (param.type === 'numbers') return Array(param.minCount).fill(within(0));
  return within(1);
}

/** [what is wrong, the value, how the message shows it] */
function wrong(param) {
  const list = (index, value) => allowed(param).map((item, i) => (i === index ? value : item));
  const types = [
    ['null', null, 'null'], ['an object', { value: 1 }, 'an Object'], ['a function', () => 1, 'a function'],
    ['a big integer', 10n, '10'], ['a symbol', Symbol('one'), 'a symbol'],
  ];
  const text = ['a text', 'much', "'much'"], number = ['a number', 7, '7'], flag = ['true', true, 'true'], empty = ['an empty list', [], 'a list of 0'];
  switch (param.type) {
    case 'boolean': return [...types, text, number, empty];
    case 'choice': return [
      ...types, number, flag, empty, ['another choice', 'nowhere', "'nowhere'"],
      ['in capitals', param.choices[0].toUpperCase(), `'${param.choices[0].toUpperCase()}'`],
    ];
    case 'numbers': return [
      ...types, text, number, flag,
      ['too short', Array(param.minCount - 1).fill(param.min), `a list of ${param.minCount - 1}`],
      ['too long', Array(param.maxCount + 1).fill(param.min), `a list of ${param.maxCount + 1}`],
      ['below in its first item', list(0, param.min - 1), `item 0 is ${param.min - 1}`],
      ['above in its last item', list(param.minCount - 1, param.max + 1), `item ${param.minCount - 1} is ${param.max + 1}`],
      ['not a number in its first item', list(0, NaN), 'item 0 is NaN'],
      ['a text in its last item', list(param.minCount - 1, '1'), `item ${param.minCount - 1} is NaN`],
      ['full of holes', Array(param.minCount), 'item 0 is NaN'],
      ['a typed array out of range', new Float64Array(param.minCount).fill(param.max + 1), `item 0 is ${param.max + 1}`],
    ];
    default: return [
      ...types, text, flag, empty, ['not a number', NaN, 'NaN'], ['infinite', Infinity, 'Infinity'], ['infinite below', -Infinity, '-Infinity'],
      ['below', param.min - 1, String(param.min - 1)], ['above', param.max + 1, String(param.max + 1)],
      ['far above', 2 ** 32 + allowed(param), String(2 ** 32 + allowed(param))],
      ...(param.type === 'integer' && param.max > param.min ? [['not whole', param.min + 0.5, String(param.min + 0.5)]] : []),
    ];
  }
}

/** What the message must say is allowed. */
function allowance(param) {
  const range = `between ${param.min} and ${param.max}`;
  switch (param.type) {
    case 'boolean': return ['true or false'];
    case 'choice': return ['one of', ...param.choices.map((choice) => `'${choice}'`)];
    case 'numbers': return ['a list of', param.minCount, param.maxCount, 'numbers', range];
    case 'integer': return ['a whole number', range];
    default: return ['a number', range];
  }
}

for (const op of engine.ops) {
  describe(op.name, () => {
    let other;
    before(() => (other = engine.frame(5, 5)));
    const call = (params) => engine.pipeline()[op.name](...(op.inputs === 2 ? [other, params] : [params]));
    const required = Object.fromEntries(op.params.filter((param) => param.required).map((param) => [param.name, allowed(param)]));
    const refuses = (params, ...parts) => {
      const error = throwsCode('bad-argument', () => call(params), ...parts);
      assert.equal(error.op, op.name);
      assert.ok(error.message.startsWith(`${op.name}: `), error.message);
    };

    test('takes what it needs and nothing more, and undefined for nothing', () => {
      call(required);
      call({ ...required, ...Object.fromEntries(op.params.filter((param) => !param.required).map((param) => [param.name, undefined])) });
    });

    test('takes its limits, and lists in typed arrays', () => {
      for (const param of op.params) {
        const values = param.type === 'choice' ? param.choices : param.type === 'boolean' ? [true, false]
          : param.type === 'numbers' ? [Array(param.minCount).fill(param.min), Array(param.maxCount).fill(param.max),
            new Float32Array(param.minCount).fill(param.max)]
            : [param.min, param.max];
        for (const value of values) call({ ...required, [param.name]: value });
      }
    });

    test('refuses a name it does not know and lists those it does', () => {
      for (const name of ['strength', 'größe', `${op.params[0]?.name ?? 'x'}s`, 'x'.repeat(500)]) {
        refuses({ ...required, [name]: 1 }, `'${name.slice(0, 50)}`, ...op.params.map((param) => param.name));
      }
    });

    test('refuses parameters that are not in an object', () => {
      for (const params of [5, 'all', null, [1], true]) refuses(params, 'one object');
      const error = throwsCode('bad-argument', () => engine.pipeline()[op.name](...(op.inputs === 2 ? [other] : []), required, { more: 1 }), 'one object');
      assert.equal(error.op, op.name);
    });

    for (const param of op.params) {
      test(`refuses ${param.name} of a wrong type or out of range, and says what is allowed and what was given`, () => {
        for (const [, value, shown] of wrong(param)) refuses({ ...required, [param.name]: value }, `${param.name} must be`, ...allowance(param), `got`, shown);
      });
      if (param.required) {
        test(`refuses to go without ${param.name}`, () => {
          const { [param.name]: _, ...rest } = required;
          refuses(rest, `${param.name} must be`, ...allowance(param), 'got nothing');
        });
      }
    }

    if (op.inputs === 2) {
      test('refuses anything but a frame or a pipeline as its first argument', () => {
        for (const first of [undefined, null, 5, {}, new Uint8Array(4), required]) {
          const error = throwsCode('bad-argument', () => engine.pipeline()[op.name](first, required), 'first argument', 'a frame or a pipeline');
          assert.equal(error.op, op.name);
        }
      });
    }

    test('refuses frames of formats it does not take, and names those it does', async () => {
      const needed = op.name === 'boxBlur' ? { radius: 1 } : op.name === 'resize' ? { width: 2 } : required;
      for (const format of ['rgba8', 'bgra8', 'gray8', 'i420', 'nv12'].filter((each) => !op.formats.includes(each))) {
        const frame = noiseFrame(engine, 5, 5, format), before = hash(frame);
        const error = throwsCode('bad-format', () => call(needed).runSync(frame), ...op.formats, format);
        assert.equal(error.op, op.name);
        await rejectsCode('bad-format', call(needed).run(frame), op.name);
        assert.equal(hash(frame), before);
      }
    });
  });
}

describe('a pipeline', () => {
  test('refuses an operation that there is not', () => {
    for (const name of ['sharpn', '', 'constructor', '__proto__', 'run', undefined, 5, null, Symbol('x')]) {
      throwsCode('bad-argument', () => engine.pipeline().op(name, {}), 'there is no operation', 'engine.ops');
    }
  });

  test('has no method for the parts that operations expand into', () => {
    assert.equal(engine.pipeline().sharpenCombine, undefined);
    throwsCode('bad-argument', () => engine.pipeline().op('sharpenCombine', {}), 'sharpenCombine');
  });

  test('refuses to run on what is not a frame, or with options that are none', async () => {
    const pipeline = engine.pipeline().invert(), frame = engine.frame(4, 4);
    for (const input of [undefined, null, 5, {}, new Uint8Array(64), frame.data, pipeline]) {
      await rejectsCode('bad-argument', pipeline.run(input), 'a frame');
      throwsCode('bad-argument', () => pipeline.runSync(input), 'a frame');
    }
    for (const options of [null, 5, 'fast']) await rejectsCode('bad-argument', pipeline.run(frame, options), 'options', 'an object');
    for (const output of [null, 5, {}, frame.data]) {
      await rejectsCode('bad-argument', pipeline.run(frame, { output }), 'output', 'a frame');
      throwsCode('bad-argument', () => pipeline.runSync(frame, { output }), 'output', 'a frame');
    }
    for (const signal of [5, 'stop', {}, new AbortController()]) await rejectsCode('bad-argument', pipeline.run(frame, { signal }), 'signal', 'AbortSignal');
    for (const onProgress of [5, 'tell', {}]) await rejectsCode('bad-argument', pipeline.run(frame, { onProgress }), 'onProgress', 'a function');
  });

  test('of more operations than fit says how many do', () => {
    let pipeline = engine.pipeline();
    for (let i = 0; i < 1100; i++) pipeline = pipeline.linear({ offset: i % 7 });
    throwsCode('bad-argument', () => pipeline.runSync(engine.frame(2, 2)), 'number of operations', '1023');
    for (let i = 0; i < 20000; i++) pipeline = pipeline.linear({ offset: i % 7 });
    throwsCode('bad-argument', () => pipeline.runSync(engine.frame(2, 2)), 'number of operations', '1023');
  });

  test('that measures wrong sizes says which', () => {
    for (const [pipeline, ...parts] of [
      [engine.pipeline().crop({ x: 3, y: 0, width: 3, height: 1 }), 'crop', 'x + width', '5', '6'],
      [engine.pipeline().crop({ x: 0, y: 5, width: 1, height: 1 }), 'crop', 'y + height', '5', '6'],
      [engine.pipeline().blend(engine.frame(5, 4)), 'blend', '5×5', '5×4'],
      [engine.pipeline().blend(engine.pipeline().resize({ width: 3 })), 'blend', '5×5', '3×3'],
      [engine.pipeline().boxBlur(), 'boxBlur', 'radius', 'radiusX', 'radiusY'],
      [engine.pipeline().boxBlur({ radiusX: 2 }), 'boxBlur', 'radius', 'radiusY'],
      [engine.pipeline().resize(), 'resize', 'width or height'],
      [engine.pipeline().lut({ table: Array(300).fill(0) }), 'lut', '256', '1024', '300'],
    ]) throwsCode('bad-argument', () => pipeline.runSync(engine.frame(5, 5)), ...parts);
    throwsCode('bad-format', () => engine.pipeline().blend(engine.frame(5, 5, { format: 'gray8' })).runSync(engine.frame(5, 5)), 'blend', 'rgba8', 'gray8');
    throwsCode('bad-format', () => engine.pipeline().threshold({ auto: 'otsu' }).runSync(engine.frame(5, 5)), 'threshold', 'gray8', 'grayscale()');
  });
});

test('histogram() refuses what is not a frame, and planar frames', async () => {
  for (const input of [undefined, null, {}, new Uint8Array(4)]) await rejectsCode('bad-argument', engine.histogram(input), 'histogram', 'a frame');
  for (const format of ['i420', 'nv12']) await rejectsCode('bad-format', engine.histogram(engine.frame(4, 4, { format })), 'histogram', 'gray8', format);
});
