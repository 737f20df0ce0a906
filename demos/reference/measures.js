// The engine's methods that measure frames. They are no operations, so the engine has no table of them. args: what the page gives them,
// of its pictures; in the code the second one is called layer.

const MEASURES = [
  {
    name: 'histogram',
    doc: 'How often each value occurs in each channel of an rgba8, bgra8 or gray8 frame.',
    gives: 'Uint32Array: 256 counts per channel, one channel after the other',
    args: ['photo'],
    code: 'const counts = await engine.histogram(photo);',
  },
  {
    name: 'statistics',
    doc: 'The smallest and largest value, the mean and the standard deviation of each channel.',
    gives: '{ min, max, mean, stddev }: each a list with one number per channel',
    args: ['photo'],
    code: 'const { mean, stddev } = await engine.statistics(photo);',
  },
  {
    name: 'compare',
    doc: 'How much two frames of the same size and format differ.',
    gives: '{ mse, psnr, ssim, maxDiff }: mean squared error, peak signal-to-noise ratio in dB, structural similarity, largest difference '
      + 'in levels',
    args: ['photo', 'coffee'],
    code: 'const { psnr, ssim } = await engine.compare(photo, layer);',
  },
  {
    name: 'integral',
    doc: 'The sum of all pixels above and to the left of each place, from which the sum of any rectangle follows by three additions.',
    gives: '{ sum: Uint32Array, width, height, channels, dispose() }: one column and one row more than the frame, the first of each 0; sum '
      + 'lies in the engine’s memory until dispose(), or the end of a scope with `using`',
    args: ['photo'],
    code: 'const table = await engine.integral(photo);\nconst { sum, width, height } = table;\ntable.dispose();',
  },
];

/** Those that this engine has. */
export const measuresOf = (engine) => MEASURES.filter(({ name }) => typeof engine[name] === 'function');
