// What the operations mean, written down as simply as can be: whole images, float64, no thought of speed.
// An image here is { width, height, channels, data }, its data tight bytes.

export const clamp = (value) => Math.max(0, Math.min(255, value));
/** Half up. */
export const round = (value) => clamp(Math.floor(value + 0.5));

/** An image whose channel c of pixel x, y is value(x, y, c), rounded. */
export function make(width, height, channels, value) {
  const data = new Uint8Array(width * height * channels);
  let at = 0;
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) for (let c = 0; c < channels; c++) data[at++] = round(value(x, y, c));
  return { width, height, channels, data };
}

/** The index that stands in for i of n; -1: the constant colour. One step at a time, until it is inside. */
export function place(i, n, border) {
  if (border === 'constant') return i < 0 || i >= n ? -1 : i;
  if (border === 'replicate' || n === 1) return Math.max(0, Math.min(n - 1, i));
  while (i < 0 || i >= n) {
    if (border === 'wrap') i += i < 0 ? n : -n;
    else if (border === 'reflect') i = i < 0 ? -1 - i : 2 * n - 1 - i;
    else i = i < 0 ? -i : 2 * n - 2 - i;
  }
  return i;
}

/** Reads pixels, those beyond the edge too. color: what a constant border is, by channel. */
export function reader({ width, height, channels, data }, border = 'reflect101', color = [0, 0, 0, 0]) {
  return (x, y, c) => {
    const column = place(x, width, border), row = place(y, height, border);
    return column < 0 || row < 0 ? color[c] : data[(row * width + column) * channels + c];
  };
}

/** Of every colour value, alpha stays. */
export const tone = (image, change) => {
  const at = reader(image);
  return make(image.width, image.height, image.channels, (x, y, c) => (c === 3 ? at(x, y, c) : change(at(x, y, c), c)));
};

/** Of the pixel as [r, g, b, a]. */
export const colour = (image, channels, change) => {
  const at = reader(image);
  let pixel;
  return make(image.width, image.height, channels, (x, y, c) => {
    if (c === 0) pixel = change([0, 1, 2, 3].map((k) => at(x, y, k)));
    return pixel[c];
  });
};

/** The weighted sum of a window; weights[j][i] belongs to x + i - rx, y + j - ry. */
export function correlate(image, weights, border, color) {
  const at = reader(image, border, color), rx = (weights[0].length - 1) / 2, ry = (weights.length - 1) / 2;
  return make(image.width, image.height, image.channels, (x, y, c) =>
    weights.reduce((sum, row, j) => row.reduce((part, weight, i) => part + weight * at(x + i - rx, y + j - ry, c), sum), 0));
}

export const boxWeights = (rx, ry) => Array.from({ length: 2 * ry + 1 }, () => Array(2 * rx + 1).fill(1 / ((2 * rx + 1) * (2 * ry + 1))));

export function gaussianWeights(sigma, radius = Math.ceil(3 * sigma)) {
  const line = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = line.reduce((a, b) => a + b);
  return line.map((a) => line.map((b) => (a * b) / (sum * sum)));
}

export function median3(image) {
  const at = reader(image, 'replicate');
  return make(image.width, image.height, image.channels, (x, y, c) => {
    const values = [-1, 0, 1].flatMap((j) => [-1, 0, 1].map((i) => at(x + i, y + j, c)));
    return values.sort((a, b) => a - b)[4];
  });
}

export function sobel(image, norm, border, color) {
  const at = reader(image, border, color);
  return make(image.width, image.height, 1, (x, y) => {
    const steep = (p) => p(1, -1) + 2 * p(1, 0) + p(1, 1) - p(-1, -1) - 2 * p(-1, 0) - p(-1, 1);
    const across = steep((i, j) => at(x + i, y + j, 0)), down = steep((i, j) => at(x + j, y + i, 0));
    return norm === 'l1' ? Math.abs(across) + Math.abs(down) : Math.hypot(across, down);
  });
}

/** v + amount·(v − blurred) where that differs by more than the threshold. */
export function sharpen(image, blurred, amount, threshold) {
  return { ...image, data: image.data.map((value, i) => {
    const difference = value - blurred.data[i];
    return (image.channels === 4 && i % 4 === 3) || Math.abs(difference) <= threshold ? value : round(value + amount * difference);
  }) };
}

export function counts(image, channel) {
  const histogram = Array(256).fill(0);
  for (let i = channel; i < image.data.length; i += image.channels) histogram[image.data[i]]++;
  return histogram;
}

/** Every value becomes the share of the pixels that are above the darkest and not above it. */
export function equalize(image) {
  const tables = Array.from({ length: image.channels }, (_, c) => {
    const histogram = counts(image, c), darkest = histogram.findIndex(Boolean);
    const all = image.width * image.height - histogram[darkest];
    let sum = 0;
    return histogram.map((count, v) => (all === 0 ? v : v <= darkest ? 0 : (255 * (sum += count)) / all));
  });
  return tone(image, (v, c) => tables[c][v]);
}

/** The threshold whose two classes differ most. */
export function otsu(image) {
  const histogram = counts(image, 0);
  let best = 0, threshold = 0;
  for (let t = 0; t < 256; t++) {
    const part = (from, to) => histogram.slice(from, to).reduce(([n, sum], count, i) => [n + count, sum + count * (from + i)], [0, 0]);
    const [low, lowSum] = part(0, t + 1), [high, highSum] = part(t + 1, 256);
    const variance = low && high ? low * high * (lowSum / low - highSum / high) ** 2 : 0;
    if (variance > best * (1 + 1e-12)) [best, threshold] = [variance, t];
  }
  return threshold;
}

