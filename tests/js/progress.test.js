import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { noiseFrame, withEngine } from './support.js';

const PACKAGE = new URL('../../js/node/index.js', import.meta.url).href;
const LIMIT = { timeout: 30000 };

describe('onProgress', () => {
  for (const options of [{ mode: 'shared', threads: 2 }, { mode: 'shared', threads: 0 }, { mode: 'single' }]) {
    test(`never goes back and ends at the total, with ${JSON.stringify(options)}`, LIMIT, () =>
      withEngine(options, async (engine) => {
        const frame = noiseFrame(engine, 1201, 901), seen = [];
        const out = await engine.pipeline().gaussianBlur({ sigma: 12 }).equalize().boxBlur({ radius: 9 }).run(frame, { onProgress: (progress) => seen.push(progress) });
        assert.ok(seen.length >= 2, `${seen.length} reports`);
        const { total } = seen[0];
        assert.ok(Number.isInteger(total) && total > 1);
        seen.forEach((progress, i) => {
          assert.deepEqual(Object.keys(progress).sort(), ['done', 'total']);
          assert.equal(progress.total, total);
          assert.ok(progress.done >= (seen[i - 1]?.done ?? 0) && progress.done <= total, `${progress.done} after ${seen[i - 1]?.done}`);
        });
        assert.equal(seen.at(-1).done, total);
        out.dispose();
      }));
  }

  test('tells of a run too small for more at least its end', () =>
    withEngine({ threads: 1 }, async (engine) => {
      const seen = [];
      await engine.pipeline().invert().run(engine.frame(2, 2), { onProgress: (progress) => seen.push(progress) });
      assert.deepEqual(seen, [{ done: 1, total: 1 }]);
    }));

  test('that throws is reported as uncaught and does not break the run', LIMIT, async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', `
      import { createEngine } from '${PACKAGE}';
      let uncaught = 0;
      process.on('uncaughtException', (error) => (uncaught += error.message === 'mine'));
      const engine = await createEngine({ threads: 2 });
      const frame = engine.frame(600, 400), { live } = engine.stats();
      const out = await engine.pipeline().gaussianBlur({ sigma: 5 }).run(frame, { onProgress() { throw new Error('mine'); } });
      await new Promise((resolve) => setTimeout(resolve, 20));
      console.log(out.width, uncaught > 0, engine.stats().runs, engine.stats().failed);
      await engine.dispose();`], { timeout: 20000 });
    assert.equal(stdout, '600 true 1 0\n');
  });
});
