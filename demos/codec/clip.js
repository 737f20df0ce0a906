// A video as the page knows it: its bytes as a Blob, and what a look through its packets says.

const COUNTED_BYTES = 256 << 20; // longer files are not counted to the end

/**
 * @param {Engine} engine @param {LoadedModule} demux @param {Blob} blob @param {string} name
 * @returns {Promise<{name, blob, frames: number | null, rate: number}>} frames: null where counting would take too long
 */
export async function openClip(engine, demux, blob, name) {
  const isCounted = blob.size <= COUNTED_BYTES, times = [];
  let frames = 0;
  const { skipped } = await engine.stages().source(demux, { input: blob, ...(isCounted ? {} : { count: 2 }) }).sink((_, { number, time }) => {
    if (times.length < 2) times.push({ number, time });
    frames = number + 1;
  }).done;
  for (const { number } of skipped) frames = Math.max(frames, number + 1);
  if (frames === 0) throw new Error(`There is no picture in ${name}.`);
  return { name, blob, frames: isCounted ? frames : null, rate: rateOf(times) };
}

function rateOf([first, second]) {
  return second && second.time > first.time ? (second.number - first.number) / (second.time - first.time) : 25;
}
