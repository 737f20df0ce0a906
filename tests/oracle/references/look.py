"""Looks: formulas in float64. Alpha stays."""
import cv2
import numpy as np

from .common import keep_alpha, to_bytes


def vignette(pixels, amount, radius):
    """Darker by a smooth step from radius to the corners, along the square of the distance from the centre."""
    height, width = pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width] + 0.5
    distance = np.hypot(x - width / 2, y - height / 2) / np.hypot(width / 2, height / 2)
    t = np.clip((distance**2 - radius**2) / (1 - radius**2), 0, 1)
    gain = 1 - amount * t**2 * (3 - 2 * t)
    return keep_alpha(to_bytes(pixels * (gain if pixels.ndim == 2 else gain[..., None])), pixels)


def _black_body(kelvin):
    """In linear sRGB, of luminance 1. Kim et al. 2002: cubic splines of the Planckian locus."""
    t = 1 / kelvin
    warm, cool = (-0.2661239e9, -0.2343589e6, 0.8776956e3, 0.179910), (-3.0258469e9, 2.1070379e6, 0.2226347e3, 0.240390)
    x = np.polyval(warm if kelvin <= 4000 else cool, t)
    if kelvin <= 2222:
        y = np.polyval((-1.1063814, -1.34811020, 2.18555832, -0.20219683), x)
    elif kelvin <= 4000:
        y = np.polyval((-0.9549476, -1.37418593, 2.09137015, -0.16748867), x)
    else:
        y = np.polyval((3.0817580, -5.87338670, 3.75112997, -0.37001483), x)
    matrix = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
    return np.maximum(matrix @ [x / y, 1, (1 - x - y) / y], 0)


def temperature(pixels, kelvin):
    """Multiplied in linear light, white keeping its luminance."""
    gains = _black_body(kelvin) / _black_body(6500)
    gains /= gains @ [0.2126, 0.7152, 0.0722]
    v = np.arange(256) / 255
    linear = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)[:, None] * gains
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    tables = np.dstack([to_bytes(255 * coded)[None], np.arange(256, dtype=np.uint8)[None, :, None]])
    return cv2.LUT(np.ascontiguousarray(pixels), tables)


def dither(pixels, levels):
    """Bayer's 8×8 pattern, made from the 2×2 one."""
    pattern = np.zeros((1, 1))
    for _ in range(3):
        pattern = np.block([[4 * pattern, 4 * pattern + 2], [4 * pattern + 3, 4 * pattern + 1]])
    height, width = pixels.shape[:2]
    threshold = (np.tile(pattern, (height // 8 + 1, width // 8 + 1))[:height, :width] + 0.5) / 64
    k = np.floor(pixels.astype(np.float64) * (levels - 1) / 255 + (threshold if pixels.ndim == 2 else threshold[..., None]))
    return keep_alpha(to_bytes(255 * k / (levels - 1)), pixels)
