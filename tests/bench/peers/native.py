"""The rows of rows.js in native OpenCV. Reads lines «THREADS<tab>ROW<tab>MS», runs the row for so long, answers with the
milliseconds of one run.

The first line is JSON: where the input pixels lie and the tables the rows share."""
import json
import sys
import time

import cv2
import numpy as np

setup = json.loads(sys.stdin.readline())
width, height = setup["width"], setup["height"]


def load(name, *shape):
    return np.fromfile(setup["files"][name], np.uint8).reshape(shape)


rgba, layer, bgra = (load(name, height, width, 4) for name in ("rgba", "layer", "bgra"))
gray = load("gray", height, width)
i420, nv12 = (load(name, height * 3 // 2, width) for name in ("i420", "nv12"))
matrix = np.array(setup["sepia"], np.float32).reshape(4, 5)
lut, gamma_lut = (np.array(setup[name], np.uint8) for name in ("table", "gamma"))


half, two_thirds, twice = ((int(width * s + 0.5), int(height * s + 0.5)) for s in (1 / 2, 2 / 3, 2))
soft5, sharp3 = (np.array(setup[name], np.float32) for name in ("soft5", "sharp3"))
soft5, sharp3 = soft5.reshape(5, 5) / 273, sharp3.reshape(3, 3)
line7 = np.array(setup["line7"], np.float32) / 64
turn, tilt = np.array(setup["turn"]).reshape(2, 3), np.array(setup["tilt"]).reshape(3, 3)
rgb = cv2.cvtColor(rgba, cv2.COLOR_RGBA2RGB)
clahe = cv2.createCLAHE(2, (8, 8))
backwards = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
rect3, rect5, rect11 = (np.ones((n, n), np.uint8) for n in (3, 5, 11))
temporaries = {}


def keep(name, make):
    """Runs make(dst) with the array it gave last time, so that nothing is allocated while it is timed."""
    temporaries[name] = make(temporaries.get(name))
    return temporaries[name]


def sobel(src, dst, kernels=cv2.Sobel):
    dx = keep("dx", lambda d: kernels(src, cv2.CV_16S, 1, 0, d))
    dy = keep("dy", lambda d: kernels(src, cv2.CV_16S, 0, 1, d))
    ax = keep("ax", lambda d: cv2.convertScaleAbs(dx, d))
    ay = keep("ay", lambda d: cv2.convertScaleAbs(dy, d))
    return cv2.add(ax, ay, dst)


def unsharp(src, dst):
    blurred = keep("blurred%d" % src.shape[0], lambda d: cv2.GaussianBlur(src, (13, 13), 2, d, 2))
    return cv2.addWeighted(src, 2, blurred, -1, 0, dst)


def screen(dst):
    a = keep("a", lambda d: cv2.bitwise_not(rgba, d))
    b = keep("b", lambda d: cv2.bitwise_not(layer, d))
    c = keep("c", lambda d: cv2.multiply(a, b, d, 1 / 255))
    return cv2.bitwise_not(c, dst)


def laplacian(dst):
    second = keep("second", lambda d: cv2.Laplacian(gray, cv2.CV_16S, d, 1))
    return cv2.convertScaleAbs(second, dst)


def crop(dst):
    dst = np.empty((720, 1280, 4), np.uint8) if dst is None else dst
    np.copyto(dst, rgba[180:900, 320:1600])
    return dst


def chain_1(dst):
    g = keep("c1", lambda d: cv2.cvtColor(rgba, cv2.COLOR_RGBA2GRAY, d))
    b = keep("c2", lambda d: cv2.GaussianBlur(g, (13, 13), 2, d, 2))
    e = keep("c3", lambda d: sobel(b, d))
    return cv2.threshold(e, 64, 255, cv2.THRESH_BINARY, dst)[1]


def chain_2(dst):
    r = keep("d1", lambda d: cv2.resize(rgba, half, d, 0, 0, cv2.INTER_AREA))
    u = keep("d2", lambda d: unsharp(r, d))
    m = keep("d3", lambda d: cv2.transform(u, matrix, d))
    return cv2.LUT(m, gamma_lut, dst)


reflect = cv2.BORDER_REFLECT_101
rows = {
    "invert": lambda d: cv2.bitwise_not(rgba, d),
    "linear": lambda d: cv2.convertScaleAbs(rgba, d, 1.2, 10),
    "brightness": lambda d: cv2.convertScaleAbs(rgba, d, 1, 20),
    "contrast": lambda d: cv2.convertScaleAbs(rgba, d, 1.3, 128 - 128 * 1.3),
    "gamma": lambda d: cv2.LUT(rgba, gamma_lut, d),
    "lut": lambda d: cv2.LUT(rgba, lut, d),
    "grayscale": lambda d: cv2.cvtColor(rgba, cv2.COLOR_RGBA2GRAY, d),
    "toRgba gray8": lambda d: cv2.cvtColor(gray, cv2.COLOR_GRAY2RGBA, d),
    "colorMatrix": lambda d: cv2.transform(rgba, matrix, d),
    "threshold": lambda d: cv2.threshold(gray, 100, 255, cv2.THRESH_BINARY, d)[1],
    "threshold otsu": lambda d: cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU, d)[1],
    "equalize": lambda d: cv2.equalizeHist(gray, d),
    "boxBlur r5": lambda d: cv2.blur(rgba, (11, 11), d, borderType=reflect),
    "boxBlur r5 gray8": lambda d: cv2.blur(gray, (11, 11), d, borderType=reflect),
    "gaussianBlur σ2": lambda d: cv2.GaussianBlur(rgba, (13, 13), 2, d, 2),
    "gaussianBlur σ2 gray8": lambda d: cv2.GaussianBlur(gray, (13, 13), 2, d, 2),
    "unsharpMask σ2": lambda d: unsharp(rgba, d),
    "sobel": lambda d: sobel(gray, d),
    "median r1": lambda d: cv2.medianBlur(rgba, 3, d),
    "median r1 gray8": lambda d: cv2.medianBlur(gray, 3, d),
    "median r2": lambda d: cv2.medianBlur(rgba, 5, d),
    "resize nearest ⅔": lambda d: cv2.resize(rgba, two_thirds, d, 0, 0, cv2.INTER_NEAREST),
    "resize bilinear ⅔": lambda d: cv2.resize(rgba, two_thirds, d, 0, 0, cv2.INTER_LINEAR),
    "resize area ⅔": lambda d: cv2.resize(rgba, two_thirds, d, 0, 0, cv2.INTER_AREA),
    "resize area ½": lambda d: cv2.resize(rgba, half, d, 0, 0, cv2.INTER_AREA),
    "crop": crop,
    "flip x": lambda d: cv2.flip(rgba, 1, d),
    "flip y": lambda d: cv2.flip(rgba, 0, d),
    "rotate90": lambda d: cv2.rotate(rgba, cv2.ROTATE_90_CLOCKWISE, d),
    "blend normal": lambda d: cv2.addWeighted(rgba, 0.5, layer, 0.5, 0, d),
    "blend multiply": lambda d: cv2.multiply(rgba, layer, d, 1 / 255),
    "blend screen": screen,
    "toRgba i420": lambda d: cv2.cvtColor(i420, cv2.COLOR_YUV2RGBA_I420, d),
    "toRgba nv12": lambda d: cv2.cvtColor(nv12, cv2.COLOR_YUV2RGBA_NV12, d),
    "toRgba bgra8": lambda d: cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGBA, d),
    "clahe": lambda d: clahe.apply(gray, d),
    "adaptiveThreshold r7": lambda d: cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 15, 5, d),
    "extractChannel": lambda d: cv2.extractChannel(rgba, 1, d),
    "premultiply": lambda d: cv2.cvtColor(layer, cv2.COLOR_RGBA2mRGBA, d),
    "unpremultiply": lambda d: cv2.cvtColor(layer, cv2.COLOR_mRGBA2RGBA, d),
    "rgbToHsv": lambda d: cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV, d),
    "toI420": lambda d: cv2.cvtColor(rgba, cv2.COLOR_RGBA2YUV_I420, d),
    "gaussianBlur σ8": lambda d: cv2.GaussianBlur(rgba, (49, 49), 8, d, 8),
    "median r5 gray8": lambda d: cv2.medianBlur(gray, 11, d),
    "bilateral r2": lambda d: cv2.bilateralFilter(rgb, 5, 30, 3, d),
    "scharr": lambda d: sobel(gray, d, cv2.Scharr),
    "laplacian": laplacian,
    "canny": lambda d: cv2.Canny(gray, 60, 120, d),
    "convolve 3×3": lambda d: cv2.filter2D(rgba, -1, sharp3, d),
    "convolve 5×5": lambda d: cv2.filter2D(rgba, -1, soft5, d),
    "separable 7+7": lambda d: cv2.sepFilter2D(rgba, -1, line7, line7, d),
    "erode r1": lambda d: cv2.erode(rgba, rect3, d),
    "dilate r5": lambda d: cv2.dilate(rgba, rect11, d),
    "open r2 gray8": lambda d: cv2.morphologyEx(gray, cv2.MORPH_OPEN, rect5, d),
    "morphGradient gray8": lambda d: cv2.morphologyEx(gray, cv2.MORPH_GRADIENT, rect3, d),
    "resize bicubic 2×": lambda d: cv2.resize(rgba, twice, d, 0, 0, cv2.INTER_CUBIC),
    "resize lanczos3 ½": lambda d: cv2.resize(rgba, half, d, 0, 0, cv2.INTER_LANCZOS4),
    "pad": lambda d: cv2.copyMakeBorder(rgba, 32, 32, 32, 32, reflect, d),
    "transpose": lambda d: cv2.transpose(rgba, d),
    "affine": lambda d: cv2.warpAffine(rgba, turn, (width, height), d, backwards),
    "perspective": lambda d: cv2.warpPerspective(rgba, tilt, (width, height), d, backwards),
    "pyrDown": lambda d: cv2.pyrDown(rgba, d),
    "pyrUp": lambda d: cv2.pyrUp(rgba, d),
    "add": lambda d: cv2.add(rgba, layer, d),
    "absDiff": lambda d: cv2.absdiff(rgba, layer, d),
    "mix": lambda d: cv2.addWeighted(rgba, 0.75, layer, 0.25, 0, d),
    "histogram": lambda d: cv2.calcHist([gray], [0], None, [256], [0, 256], d),
    "statistics": lambda d: cv2.meanStdDev(gray),
    "integral": lambda d: cv2.integral(gray, d),
    "chain 1": chain_1,
    "chain 2": chain_2,
}

outputs = {}
threads_now = 0
print(cv2.__version__, flush=True)
for line in sys.stdin:
    threads, row, sample = line.rstrip("\n").split("\t")
    if int(threads) != threads_now:
        threads_now = int(threads)
        cv2.setNumThreads(threads_now)
    if row not in rows:
        print("none", flush=True)
        continue
    runs, start, spent = 0, time.perf_counter(), 0
    while runs == 0 or spent < float(sample):
        outputs[row] = rows[row](outputs.get(row))
        runs, spent = runs + 1, (time.perf_counter() - start) * 1000
    print(spent / runs, flush=True)
