"""Derivatives of gray images, and filters of one's own."""
import cv2
import numpy as np

from .common import in_extended, keep_alpha, to_bytes


def _magnitude(dx, dy, norm):
    dx, dy = dx.astype(np.float64), dy.astype(np.float64)
    return to_bytes(abs(dx) + abs(dy) if norm == "l1" else np.hypot(dx, dy))


def _of_gradient(pixels, norm, border, borderColor, gradient):
    def magnitude(image):
        return _magnitude(gradient(image, 1, 0), gradient(image, 0, 1), norm)

    return in_extended(magnitude, pixels, 1, 1, border, borderColor)


def sobel_cv(pixels, norm="l1", border="reflect101", borderColor=None):
    return _of_gradient(pixels, norm, border, borderColor, lambda image, x, y: cv2.Sobel(image, cv2.CV_16S, x, y))


def scharr_cv(pixels, norm="l1", border="reflect101", borderColor=None):
    return _of_gradient(pixels, norm, border, borderColor, lambda image, x, y: cv2.Scharr(image, cv2.CV_16S, x, y))


def prewitt_cv(pixels, norm="l1", border="reflect101", borderColor=None):
    kernel = np.array([[-1, 0, 1]] * 3, np.float64)
    gradient = lambda image, x, y: cv2.filter2D(image, cv2.CV_16S, kernel if x else kernel.T)
    return _of_gradient(pixels, norm, border, borderColor, gradient)


def derivative_cv(pixels, dx, dy, size=3, border="reflect101", borderColor=None):
    derive = lambda image: to_bytes(abs(cv2.Sobel(image, cv2.CV_64F, dx, dy, ksize=size)))
    return keep_alpha(in_extended(derive, pixels, size // 2, size // 2, border, borderColor), pixels)


def laplacian_cv(pixels, size=1, border="reflect101", borderColor=None):
    derive = lambda image: to_bytes(abs(cv2.Laplacian(image, cv2.CV_64F, ksize=size).astype(np.float64)))
    return keep_alpha(in_extended(derive, pixels, max(1, size // 2), max(1, size // 2), border, borderColor), pixels)


def sharpen_cv(pixels, amount=1, border="reflect101", borderColor=None):
    return keep_alpha(convolve(pixels, [0, -amount, 0, -amount, 1 + 4 * amount, -amount, 0, -amount, 0], 3, 3, 1, 0, border, borderColor), pixels)


def emboss_cv(pixels, border="reflect101", borderColor=None):
    return keep_alpha(convolve(pixels, [-2, -1, 0, -1, 1, 1, 0, 1, 2], 3, 3, 1, 0, border, borderColor), pixels)


def canny_cv(pixels, low, high, l2=False):
    return cv2.Canny(np.ascontiguousarray(pixels), low, high, L2gradient=l2)


def _sum(kernel):
    """The divisor where none is given."""
    return sum(kernel) if abs(sum(kernel)) > 1e-9 * sum(map(abs, kernel)) else 1


def convolve(pixels, kernel, width, height, divisor=None, offset=0, border="reflect101", borderColor=None, absolute=False, preserveAlpha=False):
    """A correlation, not flipped."""
    weights = np.array(kernel, np.float64).reshape(height, width) / (_sum(kernel) if divisor is None else divisor)
    shape = lambda values: to_bytes(abs(values) if absolute else values)
    correlate = lambda image: shape(cv2.filter2D(image.astype(np.float64), cv2.CV_64F, weights) + offset)
    out = in_extended(correlate, pixels, width // 2, height // 2, border, borderColor)
    return keep_alpha(out, pixels) if preserveAlpha else out


def convolve_separably(pixels, kernelX, kernelY, divisor=None, **others):
    kernel = np.outer(kernelY, kernelX).ravel()
    divisor = _sum(kernelX) * _sum(kernelY) if divisor is None else divisor
    return convolve(pixels, kernel, len(kernelX), len(kernelY), divisor, **others)


SHAPES = {"rect": cv2.MORPH_RECT, "cross": cv2.MORPH_CROSS, "ellipse": cv2.MORPH_ELLIPSE}
MORPHOLOGY = {
    "erode": cv2.MORPH_ERODE,
    "dilate": cv2.MORPH_DILATE,
    "open": cv2.MORPH_OPEN,
    "close": cv2.MORPH_CLOSE,
    "morphGradient": cv2.MORPH_GRADIENT,
    "topHat": cv2.MORPH_TOPHAT,
    "blackHat": cv2.MORPH_BLACKHAT,
}


def morphology_cv(pixels, op, radius=1, shape="rect", iterations=1):
    """Alpha is like the other channels, but where one image is taken from another: there it stays, or is the dilation's."""
    element = cv2.getStructuringElement(SHAPES[shape], (2 * radius + 1,) * 2)
    pixels = np.ascontiguousarray(pixels)
    out = cv2.morphologyEx(pixels, MORPHOLOGY[op], element, iterations=iterations)
    if op in ("topHat", "blackHat"):
        return keep_alpha(out, pixels)
    return keep_alpha(out, cv2.dilate(pixels, element, iterations=iterations)) if op == "morphGradient" else out
