// Interleaved timing: the subjects of a row take turns, so that a slow second of the machine hits all of them alike.

export const REPETITIONS = Number(process.env.BENCH_REPETITIONS ?? 15);
const WARM_UP = 3, WARM_UP_MS = 400;
/** A slow subject sits out when it has had so much time and a few samples: the others need not wait for it fifteen times. */
const ENOUGH_MS = 1500, ENOUGH_SAMPLES = 3;
/** Short things are repeated inside one sample until it lasts about so long, as in a video: clock, caches and sleeping cores need it. */
export const SAMPLE_MS = 12;

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

async function warmUp(sample) {
  const start = performance.now();
  for (let i = 0; i < WARM_UP && performance.now() - start < WARM_UP_MS; i++) await sample();
}

/** A subject that runs here: work() may give a promise. `inner` runs make one sample; settled by warm-up. */
function local(work) {
  let inner = 1;
  const sample = async () => {
    const start = performance.now();
    for (let i = 0; i < inner; i++) {
      const result = work();
      if (result instanceof Promise) await result;
    }
    return (performance.now() - start) / inner;
  };
  return {
    sample,
    async warm() {
      await warmUp(sample);
      inner = Math.max(1, Math.round(SAMPLE_MS / Math.max(await sample(), 1e-5)));
    },
  };
}

/** A subject measured elsewhere: measure() gives milliseconds. */
function remote(measure) {
  return { sample: measure, warm: () => warmUp(measure) };
}

/**
 * Medians in milliseconds, by name. A subject is a function (timed here) or {measure} (times itself).
 * @param {Record<string, (() => unknown) | { measure: () => Promise<number> } | undefined>} subjects
 * @returns {Promise<Record<string, number>>}
 */
export async function interleave(subjects, repetitions = REPETITIONS) {
  const runners = Object.entries(subjects).filter(([, subject]) => subject)
    .map(([name, subject]) => ({ name, samples: [], spent: 0, ...(typeof subject === 'function' ? local(subject) : remote(subject.measure)) }));
  for (const runner of runners) await runner.warm();
  for (let round = 0; round < repetitions; round++)
    for (const runner of runners) {
      if (runner.spent > ENOUGH_MS && runner.samples.length >= ENOUGH_SAMPLES) continue;
      const start = performance.now();
      runner.samples.push(await runner.sample());
      runner.spent += performance.now() - start;
    }
  return Object.fromEntries(runners.map(({ name, samples }) => [name, median(samples)]));
}
