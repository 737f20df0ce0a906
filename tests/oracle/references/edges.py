"""Derivatives of gray images."""
import cv2
import numpy as np

from .common import in_extended, to_bytes


def _magnitude(dx, dy, norm):
    dx, dy = dx.astype(np.float64), dy.astype(np.float64)
    return to_bytes(abs(dx) + abs(dy) if norm == "l1" else np.hypot(dx, dy))


def _of_gradient(pixels, norm, border, borderColor, gradient):
    return in_extended(lambda image: _magnitude(gradient(image, 1, 0), gradient(image, 0, 1), norm), pixels, 1, 1, border, borderColor)


def sobel_cv(pixels, norm="l1", border="reflect101", borderColor=None):
    return _of_gradient(pixels, norm, border, borderColor, lambda image, x, y: cv2.Sobel(image, cv2.CV_16S, x, y))


def scharr_cv(pixels, norm="l1", border="reflect101", borderColor=None):
    return _of_gradient(pixels, norm, border, borderColor, lambda image, x, y: cv2.Scharr(image, cv2.CV_16S, x, y))
