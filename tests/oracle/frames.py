"""Pixels as bytes, in the engine's formats: tight rows, planes one after the other.

In Python an image is an array: height × width (gray8) or height × width × 4 (rgba8), or a list of planes (i420: Y, U, V; nv12: Y and
interleaved UV)."""
import numpy as np


def half(n):
    return (n + 1) // 2


def swap_red_blue(pixels):
    return pixels[..., [2, 1, 0, 3]]


def plane_shapes(format, width, height):
    return {
        "gray8": [(height, width)],
        "rgba8": [(height, width, 4)],
        "bgra8": [(height, width, 4)],
        "i420": [(height, width), (half(height), half(width)), (half(height), half(width))],
        "nv12": [(height, width), (half(height), half(width), 2)],
    }[format]


def unpack(header, payload, at):
    """The image of this header that begins at this byte, and where the next one does. bgra8 becomes rgba8."""
    planes = []
    for shape in plane_shapes(header["format"], header["width"], header["height"]):
        count = int(np.prod(shape))
        planes.append(np.frombuffer(payload, np.uint8, count, at).reshape(shape))
        at += count
    if len(planes) > 1:
        return planes, at
    return (swap_red_blue(planes[0]) if header["format"] == "bgra8" else planes[0]), at


def pack(pixels, format):
    planes = pixels if isinstance(pixels, list) else [swap_red_blue(pixels) if format == "bgra8" else pixels]
    assert all(plane.dtype == np.uint8 for plane in planes), "a reference must give bytes"
    height, width = planes[0].shape[:2]
    return {"width": width, "height": height, "format": format}, b"".join(np.ascontiguousarray(plane).tobytes() for plane in planes)
