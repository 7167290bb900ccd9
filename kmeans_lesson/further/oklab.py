"""OKLab: a colour space in which distances are nearer to what the eye sees (Ottosson, 2020).

A colour has a lightness L, from 0 to 1, and two opponent values: a, from green to red, and b, from
blue to yellow. Black is (0, 0, 0) and white is (1, 0, 0).
"""

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.blocks import BLOCK, each_block
from kmeans_lesson.engine.colours import count, per_pixel
from kmeans_lesson.engine.lloyd import kmeans_of_counted
from kmeans_lesson.kmeans import Run

# Light in red, green and blue -> the three cones of the eye; their cube roots -> L, a, b.
CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
OPPONENTS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def light(values):
    """Turn sRGB values from 0 to 255 into light from 0 to 1 (IEC 61966-2-1, 1999)."""
    values = np.asarray(values) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def values_of(light):
    """Turn light from 0 to 1 back into sRGB values from 0 to 255, not rounded."""
    power = 1.055 * np.power(light, 1 / 2.4) - 0.055
    return 255 * np.where(light <= 0.0031308, 12.92 * light, power)


LIGHT = light(np.arange(256))  # of each value: looked up, since powers are slow


def to_oklab(colours):
    """Turn sRGB colours into OKLab: (..., 3) uint8 -> (..., 3) float64.

    >>> to_oklab([[0, 0, 0], [255, 255, 255]]).round(6).tolist()
    [[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]]
    """
    colours = np.asarray(colours)
    kind, shape = colours.dtype.kind, colours.shape
    whole = kind in "ui" and colours.size and colours.min() >= 0 and colours.max() <= 255
    if not whole or shape[-1:] != (3,):
        raise ValueError(
            "colours must be an array of integers from 0 to 255 of shape (..., 3); "
            f"got shape {shape} and dtype {colours.dtype}"
        )
    pixels, oklab = colours.reshape(-1, 3), np.empty((colours.size // 3, 3))

    def work(rows):
        oklab[rows] = np.cbrt(LIGHT[pixels[rows]] @ CONES.T) @ OPPONENTS.T

    each_block(work, len(pixels), BLOCK // 3)
    return oklab.reshape(shape)


def from_oklab(oklab):
    """Turn OKLab into the nearest whole sRGB values: (..., 3) float -> (..., 3) uint8.

    What a screen cannot show is clipped, channel by channel, to the least or most light it has.

    >>> from_oklab([[0, 0, 0], [1, 0, 0], [2, 0, 0]]).tolist()
    [[0, 0, 0], [255, 255, 255], [255, 255, 255]]
    """
    oklab = np.asarray(oklab)
    if oklab.dtype.kind not in "uif" or oklab.shape[-1:] != (3,) or not np.isfinite(oklab).all():
        raise ValueError(
            "oklab must be an array of finite numbers of shape (..., 3); "
            f"got shape {oklab.shape} and dtype {oklab.dtype}"
        )
    shown = (oklab @ np.linalg.inv(OPPONENTS).T) ** 3 @ np.linalg.inv(CONES).T
    return np.rint(values_of(shown.clip(0, 1))).astype(np.uint8)


def kmeans_in_oklab(pixels, centroids, iterations=10):
    """Run K-means on the pixels in OKLab, once for each different colour, with its count.

    pixels: (N, 3) uint8. centroids: (K, 3) float64, the start, in OKLab. Returns the `Run` of
    `kmeans(to_oklab(pixels), centroids, iterations)`, up to the last digits, sooner: its centroids
    and errors are in OKLab, so the errors cannot be compared with those of a run in RGB.
    """
    pixels = arguments.colours("pixels", pixels)
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be of dtype uint8; got {pixels.dtype}")
    centroids = arguments.colours("centroids", centroids).astype(float)
    colours, counts = count(pixels)
    steps = range(arguments.integer("iterations", iterations, 0))
    found = kmeans_of_counted(colours, counts, centroids, steps, to_oklab(colours))
    centroids, labels, history, errors = found
    return Run(centroids, per_pixel(labels, colours, pixels), history, errors)
