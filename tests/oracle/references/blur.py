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


def bilateral(pixels, radius, sigmaColor, sigmaSpace, border="reflect101", borderColor=None):
    """The formula over a round window; differences of red, green and blue are added up; alpha stays."""
    wide = extend(pixels, *(radius,) * 4, border, borderColor).astype(np.float64).reshape(pixels.shape[0] + 2 * radius, -1, pixels[0, 0].size)
    colours = wide[..., :3]
    height, width = pixels.shape[:2]
    middle = colours[radius : radius + height, radius : radius + width]
    total, weights = np.zeros(middle.shape), np.zeros((height, width, 1))
    for y in range(-radius, radius + 1):
        for x in range(-radius, radius + 1):
            if x * x + y * y > radius * radius:
                continue
            there = colours[radius + y : radius + y + height, radius + x : radius + x + width]
            apart = np.abs(there - middle).sum(2, keepdims=True)
            weight = np.exp(-(apart**2) / (2 * sigmaColor**2) - (x * x + y * y) / (2 * sigmaSpace**2))
            total += weight * there
            weights += weight
    out = to_bytes(total / weights)
    return out[..., 0] if pixels.ndim == 2 else np.dstack([out, pixels[..., 3]])


def motion_blur(pixels, length, angle=0, border="reflect101", borderColor=None):
    """The mean along a line: steps of one pixel along its longer axis, interpolated linearly along the other."""
    across, down = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    upright = abs(down) > abs(across)
    half = length * max(abs(across), abs(down)) / 2
    slope = across / down if upright else down / across
    reach = int(np.ceil(half)) + 2
    wide = extend(pixels, *(reach,) * 4, border, borderColor).astype(np.float64)
    height, width = pixels.shape[:2]
    total, covered = np.zeros(pixels.shape), 0
    for i in range(-reach + 2, reach - 1):
        count = min(max(half + 0.5 - abs(i), 0), 1)
        floor = int(np.floor(i * slope))
        for other, part in ((floor, 1 - (i * slope - floor)), (floor + 1, i * slope - floor)):
            x, y = (other, i) if upright else (i, other)
            total += count * part * wide[reach + y : reach + y + height, reach + x : reach + x + width]
        covered += count
    return to_bytes(total / covered)


def pixelate(pixels, size):
    """The mean of each cell, counted from the origin; cells at the far edges are smaller."""
    down, across = np.arange(0, pixels.shape[0], size), np.arange(0, pixels.shape[1], size)
    sums = np.add.reduceat(np.add.reduceat(pixels.astype(np.float64), down, 0), across, 1)
    tall, wide = np.diff(np.append(down, pixels.shape[0])), np.diff(np.append(across, pixels.shape[1]))
    area = np.outer(tall, wide).reshape(len(tall), len(wide), *(1,) * (pixels.ndim - 2))
    return to_bytes(sums / area).repeat(tall, 0).repeat(wide, 1)


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
