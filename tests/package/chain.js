// The chain that the package test runs from an installed tarball: one deterministic picture through a whole pipeline,
// its result as a hash. Prints one JSON line {mode: hash}.
import { createHash } from 'node:crypto';

export const WIDTH = 640, HEIGHT = 480;

/** Bytes of period 251, under a gradient and with discs in it, so that every stage has something to do. */
export function picture() {
  const bytes = new Uint8Array(WIDTH * HEIGHT * 4);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) {
      const at = (y * WIDTH + x) * 4, inDisc = (x % 160 - 80) ** 2 + (y % 120 - 60) ** 2 < 2500;
      bytes[at] = inDisc ? 230 - (at % 251) % 40 : (x * 255 / WIDTH) | 0;
      bytes[at + 1] = inDisc ? 40 + (at % 251) % 60 : (y * 255 / HEIGHT) | 0;
      bytes[at + 2] = (at % 251);
      bytes[at + 3] = 255;
    }
  return bytes;
}

/** @param {typeof import('../../js/index.js')} framelane  @param {{ mode: string, threads: number }} options */
export async function hashOfChain(framelane, options) {
  const engine = await framelane.createEngine(options);
  try {
    const input = engine.frameFrom(picture(), WIDTH, HEIGHT, { format: 'rgba8' });
    const chain = engine.pipeline().grayscale().gaussianBlur({ sigma: 2 }).sobel().threshold({ value: 64 });
    const output = await chain.run(input);
    const copy = output.data.slice(); // digest takes no shared memory
    if (!copy.includes(0) || !copy.includes(255)) throw new Error('the chain drew no edges');
    return createHash('sha256').update(`${output.width}×${output.height} ${output.format}\n`).update(copy).digest('hex');
  } finally {
    await engine.dispose();
  }
}
