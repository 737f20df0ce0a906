// A video as the page knows it: its bytes as a Blob, and what a look through its packets says.

const LOOK_MS = 1500; // longer files are not counted to the end

/**
 * @param {Engine} engine @param {LoadedModule} demux @param {Blob} blob @param {string} name
 * @returns {Promise<{name, blob, frames: number | null, rate: number, skipped: number}>} frames: null where counting takes too long
 */
export async function openClip(engine, demux, blob, name) {
  const times = [];
  let frames = 0;
  const flow = engine.stages().source(demux, { input: blob }).sink((_, { number, time }) => {
    if (times.length < 2) times.push({ number, time });
    frames = number + 1;
  });
  let isCut = false;
  const timer = setTimeout(() => { isCut = true; flow.stop(); }, LOOK_MS);
  try {
    const { skipped } = await flow.done;
    const lastLost = skipped.reduce((most, { number }) => Math.max(most, number + 1), 0);
    return { name, blob, frames: isCut ? null : Math.max(frames, lastLost), rate: rateOf(times), skipped: skipped.length };
  } finally {
    clearTimeout(timer);
  }
}

function rateOf([first, second]) {
  return second && second.time > first.time ? (second.number - first.number) / (second.time - first.time) : 25;
}
