// Every operation against its peers, on pictures of one size.
import { frames, prepare } from './framelane.js';
import { interleave } from './measure.js';

function largestDifference(a, b) {
  if (a.length !== b.length) return NaN;
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

/** What each peer does for a row, by name; one that cannot is left out, and why is noted. */
async function ready(peers, row, why) {
  const subjects = {};
  for (const peer of peers) {
    const work = peer.work(row.name);
    if (!work) continue;
    try {
      await work();
      subjects[peer.name] = work;
    } catch (error) {
      why.push(`${peer.name}: ${error?.message ?? error}`);
    }
  }
  return subjects;
}

/**
 * @param {{ rows: object[], inputs: object, size: object, peers: { name: string, work: Function, result?: Function }[], native?: object }} setting
 * @returns {Promise<object[]>} one entry per row: times in ms by name, the difference to OpenCV.js, or why it could not run
 */
export async function operations(createEngine, { rows, inputs, size, peers, native }, onRow = (_) => {}) {
  const one = await createEngine({ threads: 0 }), two = await createEngine({ threads: 2 });
  const framesOne = frames(one, inputs, size), framesTwo = frames(two, inputs, size), results = [];
  const openCvJs = peers.find(({ result }) => result);
  for (const row of rows) {
    const result = { name: row.name, note: row.note, within: row.within, why: [] };
    try {
      const first = prepare(one, framesOne, row), second = prepare(two, framesTwo, row), others = await ready(peers, row, result.why);
      const nativeHas = native && (await native.measure(row.name, 1)) !== undefined;
      result.times = await interleave({
        one: first.work,
        two: second.work,
        ...others,
        native1: nativeHas && { measure: () => native.measure(row.name, 1) },
        native2: nativeHas && { measure: () => native.measure(row.name, 2) },
      });
      if (row.within !== undefined && openCvJs && others[openCvJs.name]) {
        result.difference = largestDifference(second.output.data, openCvJs.result(row.name));
      }
      first.output?.dispose(), second.output?.dispose();
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
