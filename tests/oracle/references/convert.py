"""Other formats into rgba8 and bgra8, and both into planes."""
import cv2
import numpy as np

from frames import half

from .common import to_bytes

# red and blue shares of luma
SHARES = {"bt601": (0.299, 0.114), "bt709": (0.2126, 0.0722)}


def gray_to_rgba_cv(pixels, **_):
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGBA), "rgba8"


def same_as_rgba(pixels, **_):
    """bgra8 has become rgba8 on the way here."""
    return pixels, "rgba8"


def same_as_bgra(pixels, **_):
    return pixels, "bgra8"


def _full_chroma(planes):
    """Y, U, V, all of the image's size: each chroma sample serves its four pixels."""
    height, width = planes[0].shape
    u, v = (planes[1][..., 0], planes[1][..., 1]) if len(planes) == 2 else planes[1:]
    return planes[0], *(plane.repeat(2, 0).repeat(2, 1)[:height, :width] for plane in (u, v))


def yuv_to_rgba(planes, matrix="bt601", range="limited"):
    """ITU-R BT.601-7 and BT.709-6, inverted; H.273 for the two ranges."""
    y, u, v = (plane.astype(np.float64) for plane in _full_chroma(planes))
    red, blue = SHARES[matrix]
    luma, chroma = ((y - 16) / 219, 224) if range == "limited" else (y / 255, 255)
    r = luma + 2 * (1 - red) * (v - 128) / chroma
    b = luma + 2 * (1 - blue) * (u - 128) / chroma
    g = (luma - red * r - blue * b) / (1 - red - blue)
    return np.dstack([to_bytes(255 * c) for c in (r, g, b)] + [np.full(y.shape, 255, np.uint8)]), "rgba8"


def yuv_to_rgba_cv(planes, matrix="bt601", range="limited"):
    """OpenCV knows bt601 limited and even sizes: the last row and column of luma are repeated where needed."""
    assert (matrix, range) == ("bt601", "limited")
    height, width = planes[0].shape
    rows, columns = half(height), half(width)
    luma = np.pad(planes[0], ((0, 2 * rows - height), (0, 2 * columns - width)), "edge")
    chroma = np.concatenate([np.ascontiguousarray(plane).ravel() for plane in planes[1:]]).reshape(rows, 2 * columns)
    code = cv2.COLOR_YUV2RGBA_NV12 if len(planes) == 2 else cv2.COLOR_YUV2RGBA_I420
    return cv2.cvtColor(np.concatenate([luma, chroma]), code)[:height, :width], "rgba8"


def gray_to_bgra_cv(pixels, **_):
    return cv2.cvtColor(pixels, cv2.COLOR_GRAY2RGBA), "bgra8"


def yuv_to_bgra(planes, **params):
    return yuv_to_rgba(planes, **params)[0], "bgra8"


def _even(pixels):
    """The last row and column repeated where the number is odd."""
    height, width = pixels.shape[:2]
    return np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), "edge")


def _block_means(pixels):
    """The mean of each 2 × 2 pixels, in float64."""
    even = _even(pixels).astype(np.float64)
    return (even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4


def _planes(y, u, v, to):
    return ([y, np.dstack([u, v])] if to == "nv12" else [y, u, v]), to


def regroup(planes, to, **_):
    u, v = (planes[1][..., 0], planes[1][..., 1]) if len(planes) == 2 else planes[1:]
    return _planes(planes[0], u, v, to)


def rgba_to_yuv(pixels, to, matrix="bt601", range="limited"):
    """ITU-R BT.601-7 and BT.709-6, chroma of the mean of 2 × 2 pixels; H.273 for the two ranges."""
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, -1)
    red, blue = SHARES[matrix]
    steps, chroma = (219, 224) if range == "limited" else (255, 255)
    luma = lambda c: (c @ [red, 1 - red - blue, blue]) / 255
    colours, means = pixels[..., :3].astype(np.float64), _block_means(pixels[..., :3])
    y = to_bytes((16 if range == "limited" else 0) + steps * luma(colours))
    u = to_bytes(128 + chroma * (means[..., 2] / 255 - luma(means)) / (2 * (1 - blue)))
    v = to_bytes(128 + chroma * (means[..., 0] / 255 - luma(means)) / (2 * (1 - red)))
    return _planes(y, u, v, to)


def rgba_to_yuv_cv(pixels, to, **_):
    """OpenCV takes each chroma sample from the upper left pixel alone: it is shown the means there."""
    height, width = pixels.shape[:2]
    rows, columns = half(height), half(width)
    split = lambda out: (out[: 2 * rows], out[2 * rows :].reshape(2, rows, columns))
    y, _ = split(cv2.cvtColor(_even(pixels), cv2.COLOR_RGBA2YUV_I420))
    _, (u, v) = split(cv2.cvtColor(to_bytes(_block_means(pixels)).repeat(2, 0).repeat(2, 1), cv2.COLOR_RGBA2YUV_I420))
    return _planes(y[:height, :width], u, v, to)
