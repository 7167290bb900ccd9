"""Error diffusion: each pixel hands its rounding error on to those not yet painted.

After Floyd and Steinberg (1976): 7/16 of it goes to the right, 3/16 below left, 5/16 below and 1/16
below right. So a small area keeps its mean colour, though it is painted in few colours.
"""

import numpy as np

from kmeans_lesson import arguments
from kmeans_lesson.engine.arithmetic import label_type, scores, weights


def dither(image, palette):
    """Label each pixel with the palette colour nearest to it and the errors handed to it.

    image: (H, W, 3) uint8. palette: (K, 3) uint8, of any K. Returns the labels, (H, W), in the
    smallest unsigned type; `palette[labels]` is the painted image. A tie goes to the lowest label.
    A colour with the errors handed to it is rounded to whole numbers, half up, and clipped to 0 to
    255, so the same image and palette give the same labels on every machine.

    >>> dither(np.full((2, 4, 3), 128, np.uint8), np.uint8([[0, 0, 0], [255, 255, 255]])).tolist()
    [[1, 0, 1, 0], [0, 1, 0, 1]]
    """
    image = arguments.image("image", image)
    palette = arguments.colours("palette", palette)
    if palette.dtype != np.uint8:
        raise ValueError(f"palette must be of dtype uint8; got {palette.dtype}")
    height, width, _ = image.shape
    pixels, weighed = image.reshape(-1, 3), weights(palette.astype(float))
    labels = np.empty(height * width, label_type(len(palette)))
    # A pixel waits for the one at its left and the three above. So all with the same column + 2·row
    # can be painted at once. Of each such slant, errors[1 + row] is what its pixel hands on; three
    # slants are kept, the newest first. Row 0, and all outside the image, hands on nothing.
    last, second, third = np.zeros((3, height + 1, 3), np.int32)
    for slant in range(width + 2 * (height - 1)):
        rows = slice(max(0, (slant - width) // 2 + 1), min(height, slant // 2 + 1))
        below = slice(rows.start + 1, rows.stop + 1)
        places = slant + (width - 2) * np.arange(rows.start, rows.stop)
        handed = 7 * last[below] + 3 * last[rows] + 5 * second[rows] + third[rows]
        wanted = (pixels[places] + (handed + 8 >> 4)).clip(0, 255)
        labels[places] = nearest = scores(wanted, weighed).argmin(axis=1)
        errors = np.zeros((height + 1, 3), np.int32)
        errors[below] = wanted - palette[nearest]
        last, second, third = errors, last, second
    return labels.reshape(height, width)
