"""Values on their own: tone curves, tables, thresholds, histograms. Alpha stays."""
import cv2
import numpy as np
from PIL import Image, ImageOps

from .common import by_channel, keep_alpha, to_bytes


def _table(pixels, values):
    return keep_alpha(cv2.LUT(np.ascontiguousarray(pixels), to_bytes(np.asarray(values, np.float64))), pixels)


def invert(pixels):
    return keep_alpha(cv2.bitwise_not(pixels), pixels)


def linear(pixels, scale=1, offset=0):
    return keep_alpha(to_bytes(scale * pixels.astype(np.float64) + offset), pixels)


def linear_cv(pixels, scale=1, offset=0):
    """convertScaleAbs, which gives the absolute value of what is negative: there it is 0 here."""
    out = cv2.convertScaleAbs(pixels, alpha=scale, beta=offset)
    return keep_alpha(np.where(scale * pixels.astype(np.float64) + offset < 0, 0, out).astype(np.uint8), pixels)


def brightness(pixels, amount):
    return linear(pixels, 1, amount)


def brightness_cv(pixels, amount):
    return linear_cv(pixels, 1, amount)


def contrast(pixels, amount):
    return keep_alpha(to_bytes((pixels.astype(np.float64) - 128) * amount + 128), pixels)


def contrast_cv(pixels, amount):
    return linear_cv(pixels, amount, 128 - 128 * amount)


def gamma_cv(pixels, gamma):
    return _table(pixels, 255 * (np.arange(256) / 255) ** gamma)


def lut_cv(pixels, table):
    if len(table) == 1024:
        channels = to_bytes(np.array(table, np.float64)).reshape(4, 256)
        return cv2.LUT(np.ascontiguousarray(pixels), np.ascontiguousarray(channels.T[None]))
    return _table(pixels, table)


def levels(pixels, inBlack=0, inWhite=255, gamma=1, outBlack=0, outWhite=255):
    inside = np.clip((np.arange(256) - inBlack) / (inWhite - inBlack), 0, 1)
    return _table(pixels, outBlack + (outWhite - outBlack) * inside ** (1 / gamma))


def posterize(pixels, levels):
    """W3C Filter Effects' discrete function, its values evenly spread."""
    return _table(pixels, 255 * np.floor(np.arange(256) * levels / 256) / (levels - 1))


def solarize_pillow(pixels, threshold):
    def solarized(channel):
        return np.asarray(ImageOps.solarize(Image.fromarray(channel), threshold))

    return by_channel(solarized, pixels, 3)


TYPES = {
    "binary": cv2.THRESH_BINARY,
    "binaryInv": cv2.THRESH_BINARY_INV,
    "trunc": cv2.THRESH_TRUNC,
    "toZero": cv2.THRESH_TOZERO,
    "toZeroInv": cv2.THRESH_TOZERO_INV,
}
AUTO = {"none": 0, "otsu": cv2.THRESH_OTSU, "triangle": cv2.THRESH_TRIANGLE}


def threshold_cv(pixels, value=128, max=255, type="binary", auto="none"):
    return keep_alpha(cv2.threshold(pixels, value, max, TYPES[type] | AUTO[auto])[1], pixels)


def equalize_cv(pixels):
    return by_channel(cv2.equalizeHist, pixels, 3)


def clahe_cv(pixels, clipLimit=2, tilesX=8, tilesY=8):
    return by_channel(cv2.createCLAHE(clipLimit, (tilesX, tilesY)).apply, pixels, 3)


def adaptive_threshold_cv(pixels, radius, offset=0, method="mean", max=255):
    kind = cv2.ADAPTIVE_THRESH_MEAN_C if method == "mean" else cv2.ADAPTIVE_THRESH_GAUSSIAN_C
    return cv2.adaptiveThreshold(pixels, max, kind, cv2.THRESH_BINARY, 2 * radius + 1, offset)


def adaptive_threshold_of_blurred(pixels, blurred, radius, offset=0, method="gaussian", max=255):
    """With the blurred image that the engine itself has made."""
    return np.where(pixels.astype(np.float64) > blurred.astype(np.float64) - offset, max, 0).astype(np.uint8)
