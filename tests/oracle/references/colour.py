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


def premultiply(pixels):
    return keep_alpha(to_bytes(pixels.astype(np.float64) * pixels[..., 3:] / 255), pixels)


def unpremultiply(pixels):
    """0 where alpha is."""
    alpha = pixels[..., 3:].astype(np.float64)
    return keep_alpha(to_bytes(np.where(alpha > 0, pixels * 255.0 / np.maximum(alpha, 1), 0)), pixels)


def srgb_to_linear(pixels):
    """IEC 61966-2-1."""
    v = pixels / 255
    return keep_alpha(to_bytes(255 * np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)), pixels)


def linear_to_srgb(pixels):
    v = pixels / 255
    return keep_alpha(to_bytes(255 * np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)), pixels)


def rgb_to_hsv_cv(pixels):
    return np.dstack([cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_RGB2HSV), pixels[..., 3]])


def hsv_to_rgb_cv(pixels):
    return np.dstack([cv2.cvtColor(np.ascontiguousarray(pixels[..., :3]), cv2.COLOR_HSV2RGB), pixels[..., 3]])


def hsv_to_rgb(pixels):
    """Hue in steps of 2 degrees, 180 and above start over."""
    v = pixels.astype(np.float64)
    hue, saturation, value = v[..., 0] % 180 / 30, v[..., 1] / 255, v[..., 2]
    out = pixels.astype(np.float64)
    for c, n in enumerate((5, 3, 1)):
        k = (n + hue) % 6
        out[..., c] = value - value * saturation * np.clip(np.minimum(k, 4 - k), 0, 1)
    return to_bytes(out)


def swizzle(pixels, order):
    sources = [pixels[..., c] for c in range(4)] + [np.zeros_like(pixels[..., 0]), np.full_like(pixels[..., 0], 255)]
    return np.dstack([sources[int(c)] for c in order])


def extract_channel(pixels, channel):
    return np.ascontiguousarray(pixels[..., ["red", "green", "blue", "alpha"].index(channel)])


def chroma_key(pixels, color, tolerance, softness):
    """Distance in the plane of Cb and Cr of BT.601, full range; a linear ramp of alpha."""
    def chroma(rgb):
        luma = rgb @ [0.299, 0.587, 0.114]
        return (rgb[..., 2] - luma) / 1.772, (rgb[..., 0] - luma) / 1.402

    own, backdrop = chroma(pixels[..., :3].astype(np.float64)), chroma(np.array(color, np.float64))
    distance = np.hypot(own[0] - backdrop[0], own[1] - backdrop[1])
    out = pixels.astype(np.float64)
    out[..., 3] *= np.clip((distance - tolerance) / softness, 0, 1)
    return to_bytes(out)


def gradient_map(pixels, stops):
    """The gradient at the luma that grayscale makes; alpha stays, gray becomes opaque."""
    luma = pixels if pixels.ndim == 2 else grayscale_cv(pixels)
    table = np.array(stops, np.float64).reshape(-1, 4)
    colours = np.dstack([to_bytes(np.interp(luma / 255, table[:, 0], table[:, 1 + c])) for c in range(3)])
    if pixels.ndim == 2:
        return np.dstack([colours, np.full_like(luma, 255)]), "rgba8"
    return np.dstack([colours, pixels[..., 3]])
