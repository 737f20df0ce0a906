"""Blurs, medians and sharpening."""
import cv2
import numpy as np

from .common import by_channel, extend, in_extended, keep_alpha, separable, to_bytes


def _radii(radius, radiusX, radiusY):
    return radius if radiusX is None else radiusX, radius if radiusY is None else radiusY


def box_blur_cv(pixels, radius=None, radiusX=None, radiusY=None, border="reflect101", borderColor=None):
    x, y = _radii(radius, radiusX, radiusY)
    return in_extended(lambda image: cv2.blur(image, (2 * x + 1, 2 * y + 1)), pixels, x, y, border, borderColor)


def box_blur(pixels, radius=None, radiusX=None, radiusY=None, border="reflect101", borderColor=None):
    weights = [np.full(2 * r + 1, 1 / (2 * r + 1)) for r in _radii(radius, radiusX, radiusY)]
    return to_bytes(separable(pixels, *weights, border, borderColor))


def _gaussian(sigma, radius):
    distance = np.arange(-radius, radius + 1) / sigma
    weights = np.exp(-0.5 * distance**2)
    return weights / weights.sum()


def gaussian_blur(pixels, sigma, radius=None, border="reflect101", borderColor=None):
    weights = _gaussian(sigma, int(np.ceil(3 * sigma)) if radius is None else radius)
    return to_bytes(separable(pixels, weights, weights, border, borderColor))


def gaussian_blur_cv(pixels, sigma, radius=None, border="reflect101", borderColor=None):
    """OpenCV's on bytes, in its own fixed point."""
    r = int(np.ceil(3 * sigma)) if radius is None else radius
    return in_extended(lambda image: cv2.GaussianBlur(image, (2 * r + 1,) * 2, sigma), pixels, r, r, border, borderColor)


def median_cv(pixels, radius=1):
    """OpenCV takes four channels up to radius 2."""
    return by_channel(lambda channel: cv2.medianBlur(channel, 2 * radius + 1), pixels)


def bilateral_cv(pixels, radius, sigmaColor, sigmaSpace):
    rgb = pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[..., :3])
    out = cv2.bilateralFilter(rgb, 2 * radius + 1, sigmaColor, sigmaSpace)
    return out if pixels.ndim == 2 else np.dstack([out, pixels[..., 3]])


def _sharpened(pixels, blurred, amount, threshold):
    out = cv2.addWeighted(pixels, 1 + amount, blurred, -amount, 0)
    return keep_alpha(np.where(cv2.absdiff(pixels, blurred) > threshold, out, pixels), pixels)


def unsharp_mask(pixels, sigma, amount=1, threshold=0, **border):
    """addWeighted with the exact blur, rounded."""
    return _sharpened(pixels, gaussian_blur(pixels, sigma, **border), amount, threshold)


def unsharp_mask_cv(pixels, sigma, amount=1, threshold=0, **border):
    return _sharpened(pixels, gaussian_blur_cv(pixels, sigma, **border), amount, threshold)


def unsharp_mask_of_blurred_cv(pixels, blurred, amount=1, threshold=0, **_):
    """addWeighted with the blurred image that the engine itself has made."""
    return _sharpened(pixels, blurred, amount, threshold)
