// The reference is what the engine's table says now, and its examples run.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { REFERENCE, reference } from '../../.ci/reference.js';
import { codeOf, exampleOf, pipelinesOf, SIZE } from '../../demos/reference/examples.js';
import { measuresOf } from '../../demos/reference/measures.js';
import { fits } from '../../demos/shared/schema.js';
import { STARTERS } from '../../demos/shared/starters.js';
import { createEngine } from '../../js/node/index.js';
import { examplesIn, runInNode } from './examples.js';
import { noise } from './support.js';

const AsyncFunction = (async () => {}).constructor;
let engine, photo, layer, ops;

before(async () => {
  engine = await createEngine({ threads: 0 });
  ops = engine.ops.filter(({ internal }) => !internal);
  const bytes = SIZE.width * SIZE.height * 4;
  photo = engine.frameFrom(noise(bytes, 1), SIZE.width, SIZE.height);
  layer = engine.frameFrom(noise(bytes, 2), SIZE.width, SIZE.height);
});
after(() => engine.dispose());

describe('REFERENCE.md', () => {
  test('is up to date (make reference)', () => {
    const written = readFileSync(REFERENCE, 'utf8').split('\n');
    const now = reference(engine).split('\n');
    const at = now.findIndex((line, i) => line !== written[i]);
    assert.ok(at < 0 && written.length === now.length, `line ${at + 1} is «${written[at]}», and would be «${now[at]}»: run «make reference»`);
  });

  test('begins with an example that runs by itself, and every other runs after it', async () => {
    const [start, ...rest] = examplesIn(reference(engine));
    assert.equal(rest.length, ops.length + measuresOf(engine).length);
    const blocks = rest.map(({ code }) => `try {\n${code}\n} catch (error) {\n  failed.push(${JSON.stringify(code)} + ' ' + error.message);\n}`);
    const printed = await runInNode(`${start.code}\nconst failed = [];\n${blocks.join('\n')}\nawait engine.dispose();\nconsole.log(JSON.stringify(failed));`);
    assert.deepEqual(JSON.parse(printed), []);
  });
});

describe('each operation', () => {
  test('has an example that shows something: the result is not what goes in', async () => {
    for (const op of ops) {
      const example = exampleOf(op, ops);
      const { start, whole } = pipelinesOf(engine, example, example.params, example.layer && layer);
      const [input, output] = [example.first.length ? await start.run(photo) : photo, await whole.run(photo)];
      const isSame = input.format === output.format && input.byteLength === output.byteLength && output.data.every((value, i) => value === input.data[i]);
      assert.ok(!isSame, `${op.name}: ${codeOf(example, example.params)}`);
      if (input !== photo) input.dispose();
      output.dispose();
    }
  });

  test('has code that says the same as the pipeline that the page runs', async () => {
    for (const op of ops) {
      const example = exampleOf(op, ops);
      const shown = await new AsyncFunction('engine', 'photo', 'layer', `${codeOf(example, example.params)} return result;`)(engine, photo, layer);
      const run = await pipelinesOf(engine, example, example.params, example.layer && layer).whole.run(photo);
      assert.ok(shown.data.every((value, i) => value === run.data[i]), op.name);
      shown.dispose();
      run.dispose();
    }
  });

  test('takes the values that the demos start with', () => {
    for (const op of ops.filter(({ name }) => STARTERS[name])) {
      const starters = typeof STARTERS[op.name] === 'function' ? STARTERS[op.name](SIZE) : STARTERS[op.name];
      for (const [name, value] of Object.entries(starters)) {
        const param = op.params.find((each) => each.name === name);
        assert.ok(param && fits(param, value), `${op.name} takes ${name}: ${JSON.stringify(value)} (demos/shared/starters.js)`);
      }
    }
  });
});
