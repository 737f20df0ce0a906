"""What the references share: rounding, channels, borders, and filters."""
import functools

import cv2
import numpy as np

BORDERS = {
    "reflect101": cv2.BORDER_REFLECT_101,
    "replicate": cv2.BORDER_REPLICATE,
    "reflect": cv2.BORDER_REFLECT,
    "wrap": cv2.BORDER_WRAP,
    "constant": cv2.BORDER_CONSTANT,
}


def to_bytes(values):
    """Rounded half up and saturated. The crumb lifts exact halves that float64 has left a little below."""
    return np.clip(np.floor(values + 0.5 + 1e-9), 0, 255).astype(np.uint8)


def keep_alpha(out, source):
    """out with source's alpha, where there is one."""
    if source.ndim == 3:
        out = out.copy()
        out[..., 3] = source[..., 3]
    return out


def by_channel(function, pixels, channels=4):
    """function of every channel on its own; channels=3 leaves alpha as it is."""
    if pixels.ndim == 2:
        return function(np.ascontiguousarray(pixels))
    done = [function(np.ascontiguousarray(pixels[..., c])) for c in range(channels)]
    return np.dstack(done + [pixels[..., c] for c in range(channels, 4)])


def border_value(pixels, color):
    """borderColor as one number per channel: gray; gray and alpha; red, green, blue; all four."""
    color = [0, 0, 0, 0] if color is None else list(color)
    if len(color) <= 2:
        color = [color[0]] * 3 + (color[1:] or [255])
    elif len(color) == 3:
        color = color + [255]
    return np.array(color[:1] if pixels.ndim == 2 else color, np.float64)


@functools.lru_cache(None)
def border_index(n, before, after, border):
    """Which index stands in for −before … n + after − 1; −1 where the border's colour does. OpenCV says which."""
    return np.array([cv2.borderInterpolate(i, n, BORDERS[border]) for i in range(-before, n + after)])


def extend(pixels, top, right, bottom, left, border, color=None):
    """pixels with what lies beyond its edges."""
    rows, columns = border_index(pixels.shape[0], top, bottom, border), border_index(pixels.shape[1], left, right, border)
    out = pixels[rows][:, columns].copy()
    value = border_value(pixels, color).astype(np.uint8)
    out[rows < 0] = value if pixels.ndim == 3 else value[0]
    out[:, columns < 0] = value if pixels.ndim == 3 else value[0]
    return out


def trim(pixels, top, right, bottom, left):
    return pixels[top : pixels.shape[0] - bottom, left : pixels.shape[1] - right]


def in_extended(function, pixels, reach_x, reach_y, border, color=None):
    """function of the image with its surroundings, so that its own idea of borders does not matter."""
    sides = (reach_y, reach_x, reach_y, reach_x)
    return trim(function(extend(pixels, *sides, border, color)), *sides)


# A filter along one axis is (index, weights), both outputs × taps: output i is the sum of weights[i][k] · input[index[i][k]].


@functools.lru_cache(512)
def filter_taps(n, weights, border):
    """The filter with these weights (from −r to r) along n samples, the border folded in. With border 'constant', weights that meet
    the colour are 0."""
    reach, count = len(weights) // 2, len(weights)
    index = border_index(n, reach, reach, border)[np.arange(n)[:, None] + np.arange(count)]
    values = np.where(index < 0, 0, np.array(weights))
    index = np.maximum(index, 0)
    if count <= n:
        return index, values
    folded = np.zeros((n, n))  # more taps than samples: one weight for each sample
    np.add.at(folded, (np.arange(n)[:, None], index), values)
    return np.broadcast_to(np.arange(n), (n, n)), folded


def apply_along_rows(values, index, weights):
    """The filter along axis 0, in float64."""
    shape = (-1,) + (1,) * (values.ndim - 1)
    out = np.zeros((len(index),) + values.shape[1:])
    for k in range(index.shape[1]):
        out += weights[:, k].reshape(shape) * values[index[:, k]]
    return out


def apply_filters(pixels, down, across):
    """A filter down the columns, then one along the rows, in float64."""
    between = np.ascontiguousarray(np.swapaxes(apply_along_rows(pixels.astype(np.float64), *down), 0, 1))
    return np.swapaxes(apply_along_rows(between, *across), 0, 1)


def separable(pixels, weights_x, weights_y, border, color=None):
    """The correlation with weights_y ⊗ weights_x, which sum to 1, in float64."""
    down, across = filter_taps(pixels.shape[0], tuple(weights_y), border), filter_taps(pixels.shape[1], tuple(weights_x), border)
    out = apply_filters(pixels, down, across)
    if border == "constant":
        outside = 1 - np.outer(down[1].sum(1), across[1].sum(1))
        value = border_value(pixels, color)
        out = out + (outside * value[0] if pixels.ndim == 2 else outside[..., None] * value)
    return out
