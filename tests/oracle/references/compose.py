"""Two images into one: the W3C's Compositing and Blending Level 1, in float64, straight alpha in and out."""
import cv2
import numpy as np

from .common import keep_alpha, to_bytes


def _over(a, b):
    """a / b, and 0 where b is."""
    return np.divide(a, b, out=np.zeros(np.broadcast(a, b).shape), where=b > 0)


def _dodge(b, s):
    return np.where(b == 0, 0, np.where(s >= 1, 1, np.minimum(1, _over(b, 1 - s))))


def _burn(b, s):
    return np.where(b >= 1, 1, np.where(s <= 0, 0, 1 - np.minimum(1, _over(1 - b, s))))


def _hard_light(b, s):
    return np.where(s <= 0.5, b * 2 * s, b + (2 * s - 1) - b * (2 * s - 1))


def _soft_light(b, s):
    d = np.where(b <= 0.25, ((16 * b - 12) * b + 4) * b, np.sqrt(b))
    return np.where(s <= 0.5, b - (1 - 2 * s) * b * (1 - b), b + (2 * s - 1) * (d - b))


def _lum(c):
    return (c @ [0.3, 0.59, 0.11])[..., None]


def _clip_colour(c):
    lum, low, high = _lum(c), c.min(-1, keepdims=True), c.max(-1, keepdims=True)
    c = np.where(low < 0, lum + _over((c - lum) * lum, np.maximum(lum - low, 0)), c)
    return np.where(high > 1, lum + _over((c - lum) * (1 - lum), np.maximum(high - lum, 0)), c)


def _set_lum(c, lum):
    return _clip_colour(c + lum - _lum(c))


def _sat(c):
    return c.max(-1, keepdims=True) - c.min(-1, keepdims=True)


def _set_sat(c, sat):
    low = c.min(-1, keepdims=True)
    return _over((c - low) * sat, _sat(c))


BLENDS = {
    "normal": lambda b, s: s,
    "multiply": lambda b, s: b * s,
    "screen": lambda b, s: b + s - b * s,
    "overlay": lambda b, s: _hard_light(s, b),
    "darken": np.minimum,
    "lighten": np.maximum,
    "colordodge": _dodge,
    "colorburn": _burn,
    "hardlight": _hard_light,
    "softlight": _soft_light,
    "difference": lambda b, s: abs(b - s),
    "exclusion": lambda b, s: b + s - 2 * b * s,
    "hue": lambda b, s: _set_lum(_set_sat(s, _sat(b)), _lum(b)),
    "saturation": lambda b, s: _set_lum(_set_sat(b, _sat(s)), _lum(b)),
    "color": lambda b, s: _set_lum(s, _lum(b)),
    "luminosity": lambda b, s: _set_lum(b, _lum(s)),
}

# Porter-Duff: what counts of source and backdrop, by the alphas
OPERATORS = {
    "clear": lambda sa, ba: (0, 0),
    "copy": lambda sa, ba: (1, 0),
    "source": lambda sa, ba: (1, 0),
    "destination": lambda sa, ba: (0, 1),
    "sourceover": lambda sa, ba: (1, 1 - sa),
    "destinationover": lambda sa, ba: (1 - ba, 1),
    "sourcein": lambda sa, ba: (ba, 0),
    "destinationin": lambda sa, ba: (0, sa),
    "sourceout": lambda sa, ba: (1 - ba, 0),
    "destinationout": lambda sa, ba: (0, 1 - sa),
    "sourceatop": lambda sa, ba: (ba, 1 - sa),
    "destinationatop": lambda sa, ba: (1 - ba, sa),
    "xor": lambda sa, ba: (1 - ba, 1 - sa),
    "lighter": lambda sa, ba: (1, 1),
    "plus": lambda sa, ba: (1, 1),
}


def _split(pixels):
    """Colours and alpha, 0 to 1. Gray is opaque, and three equal colours."""
    if pixels.ndim == 2:
        return np.repeat(pixels[..., None], 3, -1) / 255, np.ones(pixels.shape + (1,))
    return pixels[..., :3] / 255, pixels[..., 3:] / 255


def blend(backdrop, source, mode="normal", opacity=1):
    """The source on top. A blend mode goes with source-over; an operator's name stands alone."""
    (cb, ab), (cs, as_) = _split(backdrop), _split(source)
    as_, name = as_ * opacity, mode.replace("-", "").replace("_", "").lower()
    if name in BLENDS:
        mixed, (fs, fb) = (1 - ab) * cs + ab * BLENDS[name](cb, cs), OPERATORS["sourceover"](as_, ab)
    else:
        mixed, (fs, fb) = cs, OPERATORS[name](as_, ab)
    alpha = np.minimum(1, as_ * fs + ab * fb)
    out = _over(np.minimum(1, as_ * fs * mixed + ab * fb * cb), alpha)
    if backdrop.ndim == 2:
        return to_bytes(255 * out[..., 0])
    return to_bytes(255 * np.concatenate([out, alpha], -1))


def arithmetic_cv(pixels, other, op, **params):
    """OpenCV's function of that name: add, subtract, absdiff, min, max, multiply."""
    return getattr(cv2, op)(np.ascontiguousarray(pixels), np.ascontiguousarray(other), **params)


ARITHMETIC = {
    "add": np.add,
    "subtract": np.subtract,
    "absDiff": lambda a, b: abs(a - b),
    "min": np.minimum,
    "max": np.maximum,
    "multiply": np.multiply,
}


def arithmetic(pixels, other, op, scale=None):
    """Of the colours; 255 stands for 1 in a product unless a scale is given."""
    if scale is None:
        scale = 1 / 255 if op == "multiply" else 1
    return keep_alpha(to_bytes(ARITHMETIC[op](pixels.astype(np.float64), other.astype(np.float64)) * scale), pixels)


def mask(pixels, other, mode="alpha"):
    """CSS Masking: alpha times the mask's alpha, or its luma times its alpha."""
    if pixels.ndim == 2:
        return to_bytes(pixels / 255 * other)
    share = other[..., 3] / 255
    if mode == "luminance":
        share = share * (other[..., :3] @ [0.299, 0.587, 0.114]) / 255
    return np.dstack([pixels[..., :3], to_bytes(pixels[..., 3] * share)])


def mix(pixels, other, amount):
    return to_bytes((1 - amount) * pixels.astype(np.float64) + amount * other.astype(np.float64))
