"""The test pictures, always the same: photos with several kinds of alpha, and patterns that are hard on one operation or another."""
import functools
import os

import cv2
import numpy as np
from PIL import Image

from frames import half

PHOTOS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../demos/images")


def random(seed):
    return np.random.RandomState(seed)


def noise(width, height, seed=1, low=0, high=255):
    return random(seed).randint(low, high + 1, (height, width, 4)).astype(np.uint8)


def grid(width, height):
    return np.mgrid[0:height, 0:width]


def colour(*channels, alpha=255):
    """Channels (arrays or numbers, one for all or three) as rgba8."""
    if len(channels) == 1:
        channels = channels * 3
    arrays = np.broadcast_arrays(*channels, alpha)
    return np.clip(np.stack(arrays, axis=-1), 0, 255).astype(np.uint8)


def constant(width, height, *value):
    return np.full((height, width, 4), value, np.uint8)


def ramp(width, height, across, down, base=0):
    y, x = grid(width, height)
    v = base + across * x + down * y
    return colour(v, 255 - v, (v * 3) % 256, alpha=(v * 7) % 256)


def lines(width, height, every_x, every_y):
    y, x = grid(width, height)
    hit = (x % every_x == 0 if every_x else False) | (y % every_y == 0 if every_y else False)
    return colour(np.where(hit, 255, 0), np.where(hit, 0, 255), np.where(hit, 200, 40))


def diagonal(width, height):
    y, x = grid(width, height)
    return colour(np.where(x == y, 255, 0), np.where(x + y == width - 1, 255, 30), np.where(abs(x - y) < 2, 0, 255))


