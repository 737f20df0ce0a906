"""Other formats into rgba8."""
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