export const thresholds = {
  binary: (v, t, max) => (v > t ? max : 0),
  binaryInv: (v, t, max) => (v > t ? 0 : max),
  trunc: (v, t) => (v > t ? t : v),
  toZero: (v, t) => (v > t ? v : 0),
  toZeroInv: (v, t) => (v > t ? 0 : v),
};

const mixes = { normal: (b, s) => s, multiply: (b, s) => (b * s) / 255, screen: (b, s) => b + s - (b * s) / 255 };

/** The source over the backdrop, as the W3C has it; straight alpha. */
export function blend(backdrop, source, mode, opacity) {
  const below = reader(backdrop), above = reader(source), gray = backdrop.channels === 1;
  return make(backdrop.width, backdrop.height, backdrop.channels, (x, y, c) => {
    const ab = gray ? 1 : below(x, y, 3) / 255, as = (gray ? 1 : above(x, y, 3) / 255) * opacity, alpha = as + ab - as * ab;
    if (!gray && c === 3) return alpha * 255;
    const b = below(x, y, c), s = above(x, y, c);
    return alpha === 0 ? 0 : (as * (1 - ab) * s + as * ab * mixes[mode](b, s) + (1 - as) * ab * b) / alpha;
  });
}

/** The pixel of the output at x, y is the input's at from(x, y). */
export function move(image, width, height, from) {
  const at = reader(image);
  return make(width, height, image.channels, (x, y, c) => at(...from(x, y), c));
}

const cubic = (x, b, c) =>
  x < 1 ? ((12 - 9 * b - 6 * c) * x ** 3 + (-18 + 12 * b + 6 * c) * x ** 2 + 6 - 2 * b) / 6
    : x < 2 ? ((-b - 6 * c) * x ** 3 + (6 * b + 30 * c) * x ** 2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6 : 0;
const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const filters = {
  bilinear: [1, (x) => Math.max(0, 1 - x)],
  bicubic: [2, (x) => cubic(x, 0, 0.75)],
  mitchell: [2, (x) => cubic(x, 1 / 3, 1 / 3)],
  lanczos3: [3, (x) => (x < 3 ? sinc(x) * sinc(x / 3) : 0)],
};

/** For each output sample a list of [input sample, weight]. Cut at the edge where Pillow is the model, repeated where OpenCV is. */
function taps(source, target, filter, antialias) {
  const ratio = source / target, stretch = antialias ? Math.max(1, ratio) : 1, cut = filter === 'lanczos3' || stretch > 1;
  return Array.from({ length: target }, (_, i) => {
    if (source === target) return [[i, 1]];
    if (filter === 'nearest') return [[Math.min(source - 1, Math.floor(i * ratio)), 1]];
    let list = [];
    if (filter === 'area') {
      for (let j = 0; j < source; j++) list.push([j, Math.min(j + 1, (i + 1) * ratio) - Math.max(j, i * ratio)]);
      list = list.filter(([, weight]) => weight > 1e-9);
    } else {
      const [support, weigh] = filters[filter], centre = (i + 0.5) * ratio, radius = support * stretch;
      for (let j = Math.floor(centre - radius + 0.5); j < Math.floor(centre + radius + 0.5); j++) {
        const weight = weigh(Math.abs(j + 0.5 - centre) / stretch);
        if (!cut || (j >= 0 && j < source)) list.push([place(j, source, 'replicate'), weight]);
      }
    }
    const sum = list.reduce((total, [, weight]) => total + weight, 0);
    return list.map(([j, weight]) => [j, weight / sum]);
  });
}

export function resize(image, width, height, filter, antialias = true) {
  const across = taps(image.width, width, filter, antialias), down = taps(image.height, height, filter, antialias);
  const inBytes = filter === 'lanczos3'; // as Pillow, which rounds between the two steps
  const line = Float64Array.from({ length: width * image.height * image.channels }, (_, at) => {
    const c = at % image.channels, x = Math.floor(at / image.channels) % width, y = Math.floor(at / image.channels / width);
    const value = across[x].reduce((sum, [i, weight]) => sum + weight * image.data[(y * image.width + i) * image.channels + c], 0);
    return inBytes ? round(value) : value;
  });
  return make(width, height, image.channels, (x, y, c) =>
    down[y].reduce((sum, [j, weight]) => sum + weight * line[(j * width + x) * image.channels + c], 0));
}

/** i420 or nv12 as [y, u, v] of a pixel. */
export function yuvReader(bytes, width, height, format) {
  const columns = Math.ceil(width / 2), luma = width * height, chroma = columns * Math.ceil(height / 2);
  return (x, y) => {
    const at = Math.floor(y / 2) * columns + Math.floor(x / 2);
    return format === 'i420' ? [bytes[y * width + x], bytes[luma + at], bytes[luma + chroma + at]]
      : [bytes[y * width + x], bytes[luma + 2 * at], bytes[luma + 2 * at + 1]];
  };
}

/** Rec. BT.601 or BT.709, limited or full range. */
export function yuvToRgb([y, u, v], matrix, range) {
  const [kr, kb] = matrix === 'bt709' ? [0.2126, 0.0722] : [0.299, 0.114], kg = 1 - kr - kb;
  const [luma, chroma, black] = range === 'full' ? [255, 255, 0] : [219, 224, 16];
  const floor = matrix === 'bt601' && range === 'limited' ? 16 : 0; // OpenCV takes a darker luma for black
  const l = (255 / luma) * (Math.max(floor, y) - black), cb = (255 / chroma) * (u - 128), cr = (255 / chroma) * (v - 128);
  const r = l + 2 * (1 - kr) * cr, b = l + 2 * (1 - kb) * cb;
  return [r, l - (2 * (1 - kr) * kr * cr + 2 * (1 - kb) * kb * cb) / kg, b, 255];
}
