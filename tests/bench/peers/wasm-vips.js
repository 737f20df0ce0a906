// The rows of rows.js in wasm-vips, which has SIMD and threads. It computes nothing until asked for pixels: copyMemory() asks, and
// leaves them in its own memory.
import Vips from 'wasm-vips';

export async function wasmVips(inputs, { width, height }, shared) {
  const vips = await Vips();
  vips.Cache.max(0); // else a second run would be answered from the first
  const from = (name, bands) => vips.Image.newFromMemory(inputs[name].bytes, width, height, bands, 'uchar').copy({ interpretation: bands === 1 ? 'b-w' : 'srgb' });
  const rgba = from('rgba', 4), layer = from('layer', 4), gray = from('gray', 1), rgb = rgba.extractBand(0, { n: 3 }).copyMemory();
  const lookup = (table) => vips.Image.newFromMemory(Uint8Array.from(table), 256, 1, 1, 'uchar').copyMemory();
  const lut = lookup(shared.table), gammaLut = lookup(shared.gamma);
  const matrix = (values, columns, scale = 1) => vips.Image.newFromArray(Array.from({ length: values.length / columns }, (_, y) => values.slice(y * columns, (y + 1) * columns)), scale);
  const sepia = matrix(shared.sepia.filter((_, i) => i % 5 < 4), 4), luma = matrix([0.299, 0.587, 0.114, 0], 4);
  const box = matrix(Array(11).fill(1), 11, 11), line7 = matrix(shared.line7, 7, 64), soft5 = matrix(shared.soft5, 5, 273), sharp3 = matrix(shared.sharp3, 3);
  const byte = { precision: 'integer' }, blurred = (image, sigma) => image.gaussblur(sigma, { ...byte, min_ampl: 0.011 });
  const square = (image, radius, worst) => image.rank(2 * radius + 1, 2 * radius + 1, worst ? 0 : (2 * radius + 1) ** 2 - 1);
  const linear = (scale, offset) => rgba.linear([scale, scale, scale, 1], [offset, offset, offset, 0], { uchar: true });
  const [a, b, x, c, d, y] = shared.turn, determinant = a * d - b * c; // vips maps the other way round
  const back = [d / determinant, -b / determinant, -c / determinant, a / determinant];
  const ROWS = {
    'invert': () => rgba.invert(),
    'linear': () => linear(1.2, 10),
    'brightness': () => linear(1, 20),
    'contrast': () => linear(1.3, 128 - 128 * 1.3),
    'gamma': () => rgba.maplut(gammaLut),
    'lut': () => rgba.maplut(lut),
    'threshold': () => gray.more(100),
    'equalize': () => gray.histEqual(),
    'clahe': () => gray.histLocal(width / 8, height / 8, { max_slope: 2 }),
    'grayscale': () => rgba.recomb(luma).cast('uchar'),
    'toRgba gray8': () => gray.bandjoin([gray, gray, 255]),
    'colorMatrix': () => rgba.recomb(sepia).cast('uchar'),
    'extractChannel': () => rgba.extractBand(1),
    'premultiply': () => layer.premultiply().cast('uchar'),
    'unpremultiply': () => layer.unpremultiply().cast('uchar'),
    'rgbToHsv': () => rgb.sRGB2HSV(),
    'boxBlur r5': () => rgba.convsep(box, byte),
    'boxBlur r5 gray8': () => gray.convsep(box, byte),
    'gaussianBlur σ2': () => blurred(rgba, 2),
    'gaussianBlur σ2 gray8': () => blurred(gray, 2),
    'gaussianBlur σ8': () => blurred(rgba, 8),
    'median r1': () => rgba.median(3),
    'median r1 gray8': () => gray.median(3),
    'median r2': () => rgba.median(5),
    'median r5 gray8': () => gray.median(11),
    'unsharpMask σ2': () => rgba.linear(2, 0).subtract(blurred(rgba, 2)).cast('uchar'),
    'sobel': () => gray.sobel(),
    'scharr': () => gray.scharr(),
    'canny': () => gray.canny({ sigma: 0.5, precision: 'integer' }),
    'convolve 3×3': () => rgba.conv(sharp3, byte),
    'convolve 5×5': () => rgba.conv(soft5, byte),
    'separable 7+7': () => rgba.convsep(line7, byte),
    'erode r1': () => square(rgba, 1, true),
    'dilate r5': () => square(rgba, 5, false),
    'open r2 gray8': () => square(square(gray, 2, true), 2, false),
    'morphGradient gray8': () => square(gray, 1, false).subtract(square(gray, 1, true)).cast('uchar'),
    'resize nearest ⅔': () => rgba.resize(2 / 3, { kernel: 'nearest' }),
    'resize bilinear ⅔': () => rgba.affine([2 / 3, 0, 0, 2 / 3]),
    'resize area ⅔': () => rgba.resize(2 / 3, { kernel: 'linear' }),
    'resize area ½': () => rgba.shrink(2, 2),
    'resize bicubic 2×': () => rgba.resize(2, { kernel: 'cubic' }),
    'resize lanczos3 ½': () => rgba.resize(1 / 2, { kernel: 'lanczos3' }),
    'crop': () => rgba.extractArea(320, 180, 1280, 720),
    'pad': () => rgba.embed(32, 32, width + 64, height + 64, { extend: 'mirror' }),
    'flip x': () => rgba.flipHor(),
    'flip y': () => rgba.flipVer(),
    'rotate90': () => rgba.rot90(),
    'affine': () => rgba.affine(back, { oarea: [0, 0, width, height], odx: -(back[0] * x + back[1] * y), ody: -(back[2] * x + back[3] * y) }),
    'blend normal': () => rgba.composite2(layer, 'over'),
    'blend multiply': () => rgba.composite2(layer, 'multiply'),
    'blend screen': () => rgba.composite2(layer, 'screen'),
    'blend softLight': () => rgba.composite2(layer, 'soft-light'),
    'add': () => rgba.add(layer).cast('uchar'),
    'absDiff': () => rgba.subtract(layer).abs().cast('uchar'),
    'mix': () => rgba.linear(0.75, 0).add(layer.linear(0.25, 0)).cast('uchar'),
    'histogram': () => gray.histFind(),
    'statistics': () => gray.stats(),
    'chain 1': () => {
      const edges = blurred(rgba.recomb(luma).cast('uchar'), 2).sobel();
      return edges.more(64);
    },
    'chain 2': () => {
      const half = rgba.shrink(2, 2), sharp = half.linear(2, 0).subtract(blurred(half, 2)).cast('uchar');
      return sharp.recomb(sepia).cast('uchar').maplut(gammaLut);
    },
  };
  return {
    name: 'wasm-vips',
    about: `wasm-vips ${vips.version()}, ${vips.concurrency()} threads, with SIMD`,
    work: (row) => ROWS[row] && (() => {
      vips.deletionQueue?.flush?.();
      const lazy = ROWS[row](), made = lazy.copyMemory();
      made.delete();
      if (!lazy.isDeleted?.()) lazy.delete();
    }),
    close: () => vips.shutdown?.(),
  };
}
