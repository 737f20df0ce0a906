// The bad-input corpus (bad-input/), in a process of its own that a watchdog ends if it stands still; and what it once found.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { hash, noiseFrame, throwsCode, withEngine } from './support.js';

test('more than 300 wrong calls give typed errors that name what was wrong, and leave the engine as it was', () => {
  const run = spawnSync(process.execPath, [fileURLToPath(new URL('bad-input/run.js', import.meta.url))], { encoding: 'utf8', timeout: 120_000 });
  assert.equal(run.status, 0, `${run.stdout}${run.stderr}`);
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(run.stdout) ?? [];
  assert.equal(Number(failed), 0);
  assert.ok(Number(passed) > 300, `${passed} calls`);
});

describe('a graph whose parts are used twice, 60 times over', () => {
  /** As a tree it would have 2⁶⁰ operations. */
  const graph = (engine, times) => Array.from({ length: times }).reduce((p) => p.mix(p.invert(), { amount: 0.25 }), engine.pipeline());

  test('runs in no time: each part is visited once', { timeout: 20000 }, () =>
    withEngine({ threads: 0 }, (engine) => {
      const frame = noiseFrame(engine, 13, 7), out = graph(engine, 60).runSync(frame);
      let expected = frame;
      for (let i = 0; i < 60; i++) expected = engine.pipeline().mix(engine.pipeline().invert(), { amount: 0.25 }).runSync(expected);
      assert.equal(hash(out), hash(expected));
      assert.ok(graph(engine, 60).explain(13, 7).passes.length >= 1);
    }));

  test('is described while it is small, and read back', () =>
    withEngine({ threads: 0 }, (engine) => {
      const frame = noiseFrame(engine, 13, 7), small = graph(engine, 5);
      assert.equal(hash(engine.pipeline(small.describe()).runSync(frame)), hash(small.runSync(frame)));
      throwsCode('unsupported', () => graph(engine, 60).describe(), 'describe', 65536);
    }));
});

test('a proxy of a frame, as some frameworks make of all they are given, is no frame and is said to be none', () =>
  withEngine({ threads: 0 }, (engine) => {
    const proxy = new Proxy(engine.frame(4, 4), {});
    throwsCode('bad-argument', () => engine.pipeline().invert().runSync(proxy), 'the input must be a frame');
    throwsCode('bad-argument', () => engine.pipeline().blend(proxy), 'a frame or a pipeline');
    throwsCode('bad-argument', () => engine.histogramSync(proxy), 'a frame');
  }));
