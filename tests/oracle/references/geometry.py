"""Pixels elsewhere, and other sizes."""
import cv2
import numpy as np
from PIL import Image

from .common import apply_filters, border_index, border_value, by_channel, extend, to_bytes


def crop(pixels, x, y, width, height):
    return pixels[y : y + height, x : x + width]


def pad(pixels, top=0, right=0, bottom=0, left=0, border="reflect101", borderColor=None):
    return extend(pixels, top, right, bottom, left, border, borderColor)


def flip_cv(pixels, axis="x"):
    return cv2.flip(pixels, {"x": 1, "y": 0, "both": -1}[axis])


def rotate90_cv(pixels, turns=1):
    code = [None, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE][turns % 4]
    return pixels if code is None else cv2.rotate(pixels, code)


def transpose_cv(pixels):
    return cv2.transpose(pixels)


INTERPOLATIONS = {"nearest": cv2.INTER_NEAREST, "bilinear": cv2.INTER_LINEAR, "bicubic": cv2.INTER_CUBIC, "area": cv2.INTER_AREA}


def _sides(pixels, width, height):
    """The side left out keeps the aspect ratio."""
    rows, columns = pixels.shape[:2]
    width, height = width or max(1, int(np.floor(height * columns / rows + 0.5))), height
    return width, height or max(1, int(np.floor(width * rows / columns + 0.5)))


def resize_cv(pixels, width=None, height=None, filter="lanczos3", antialias=True):
    return cv2.resize(np.ascontiguousarray(pixels), _sides(pixels, width, height), interpolation=INTERPOLATIONS[filter])


def resize_pillow(pixels, width=None, height=None, filter="lanczos3", antialias=True):
    """Channel by channel: Pillow would premultiply rgba."""
    kind = {"bilinear": Image.Resampling.BILINEAR, "lanczos3": Image.Resampling.LANCZOS}[filter]
    size = _sides(pixels, width, height)
    return by_channel(lambda channel: np.asarray(Image.fromarray(channel).resize(size, kind)), pixels)


def _cubic(b, c):
    """Mitchell & Netravali 1988."""

    def at(x):
        near = (12 - 9 * b - 6 * c) * x**3 + (-18 + 12 * b + 6 * c) * x**2 + 6 - 2 * b
        far = (-b - 6 * c) * x**3 + (6 * b + 30 * c) * x**2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c
        return np.where(x < 1, near, np.where(x < 2, far, 0)) / 6

    return at


# kernel of the distance in samples, and where it ends
FILTERS = {
    "bilinear": (lambda x: np.maximum(0, 1 - x), 1),
    "bicubic": (_cubic(0, 0.75), 2),
    "mitchell": (_cubic(1 / 3, 1 / 3), 2),
    "lanczos3": (lambda x: np.where(x < 3, np.sinc(x) * np.sinc(x / 3), 0), 3),
}


def _resize_taps(source, target, filter, antialias):
    """One axis. When shrinking with antialias the filter is stretched. A stretched filter and lanczos3 are cut at the edge and normalised
    again, as in Pillow; the others repeat the edge, as in OpenCV."""
    if source == target:
        return np.arange(source)[:, None], np.ones((source, 1))
    kernel, support = FILTERS[filter]
    stretch = max(1, source / target) if antialias else 1
    centre = ((np.arange(target) + 0.5) * source / target - 0.5)[:, None]
    reach = int(np.ceil(support * stretch))
    index = np.floor(centre).astype(int) + np.arange(-reach, reach + 2)
    weights = kernel(abs(index - centre) / stretch)
    if filter == "lanczos3" or stretch > 1:
        weights = np.where((index >= 0) & (index < source), weights, 0)
    return np.clip(index, 0, source - 1), weights / weights.sum(1, keepdims=True)


def resize(pixels, width=None, height=None, filter="lanczos3", antialias=True):
    """lanczos3 is rounded to bytes between its two steps, as in Pillow; the others are not."""
    rows, columns = pixels.shape[:2]
    width, height = _sides(pixels, width, height)
    across, down = _resize_taps(columns, width, filter, antialias), _resize_taps(rows, height, filter, antialias)
    if filter != "lanczos3":
        return to_bytes(apply_filters(pixels, down, across))
    between = to_bytes(apply_filters(pixels, _resize_taps(rows, rows, filter, antialias), across))
    return to_bytes(apply_filters(between, down, _resize_taps(width, width, filter, antialias)))


def _at(pixels, x, y, border, color):
    """The pixels at these integer places, in float64, with what stands in for those outside."""

    def inside(index, n):
        before, after = max(0, -int(index.min())), max(0, int(index.max()) - n + 1)
        return border_index(n, before, after, border)[index + before]

    columns, rows = inside(x, pixels.shape[1]), inside(y, pixels.shape[0])
    values = pixels[rows, columns].astype(np.float64)
    value = border_value(pixels, color)
    values[(rows < 0) | (columns < 0)] = value if pixels.ndim == 3 else value[0]
    return values


def _sample(pixels, x, y, border, color):
    """Bilinear at real places."""
    left, top = np.floor(x).astype(int), np.floor(y).astype(int)
    right, down = (x - left, y - top) if pixels.ndim == 2 else ((x - left)[..., None], (y - top)[..., None])
    above = _at(pixels, left, top, border, color) * (1 - right) + _at(pixels, left + 1, top, border, color) * right
    below = _at(pixels, left, top + 1, border, color) * (1 - right) + _at(pixels, left + 1, top + 1, border, color) * right
    return to_bytes(above * (1 - down) + below * down)


def perspective(pixels, matrix, width, height, filter="bilinear", border="reflect101", borderColor=None):
    m = np.array(matrix, np.float64).reshape(3, 3)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    across, down, scale = (row[0] * x + row[1] * y + row[2] for row in m)
    return _sample(pixels, across / scale, down / scale, border, borderColor)


def affine(pixels, matrix, width, height, filter="bilinear", border="reflect101", borderColor=None):
    return perspective(pixels, list(matrix) + [0, 0, 1], width, height, filter, border, borderColor)


def rotate(pixels, degrees, expand=True, filter="bilinear", border="reflect101", borderColor=None):
    """Clockwise around the centre; y points down."""
    rows, columns = pixels.shape[:2]
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    width, height = columns, rows
    if expand:
        width, height = (int(np.ceil(side - 1e-6)) for side in (columns * abs(c) + rows * abs(s), columns * abs(s) + rows * abs(c)))
    x, y, to_x, to_y = (columns - 1) / 2, (rows - 1) / 2, (width - 1) / 2, (height - 1) / 2
    matrix = [c, s, x - c * to_x - s * to_y, -s, c, y + s * to_x - c * to_y]
    return affine(pixels, matrix, width, height, filter, border, borderColor)


def pyr_down_cv(pixels):
    return cv2.pyrDown(np.ascontiguousarray(pixels))


def pyr_up_cv(pixels):
    return cv2.pyrUp(np.ascontiguousarray(pixels))
