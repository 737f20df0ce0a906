// The rows of rows.js in sharp, which is native (libvips): raw pixels in, raw pixels out, as its users call it; the copies are its own.
import sharp from 'sharp';

export async function sharpNative(inputs, { width, height }, shared) {
  sharp.concurrency(2);
  sharp.cache(false);
  const raw = (name, channels) => () => sharp(Buffer.from(inputs[name].bytes.buffer), { raw: { width, height, channels } });
  const rgba = raw('rgba', 4), gray = raw('gray', 1);
  const layer = { input: Buffer.from(inputs.layer.bytes.buffer), raw: { width, height, channels: 4 } };
  const sepia = [0, 5, 10].map((row) => shared.sepia.slice(row, row + 3));
  const scaled = (scale, kernel) => rgba().resize(width * scale, height * scale, { kernel, fit: 'fill' });
  const over = (blend) => rgba().composite([{ ...layer, blend }]);
  const ROWS = {
    'invert': () => rgba().negate({ alpha: false }),
    'linear': () => rgba().linear([1.2, 1.2, 1.2, 1], [10, 10, 10, 0]),
    'brightness': () => rgba().linear([1, 1, 1, 1], [20, 20, 20, 0]),
    'contrast': () => rgba().linear([1.3, 1.3, 1.3, 1], [-38, -38, -38, 0]),
    'gamma': () => rgba().gamma(1, 1.25),
    'grayscale': () => rgba().grayscale(),
    'threshold': () => gray().threshold(100),
    'clahe': () => gray().clahe({ width: width / 8, height: height / 8, maxSlope: 2 }),
    'colorMatrix': () => rgba().recomb(sepia),
    'extractChannel': () => rgba().extractChannel(1),
    'gaussianBlur σ2': () => rgba().blur(2),
    'gaussianBlur σ2 gray8': () => gray().blur(2),
    'gaussianBlur σ8': () => rgba().blur(8),
    'median r1': () => rgba().median(3),
    'median r2': () => rgba().median(5),
    'convolve 3×3': () => rgba().convolve({ width: 3, height: 3, kernel: shared.sharp3, scale: 1 }),
    'convolve 5×5': () => rgba().convolve({ width: 5, height: 5, kernel: shared.soft5, scale: 273 }),
    'resize nearest ⅔': () => scaled(2 / 3, 'nearest'),
    'resize area ⅔': () => scaled(2 / 3, 'linear'),
    'resize bicubic 2×': () => scaled(2, 'cubic'),
    'resize lanczos3 ½': () => scaled(1 / 2, 'lanczos3'),
    'crop': () => rgba().extract({ left: 320, top: 180, width: 1280, height: 720 }),
    'pad': () => rgba().extend({ top: 32, right: 32, bottom: 32, left: 32, extendWith: 'mirror' }),
    'flip x': () => rgba().flop(),
    'flip y': () => rgba().flip(),
    'rotate90': () => rgba().rotate(90),
    'affine': () => rgba().rotate(10, { background: '#00000000' }),
    'blend normal': () => over('over'),
    'blend multiply': () => over('multiply'),
    'blend screen': () => over('screen'),
    'blend softLight': () => over('soft-light'),
  };
  return {
    name: 'sharp',
    about: `sharp ${sharp.versions.sharp}, native libvips ${sharp.versions.vips}, 2 threads, copies included`,
    work: (row) => ROWS[row] && (() => ROWS[row]().raw().toBuffer()),
    close: () => {},
  };
}
