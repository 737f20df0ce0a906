// The rows of rows.js in OpenCV.js: Mats made beforehand, so that only the work is timed.
import { HEIGHT, WIDTH } from './inputs.js';
import { SHARED } from './rows.js';

/** @returns {Promise<{ work: (row: string) => (() => void) | undefined, result: (row: string) => Uint8Array, about: string }>} */
export async function openCvJs(inputs) {
  const { default: package_ } = await import('@opencvjs/node');
  const cv = await package_.loadOpenCV();
  const u8 = (channels) => [cv.CV_8UC1, 0, 0, cv.CV_8UC4][channels - 1];
  const from = (name, channels, height = HEIGHT) => {
    const mat = new cv.Mat(height, WIDTH, u8(channels));
    mat.data.set(inputs[name].bytes);
    return mat;
  };
  const mats = {
    rgba: from('rgba', 4), layer: from('layer', 4), gray: from('gray', 1), bgra: from('bgra', 4),
    i420: from('i420', 1, HEIGHT * 1.5), nv12: from('nv12', 1, HEIGHT * 1.5),
  };
  const { rgba, layer, gray } = mats;
  const out = Object.fromEntries(Object.keys(makeRows()).map((name) => [name, new cv.Mat()]));
  const temporary = Array.from({ length: 6 }, () => new cv.Mat());
  const [t0, t1, t2, t3, t4] = temporary;
  const matrix = cv.matFromArray(4, 5, cv.CV_32FC1, SHARED.sepia);
  const lut = cv.matFromArray(1, 256, cv.CV_8UC1, SHARED.table), gammaLut = cv.matFromArray(1, 256, cv.CV_8UC1, SHARED.gamma);
  const size = (w, h) => new cv.Size(w, h);
  const two = size(1280, 720), half = size(960, 540), box = size(11, 11), kernel = size(13, 13), anchor = new cv.Point(-1, -1);
  const rectangle = new cv.Rect(320, 180, 1280, 720);

  function sobel(src, dst) {
    cv.Sobel(src, t0, cv.CV_16S, 1, 0);
    cv.Sobel(src, t1, cv.CV_16S, 0, 1);
    cv.convertScaleAbs(t0, t2);
    cv.convertScaleAbs(t1, t3);
    cv.add(t2, t3, dst);
  }
  function unsharp(src, dst) {
    cv.GaussianBlur(src, t0, kernel, 2, 2);
    cv.addWeighted(src, 2, t0, -1, 0, dst);
  }

  function makeRows() {
    return {
      'invert': (d) => cv.bitwise_not(rgba, d),
      'linear': (d) => rgba.convertTo(d, -1, 1.2, 10),
      'brightness': (d) => rgba.convertTo(d, -1, 1, 20),
      'contrast': (d) => rgba.convertTo(d, -1, 1.3, 128 - 128 * 1.3),
      'gamma': (d) => cv.LUT(rgba, gammaLut, d),
      'lut': (d) => cv.LUT(rgba, lut, d),
      'grayscale': (d) => cv.cvtColor(rgba, d, cv.COLOR_RGBA2GRAY),
      'toRgba gray8': (d) => cv.cvtColor(gray, d, cv.COLOR_GRAY2RGBA),
      'colorMatrix': (d) => cv.transform(rgba, d, matrix),
      'threshold': (d) => cv.threshold(gray, d, 100, 255, cv.THRESH_BINARY),
      'threshold otsu': (d) => cv.threshold(gray, d, 0, 255, cv.THRESH_BINARY | cv.THRESH_OTSU),
      'equalize': (d) => cv.equalizeHist(gray, d),
      'boxBlur r5': (d) => cv.blur(rgba, d, box, anchor, cv.BORDER_REFLECT_101),
      'boxBlur r5 gray8': (d) => cv.blur(gray, d, box, anchor, cv.BORDER_REFLECT_101),
      'gaussianBlur σ2': (d) => cv.GaussianBlur(rgba, d, kernel, 2, 2),
      'gaussianBlur σ2 gray8': (d) => cv.GaussianBlur(gray, d, kernel, 2, 2),
      'unsharpMask σ2': (d) => unsharp(rgba, d),
      'sobel': (d) => sobel(gray, d),
      'median r1': (d) => cv.medianBlur(rgba, d, 3),
      'median r1 gray8': (d) => cv.medianBlur(gray, d, 3),
      'median r2': (d) => cv.medianBlur(rgba, d, 5),
      'resize nearest ⅔': (d) => cv.resize(rgba, d, two, 0, 0, cv.INTER_NEAREST),
      'resize bilinear ⅔': (d) => cv.resize(rgba, d, two, 0, 0, cv.INTER_LINEAR),
      'resize area ⅔': (d) => cv.resize(rgba, d, two, 0, 0, cv.INTER_AREA),
      'resize area ½': (d) => cv.resize(rgba, d, half, 0, 0, cv.INTER_AREA),
      'crop': (d) => {
        const region = rgba.roi(rectangle);
        region.copyTo(d);
        region.delete();
      },
      'flip x': (d) => cv.flip(rgba, d, 1),
      'flip y': (d) => cv.flip(rgba, d, 0),
      'rotate90': (d) => cv.rotate(rgba, d, cv.ROTATE_90_CLOCKWISE),
      'blend normal': (d) => cv.addWeighted(rgba, 0.5, layer, 0.5, 0, d),
      'blend multiply': (d) => cv.multiply(rgba, layer, d, 1 / 255),
      'blend screen': (d) => {
        cv.bitwise_not(rgba, t0);
        cv.bitwise_not(layer, t1);
        cv.multiply(t0, t1, t2, 1 / 255);
        cv.bitwise_not(t2, d);
      },
      'toRgba i420': (d) => cv.cvtColor(mats.i420, d, cv.COLOR_YUV2RGBA_I420),
      'toRgba nv12': (d) => cv.cvtColor(mats.nv12, d, cv.COLOR_YUV2RGBA_NV12),
      'toRgba bgra8': (d) => cv.cvtColor(mats.bgra, d, cv.COLOR_BGRA2RGBA),
      'chain 1': (d) => {
        cv.cvtColor(rgba, t4, cv.COLOR_RGBA2GRAY);
        cv.GaussianBlur(t4, temporary[5], kernel, 2, 2);
        sobel(temporary[5], t4);
        cv.threshold(t4, d, 64, 255, cv.THRESH_BINARY);
      },
      'chain 2': (d) => {
        cv.resize(rgba, t1, half, 0, 0, cv.INTER_AREA);
        unsharp(t1, t2);
        cv.transform(t2, t3, matrix);
        cv.LUT(t3, gammaLut, d);
      },
    };
  }
  const rows = makeRows();
  const simd = /simd/i.test(cv.getBuildInformation()) ? 'with SIMD' : 'without SIMD';
  return {
    about: `OpenCV.js ${/4\.\d+\.\d+/.exec(cv.getBuildInformation())?.[0] ?? ''}, @opencvjs/node, one thread, ${simd}`,
    work: (row) => rows[row] && (() => rows[row](out[row])),
    result: (row) => out[row].data,
  };
}
