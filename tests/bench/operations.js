// Every operation against OpenCV.js and, where there is one, native OpenCV.
import { frames, prepare } from './framelane.js';
import { interleave } from './measure.js';
import { ROWS } from './rows.js';

function largestDifference(a, b) {
  if (a.length !== b.length) return NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** @returns {Promise<object[]>} one entry per row: times in ms by name, the difference to OpenCV.js, or why it could not run */
export async function operations(createEngine, inputs, openCvJs, native, onRow = (_) => {}) {
  const one = await createEngine({ threads: 0 }), two = await createEngine({ threads: 2 });
  const framesOne = frames(one, inputs), framesTwo = frames(two, inputs), results = [];
  for (const row of ROWS) {
    const result = { name: row.name, note: row.note, within: row.within };
    try {
      const first = prepare(one, framesOne, row), second = prepare(two, framesTwo, row);
      result.times = await interleave({
        one: first.work,
        two: second.work,
        openCvJs: openCvJs.work(row.name),
        native1: native && { measure: () => native.measure(row.name, 1) },
        native2: native && { measure: () => native.measure(row.name, 2) },
      });
      if (row.within !== undefined) result.difference = largestDifference(second.output.data, openCvJs.result(row.name));
      first.output.dispose(), second.output.dispose();
    } catch (error) {
      result.failed = error.message;
    }
    results.push(result);
    onRow(result);
  }
  await one.dispose();
  await two.dispose();
  return results;
}
