"""Derivatives of gray images, and filters of one's own."""
import cv2
import numpy as np

from .common import in_extended, to_bytes


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
    return in_extended(derive, pixels, size // 2, size // 2, border, borderColor)


def canny_cv(pixels, low, high, l2=False):
    return cv2.Canny(np.ascontiguousarray(pixels), low, high, L2gradient=l2)


def convolve(pixels, kernel, width, height, divisor=1, offset=0, border="reflect101", borderColor=None):
    """A correlation, not flipped."""
    weights = np.array(kernel, np.float64).reshape(height, width) / divisor
    correlate = lambda image: to_bytes(cv2.filter2D(image.astype(np.float64), cv2.CV_64F, weights) + offset)
    return in_extended(correlate, pixels, width // 2, height // 2, border, borderColor)


def convolve_separably(pixels, kernelX, kernelY, divisor=1, offset=0, border="reflect101", borderColor=None):
    kernel = np.outer(kernelY, kernelX).ravel()
    return convolve(pixels, kernel, len(kernelX), len(kernelY), divisor, offset, border, borderColor)


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
    element = cv2.getStructuringElement(SHAPES[shape], (2 * radius + 1,) * 2)
    return cv2.morphologyEx(pixels, MORPHOLOGY[op], element, iterations=iterations)
