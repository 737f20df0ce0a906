// The rows of rows.js in OpenCV.js: Mats made beforehand, so that only the work is timed.

/** @returns {Promise<{ work: (row: string) => (() => void) | undefined, result: (row: string) => Uint8Array, about: string }>} */
export async function openCvJs(inputs, { width, height }, shared) {
  const { default: package_ } = await import('@opencvjs/node');
  const cv = await package_.loadOpenCV();
  const u8 = (channels) => [cv.CV_8UC1, 0, 0, cv.CV_8UC4][channels - 1];
  const from = (name, channels, rows = height) => {
    const mat = new cv.Mat(rows, width, u8(channels));
    mat.data.set(inputs[name].bytes);
    return mat;
  };
  const mats = {
    rgba: from('rgba', 4), layer: from('layer', 4), gray: from('gray', 1), bgra: from('bgra', 4),
    i420: from('i420', 1, height * 1.5), nv12: from('nv12', 1, height * 1.5),
  };
  const { rgba, layer, gray } = mats;
  const out = Object.fromEntries(Object.keys(makeRows()).map((name) => [name, new cv.Mat()]));
  const temporary = Array.from({ length: 6 }, () => new cv.Mat());
  const [t0, t1, t2, t3, t4] = temporary;
  const matrix = cv.matFromArray(4, 5, cv.CV_32FC1, shared.sepia);
  const lut = cv.matFromArray(1, 256, cv.CV_8UC1, shared.table), gammaLut = cv.matFromArray(1, 256, cv.CV_8UC1, shared.gamma);
  const size = (w, h) => new cv.Size(w, h);
  const two = size((width * 2) / 3, (height * 2) / 3), half = size(width / 2, height / 2), twice = size(width * 2, height * 2), whole = size(width, height);
  const box = size(11, 11), kernel = size(13, 13), anchor = new cv.Point(-1, -1);
  const floats = (rows, columns, values) => cv.matFromArray(rows, columns, cv.CV_32FC1, values);
  const doubles = (rows, columns, values) => cv.matFromArray(rows, columns, cv.CV_64FC1, values);
  const soft5 = floats(5, 5, shared.soft5.map((v) => v / 273)), sharp3 = floats(3, 3, shared.sharp3), line7 = floats(7, 1, shared.line7.map((v) => v / 64));
  const rect = (side) => cv.getStructuringElement(cv.MORPH_RECT, size(side, side)), rect3 = rect(3), rect5 = rect(5), rect11 = rect(11);
  const turn = doubles(2, 3, shared.turn), tilt = doubles(3, 3, shared.tilt), backwards = cv.INTER_LINEAR | cv.WARP_INVERSE_MAP, black = new cv.Scalar(0, 0, 0, 0);
  const rgb = new cv.Mat();
  cv.cvtColor(rgba, rgb, cv.COLOR_RGBA2RGB);
  const clahe = new cv.CLAHE(2, size(8, 8)), list = new cv.MatVector(), none = new cv.Mat();
  list.push_back(gray);
  const rectangle = new cv.Rect(320, 180, 1280, 720);

  function gradient(src, dst, kernels) {
    cv[kernels](src, t0, cv.CV_16S, 1, 0);
    cv[kernels](src, t1, cv.CV_16S, 0, 1);
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
      'sobel': (d) => gradient(gray, d, 'Sobel'),
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
      'clahe': (d) => clahe.apply(gray, d),
      'adaptiveThreshold r7': (d) => cv.adaptiveThreshold(gray, d, 255, cv.ADAPTIVE_THRESH_MEAN_C, cv.THRESH_BINARY, 15, 5),
      'premultiply': (d) => cv.cvtColor(layer, d, cv.COLOR_RGBA2mRGBA),
      'unpremultiply': (d) => cv.cvtColor(layer, d, cv.COLOR_mRGBA2RGBA),
      'rgbToHsv': (d) => cv.cvtColor(rgb, d, cv.COLOR_RGB2HSV),
      'toI420': (d) => cv.cvtColor(rgba, d, cv.COLOR_RGBA2YUV_I420),
      'gaussianBlur σ8': (d) => cv.GaussianBlur(rgba, d, size(49, 49), 8, 8),
      'median r5 gray8': (d) => cv.medianBlur(gray, d, 11),
      'bilateral r2': (d) => cv.bilateralFilter(rgb, d, 5, 30, 3),
      'scharr': (d) => gradient(gray, d, 'Scharr'),
      'laplacian': (d) => {
        cv.Laplacian(gray, t0, cv.CV_16S, 1);
        cv.convertScaleAbs(t0, d);
      },
      'canny': (d) => cv.Canny(gray, d, 60, 120, 3, false),
      'convolve 3×3': (d) => cv.filter2D(rgba, d, -1, sharp3),
      'convolve 5×5': (d) => cv.filter2D(rgba, d, -1, soft5),
      'separable 7+7': (d) => cv.sepFilter2D(rgba, d, -1, line7, line7),
      'erode r1': (d) => cv.erode(rgba, d, rect3),
      'dilate r5': (d) => cv.dilate(rgba, d, rect11),
      'open r2 gray8': (d) => cv.morphologyEx(gray, d, cv.MORPH_OPEN, rect5),
      'morphGradient gray8': (d) => cv.morphologyEx(gray, d, cv.MORPH_GRADIENT, rect3),
      'resize bicubic 2×': (d) => cv.resize(rgba, d, twice, 0, 0, cv.INTER_CUBIC),
      'pad': (d) => cv.copyMakeBorder(rgba, d, 32, 32, 32, 32, cv.BORDER_REFLECT_101),
      'transpose': (d) => cv.transpose(rgba, d),
      'affine': (d) => cv.warpAffine(rgba, d, turn, whole, backwards, cv.BORDER_CONSTANT, black),
      'perspective': (d) => cv.warpPerspective(rgba, d, tilt, whole, backwards, cv.BORDER_CONSTANT, black),
      'pyrDown': (d) => cv.pyrDown(rgba, d),
      'pyrUp': (d) => cv.pyrUp(rgba, d),
      'add': (d) => cv.add(rgba, layer, d),
      'absDiff': (d) => cv.absdiff(rgba, layer, d),
      'mix': (d) => cv.addWeighted(rgba, 0.75, layer, 0.25, 0, d),
      'histogram': (d) => cv.calcHist(list, [0], none, d, [256], [0, 256]),
      'statistics': () => cv.meanStdDev(gray, t0, t1),
      'integral': (d) => cv.integral(gray, d),
      'chain 1': (d) => {
        cv.cvtColor(rgba, t4, cv.COLOR_RGBA2GRAY);
        cv.GaussianBlur(t4, temporary[5], kernel, 2, 2);
        gradient(temporary[5], t4, 'Sobel');
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
    name: 'OpenCV.js',
    work: (row) => rows[row] && (() => rows[row](out[row])),
    result: (row) => out[row].data,
    close: () => Object.values(out).forEach((mat) => mat.delete()),
  };
}
