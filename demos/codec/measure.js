// Both ways of playing side by side: the same pictures, taken in turn, so that what else the machine does meets all of them.

import { CopyingLane, startFlow } from './lanes.js';
import { spread } from '../shared/spread.js';

/**
 * @param {object} setting
 * @param {Engine} setting.engine @param {object} setting.modules @param {CopyingLane} setting.copying has opened the input
 * @param {Blob} setting.input @param {number} setting.count frames a run @param {number} setting.rounds
 * @param {number[]} setting.decoders how many of them, for each way in one memory @param {object} setting.look parameters of render
 * @param {(picture: Frame | object) => void} setting.show  given every picture
 * @param {AbortSignal} setting.signal
 * @param {(rows: object[], progress: {done, total}) => void} tell  after each run
 */
export async function measureWays({ engine, modules, copying, input, count, rounds, decoders, look, show, signal }, tell) {
  const ways = [
    {
      key: 'copying', tone: 'by-copy', title: 'Copying', detail: 'three memories, one thing after the other',
      run: () => copying.run({ count, look, signal }, show),
    },
    ...decoders.map((n) => ({
      key: `decoders ${n}`, tone: 'by-view', title: 'One memory',
      detail: engine.threads ? `${n === 1 ? '1 decoder' : `${n} decoders`}, a thread each` : 'one thread',
      run: () => startFlow(engine, modules, { input, decoders: n, count, look }, show, { signal }).done,
    })),
  ].map((way) => ({ ...way, values: [] }));
  const rows = () => ways.filter(({ values }) => values.length).map((way) => ({ ...way, ...spread(way.values) }));
  const total = (rounds + 1) * ways.length;
  let done = 0;
  for (let round = 0; round <= rounds; round++) { // the first one warms up
    for (const way of ways) {
      const start = performance.now();
      const result = await way.run();
      const ms = performance.now() - start;
      signal.throwIfAborted();
      if (result.frames === 0) throw new Error('There is no picture in it to measure with.');
      if (round > 0) way.values.push(ms / result.frames);
      Object.assign(way, { copies: (result.copies ?? 0) / result.frames, bytes: (result.bytes ?? 0) / result.frames });
      tell(rows(), { done: ++done, total });
    }
  }
  return rows();
}