def checkers(width, height, size, low=0, high=255):
    y, x = grid(width, height)
    v = np.where((x // size + y // size) % 2, high, low)
    return colour(v, low + high - v, v, alpha=np.where(x // size % 2, 255, 0))


def impulse(width, height, x, y, on=255, off=0):
    image = constant(width, height, off, off, off, 255)
    image[y, x, :3] = on
    return image


def disc(width, height):
    y, x = grid(width, height)
    r = np.hypot(x - width / 2 + 0.5, y - height / 2 + 0.5) / (min(width, height) / 2)
    return colour(np.where(r < 0.8, 230, 25), 255 * np.clip(1 - r, 0, 1), np.where(r < 0.5, 0, 90), alpha=255 * np.clip(1.2 - r, 0, 1))


def zone_plate(width, height):
    y, x = grid(width, height)
    wave = np.cos(np.pi / max(width, height) * ((x - width / 2) ** 2 + (y - height / 2) ** 2))
    return colour(127.5 + 127.5 * wave, 127.5 - 127.5 * wave, 127.5 + 60 * wave, alpha=255)


def skewed(width, height, scale, seed):
    """Most values low, a long tail upwards, or the other way round where scale is negative."""
    v = np.minimum(random(seed).exponential(abs(scale), (height, width, 3)), 255)
    return colour(*np.moveaxis(v if scale > 0 else 255 - v, -1, 0))


def two_hills(width, height, seed):
    rng = random(seed)
    v = np.where(rng.rand(height, width) < 0.35, rng.normal(70, 15, (height, width)), rng.normal(180, 25, (height, width)))
    return colour(v, 255 - v, v / 2)


def every_value_and_alpha():
    y, x = grid(256, 64)
    return colour(x, 255 - x, (x * 5 + y) % 256, alpha=y * 255 // 63)


def colour_cube():
    y, x = grid(64, 64)
    level = np.array([0, 17, 85, 86, 128, 170, 254, 255])
    return colour(level[x % 8], level[x // 8], level[y % 8], alpha=level[7 - y // 8])


def period_251(width, height):
    return (np.arange(width * height * 4) % 251).astype(np.uint8).reshape(height, width, 4)


def photo(file, alpha, left=0, top=0, width=None, height=None):
    try:
        pixels = np.asarray(Image.open(os.path.join(PHOTOS, file)).convert("RGB"))
    except FileNotFoundError:  # without the demo's photos: clouds of the same kind
        clouds = random(len(file)).randint(0, 256, (24, 32, 3)).astype(np.uint8)
        pixels = cv2.resize(clouds, (640, 480), interpolation=cv2.INTER_CUBIC)
    pixels = pixels[top:, left:][:height, :width]
    y, x = grid(pixels.shape[1], pixels.shape[0])
    alphas = {
        "opaque": 255 + 0 * x,
        "ramp": x * 255 // max(1, pixels.shape[1] - 1),
        "noise": random(7).randint(0, 256, x.shape),
        "disc": np.where(np.hypot(x - x.mean(), y - y.mean()) < pixels.shape[0] * 0.45, 255, 0),
    }
    return np.dstack([pixels, alphas[alpha].astype(np.uint8)])


# group: «photo» is large, «tiny» has a side that is shorter than most windows
PICTURES = {
    "cat": ("photo", lambda: photo("chelsea.png", "opaque")),
    "coffee": ("photo", lambda: photo("coffee.png", "opaque", 101, 60, 333, 251)),
    "astronaut": ("photo", lambda: photo("astronaut.png", "ramp", 120, 0, 256, 256)),
    "galaxies": ("photo", lambda: photo("hubble_deep_field.jpg", "noise", 300, 200, 401, 97)),
    "rocket": ("photo", lambda: photo("rocket.jpg", "disc", 250, 0, 129, 427)),
    "noise 1×1": ("tiny", lambda: noise(1, 1, 3)),
    "noise 1×7": ("tiny", lambda: noise(1, 7, 4)),
    "noise 7×1": ("tiny", lambda: noise(7, 1, 5)),
    "noise 2×2": ("tiny", lambda: noise(2, 2, 6)),
    "noise 3×3": ("tiny", lambda: noise(3, 3, 7)),
    "noise 5×3": ("tiny", lambda: noise(5, 3, 8)),
    "noise 4×6": ("tiny", lambda: noise(4, 6, 9)),
    "noise 64×1": ("tiny", lambda: noise(64, 1, 10)),
    "noise 1×33": ("tiny", lambda: noise(1, 33, 11)),
    "noise 2×19": ("tiny", lambda: noise(2, 19, 12)),
    "noise 15×16": ("pattern", lambda: noise(15, 16, 13)),
    "noise 16×15": ("pattern", lambda: noise(16, 15, 14)),
    "noise 17×31": ("pattern", lambda: noise(17, 31, 15)),
    "noise 33×8": ("pattern", lambda: noise(33, 8, 16)),
    "noise 64×64": ("pattern", lambda: noise(64, 64, 17)),
    "noise 67×45": ("pattern", lambda: noise(67, 45, 18)),
    "noise 127×3": ("tiny", lambda: noise(127, 3, 19)),
    "noise 130×70": ("pattern", lambda: noise(130, 70, 20)),
    "quiet noise 48×47": ("pattern", lambda: noise(48, 47, 21, 120, 135)),
    "black or white 37×29": ("pattern", lambda: noise(37, 29, 22, 0, 1) * 255),
    "dark noise 40×21": ("pattern", lambda: noise(40, 21, 23, 0, 3)),
    "bright noise 21×40": ("pattern", lambda: noise(21, 40, 24, 252, 255)),
    "ramp across 256×4": ("tiny", lambda: ramp(256, 4, 1, 0)),
    "ramp down 4×256": ("tiny", lambda: ramp(4, 256, 0, 1)),
    "ramp 63×61": ("pattern", lambda: ramp(63, 61, 2, 2)),
    "sawtooth 100×33": ("pattern", lambda: colour((grid(100, 33)[1] * 9) % 256, (grid(100, 33)[0] * 31) % 256, 128)),
    "black 19×13": ("pattern", lambda: constant(19, 13, 0, 0, 0, 255)),
    "white 20×12": ("pattern", lambda: constant(20, 12, 255, 255, 255, 255)),
    "clear 18×11": ("pattern", lambda: constant(18, 11, 0, 0, 0, 0)),
    "colour 23×14": ("pattern", lambda: constant(23, 14, 10, 200, 77, 128)),
    "lines across 41×39": ("pattern", lambda: lines(41, 39, 0, 7)),
    "lines down 39×41": ("pattern", lambda: lines(39, 41, 5, 0)),
    "grid lines 50×38": ("pattern", lambda: lines(50, 38, 6, 4)),
    "every other row 34×35": ("pattern", lambda: lines(34, 35, 0, 2)),
    "diagonals 45×45": ("pattern", lambda: diagonal(45, 45)),
    "checkers 40×40": ("pattern", lambda: checkers(40, 40, 1)),
    "checkers of 3 53×37": ("pattern", lambda: checkers(53, 37, 3, 1, 254)),
    "checkers of 8 72×49": ("pattern", lambda: checkers(72, 49, 8, 100, 101)),
    "impulse 33×33": ("pattern", lambda: impulse(33, 33, 16, 16)),
    "impulse in a corner 32×30": ("pattern", lambda: impulse(32, 30, 31, 0)),
    "hole 30×34": ("pattern", lambda: impulse(30, 34, 0, 17, 0, 255)),
    "disc 61×59": ("pattern", lambda: disc(61, 59)),
    "zone plate 96×96": ("pattern", lambda: zone_plate(96, 96)),
    "low values 58×43": ("pattern", lambda: skewed(58, 43, 30, 25)),
    "high values 43×58": ("pattern", lambda: skewed(43, 58, -30, 26)),
    "two hills 70×50": ("pattern", lambda: two_hills(70, 50, 27)),
    "two levels 31×22": ("pattern", lambda: colour(np.where(noise(31, 22, 28)[..., 0] < 90, 60, 61), 255, 0)),
    "every value and alpha 256×64": ("pattern", every_value_and_alpha),
    "colour cube 64×64": ("pattern", colour_cube),
    "period 251 83×50": ("pattern", lambda: period_251(83, 50)),
}


@functools.lru_cache(None)
def rgba(name):
    return PICTURES[name][1]()


def listing():
    return [{"name": name, "width": rgba(name).shape[1], "height": rgba(name).shape[0], "group": PICTURES[name][0]} for name in PICTURES]


def make(name, format, second=False):
    """The picture in this format. second: another one of the same size, its channels in other places, for operations of two inputs."""
    pixels = rgba(name)
    if second:
        pixels = pixels[::-1, ::-1][..., [1, 2, 3, 0]]
    red, green, blue = (np.ascontiguousarray(pixels[..., c]) for c in range(3))
    if format == "gray8":
        return green
    if format in ("i420", "nv12"):  # any bytes are pixels: two channels serve as chroma
        u, v = red[::2, ::2], blue[::2, ::2]
        assert u.shape == (half(green.shape[0]), half(green.shape[1]))
        return [green, u, v] if format == "i420" else [green, np.dstack([u, v])]
    return pixels
