"""How different two images look: three measures that know more about the eye than the MSE.

`ciede2000` compares colours, pixel by pixel; `ssim` compares patterns of light and dark; `blurred`
is an image as it arrives in the eye, where neighbouring pixels run into each other.
"""

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.further.oklab import LIGHT, light, values_of

XYZ = np.array(  # light in red, green and blue -> X, Y, Z, white being (0.95, 1, 1.09)
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
LUMA = np.array([0.299, 0.587, 0.114])  # how much of the grey is red, green, blue (ITU-R BT.601)


def ciede2000(one, other):
    """Return how different the colours of two images look, pixel by pixel: (H, W) float64.

    one, other: (H, W, 3) uint8, or float values from 0 to 255. 1 is about the least difference that
    is seen, 0 is none. By the formula of the CIE (2001), from CIELAB values under daylight (D65).

    >>> ciede2000(np.uint8([[[255, 0, 0]]]), np.uint8([[[255, 0, 10]]])).round(2).tolist()
    [[0.95]]
    """
    _same_shape(one, other)
    return ciede2000_of_lab(to_lab(one), to_lab(other))


def to_lab(colours):
    """Turn sRGB colours, (..., 3) uint8 or float from 0 to 255, into CIELAB: (..., 3) float64."""
    colours = np.asarray(colours)
    linear = LIGHT[colours] if colours.dtype == np.uint8 else light(colours)
    xyz = linear @ (XYZ / XYZ.sum(axis=1, keepdims=True)).T  # as shares of those of white
    seen = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * 841 / 108 + 4 / 29)
    x, y, z = np.moveaxis(seen, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def ciede2000_of_lab(one, other):
    """Return the CIEDE2000 difference of CIELAB colours: two (..., 3) -> (...).

    After Luo, Cui and Rigg (2001), in the notation of Sharma, Wu and Dalal (2005).
    """
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(one, -1, 0), np.moveaxis(other, -1, 0)
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grow = 1.5 - np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) / 2  # near grey, a counts for more
    c1, c2 = np.hypot(grow * a1, b1), np.hypot(grow * a2, b2)
    h1, h2 = (np.arctan2(b, grow * a) % (2 * np.pi) for a, b in ((a1, b1), (a2, b2)))
    turn = h2 - h1  # from hue to hue the shorter way round; a grey has no hue
    turn = np.where(c1 * c2 == 0, 0, turn - 2 * np.pi * np.rint(turn / (2 * np.pi)))
    hue = np.where(c1 * c2 == 0, h1 + h2, h1 + turn / 2)
    lightness, chroma = (l1 + l2) / 2 - 50, (c1 + c2) / 2
    weight = (
        1
        - 0.17 * np.cos(hue - np.radians(30))
        + 0.24 * np.cos(2 * hue)
        + 0.32 * np.cos(3 * hue + np.radians(6))
        - 0.20 * np.cos(4 * hue - np.radians(63))
    )
    # Around a hue of 275 degrees, blue, the axes are turned.
    blue = np.exp(-((np.degrees(hue % (2 * np.pi)) / 25 - 11) ** 2))
    turned = 2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(60) * blue)
    dl = (l2 - l1) / (1 + 0.015 * lightness**2 / np.sqrt(20 + lightness**2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(turn / 2) / (1 + 0.015 * chroma * weight)
    return np.sqrt(np.maximum(0, dl**2 + dc**2 + dh**2 - turned * dc * dh))


def ssim(one, other):
    """Return the structural similarity of two images, (H, W, 3): 1 if they are equal, else less.

    Around each pixel it compares the mean, the contrast and the pattern of light and dark, so it
    does not see a change of hue (Wang, Bovik, Sheikh and Simoncelli, 2004).

    >>> image = np.arange(300, dtype=np.uint8).reshape(10, 10, 3)
    >>> ssim(image, image)
    1.0
    """
    _same_shape(one, other)
    x, y = one @ LUMA, other @ LUMA
    mean_x, mean_y = gaussian(x), gaussian(y)
    var_x, var_y = gaussian(x * x) - mean_x**2, gaussian(y * y) - mean_y**2
    both = gaussian(x * y) - mean_x * mean_y
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2  # so that nothing is divided by nearly 0
    alike = (2 * mean_x * mean_y + c1) * (2 * both + c2)
    return float((alike / ((mean_x**2 + mean_y**2 + c1) * (var_x + var_y + c2))).mean())


def blurred(image, sigma=1.5):
    """Blur an image, (H, W, 3) uint8, as the eye does: light runs into light. (H, W, 3) float64.

    sigma is in pixels. The values are again those of sRGB, from 0 to 255, but not rounded.

    >>> stripes = np.zeros((40, 40, 3), np.uint8)
    >>> stripes[::2] = 255
    >>> blurred(stripes).round()[20, 20].tolist()  # half the light of white, which is no 128
    [188.0, 188.0, 188.0]
    """
    arguments.image("image", image)
    return values_of(gaussian(LIGHT[image], sigma))


def gaussian(values, sigma=1.5):
    """Blur the first two axes of an array with the bell curve; at its edges it is mirrored."""
    radius = int(3.5 * sigma + 0.5)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    weights /= weights.sum()
    for axis in (0, 1):
        ways = [(radius, radius) if i == axis else (0, 0) for i in range(values.ndim)]
        wide, length = np.moveaxis(np.pad(values, ways, "symmetric"), axis, 0), values.shape[axis]
        blurred = sum(weight * wide[i : i + length] for i, weight in enumerate(weights))
        values = np.moveaxis(blurred, 0, axis)
    return values


def _same_shape(one, other):
    if np.shape(one) != np.shape(other) or np.shape(one)[2:] != (3,):
        got = f"{np.shape(one)} and {np.shape(other)}"
        raise ValueError(f"one and other must be images of the same shape, (H, W, 3); got {got}")
