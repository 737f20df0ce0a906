"""Channels together. Straight alpha."""
import cv2
import numpy as np

from .common import keep_alpha, to_bytes


def grayscale_cv(pixels):
    return cv2.cvtColor(pixels, cv2.COLOR_RGBA2GRAY)


def grayscale(pixels):
    """BT.601."""
    return to_bytes(pixels[..., :3].astype(np.float64) @ [0.299, 0.587, 0.114])


def color_matrix(pixels, matrix):
    """SVG's feColorMatrix without premultiplication: 4 × 5, offsets in 0–1."""
    rows = np.array(matrix, np.float64).reshape(4, 5)
    return to_bytes(pixels.astype(np.float64) @ rows[:, :4].T + 255 * rows[:, 4])


def _colour_rows(pixels, rows):
    """A 3 × 3 matrix of Filter Effects, alpha as it is."""
    return keep_alpha(color_matrix(pixels, np.pad(np.array(rows, np.float64), ((0, 1), (0, 2))).ravel()), pixels)


def sepia(pixels, amount=1):
    full = np.array([[0.393, 0.769, 0.189], [0.349, 0.686, 0.168], [0.272, 0.534, 0.131]])
    return _colour_rows(pixels, np.eye(3) * (1 - amount) + full * amount)


LUMA = np.array([[0.213, 0.715, 0.072]] * 3)


def saturate(pixels, amount):
    return _colour_rows(pixels, LUMA + amount * (np.eye(3) - LUMA))


def hue_rotate(pixels, degrees):
    """W3C Filter Effects: the luma, cos times what differs from it, and sin times a matrix of its own."""
    angle = np.radians(degrees)
    turn = np.array([[-0.213, -0.715, 0.928], [0.143, 0.140, -0.283], [-0.787, 0.715, 0.072]])
    return _colour_rows(pixels, LUMA + np.cos(angle) * (np.eye(3) - LUMA) + np.sin(angle) * turn)
