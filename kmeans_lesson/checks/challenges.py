"""Three challenges on the sample images: how good a learner's try is beside the best known one.

    from kmeans_lesson.checks import challenges

    challenges.marbles(image, my_start)

The best known figures are found anew in the tests: of the marbles, by twenty starts with k-means++,
run until nothing changes; of the others by `best_centroids`, for the sunset with more and more
colours until 30 dB are reached.
"""

import numpy as np

from kmeans_lesson.checks.judge import Answer
from kmeans_lesson.checks.words import kind_of
from kmeans_lesson.compare import count_colours, psnr
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.images import to_pixels
from kmeans_lesson.kmeans import kmeans

MARBLES, SUNSET, CONFETTI = 939.305, 4147, 78.006  # error, bytes, error: the best known
DIFFERENT = {"marbles": 142_227, "sunset": 26_946, "confetti": 12_723}  # colours of the samples
DECIBELS = 30
CLOSE = 1.001  # times the best known: as good as that


def marbles(image, start):
    """Say how low the error of the marbles is, ten iterations after a start, (4, 3)."""
    colours, complaint = _colours(image, "marbles", start, 4)
    if complaint:
        return complaint
    error = kmeans(to_pixels(image), colours, iterations=10).errors[-1]
    return _beside(f"A mean squared error of {error:.1f}", error, MARBLES, "{:.1f}")


def sunset(image, compressed):
    """Say how few bytes a compressed image, (H, W, 3) uint8, of the sunset has, if it has 30 dB."""
    complaint = _other_image(image, "sunset")
    if complaint:
        return complaint
    if getattr(compressed, "shape", None) != image.shape or compressed.dtype != np.uint8:
        came = f"{kind_of(compressed)} and dtype {getattr(compressed, 'dtype', 'none')}"
        return _wrong(f"it must be an image of shape {image.shape} and dtype uint8; got {came}")
    ratio, size = psnr(image, compressed), len(encode(compressed))
    words = f"{size:,} bytes, {ratio:.2f} dB"
    if ratio < DECIBELS:
        return Answer("not yet", f"{words}: not yet {DECIBELS} dB. More colours, or better ones?")
    if count_colours(compressed) > 256:
        return Answer("not yet", f"{words}, but more than 256 colours, too many for a palette.")
    return _beside(words, size, SUNSET, "{:,}")


def confetti(image, palette):
    """Say how low the error of the confetti is with a palette of sixteen colours, (16, 3)."""
    colours, complaint = _colours(image, "confetti", palette, 16)
    if complaint:
        return complaint
    error = kmeans(to_pixels(image), colours, iterations=0).errors[0]
    return _beside(f"A mean squared error of {error:.1f}", error, CONFETTI, "{:.1f}")


def _colours(image, name, given, k):
    """Return K colours, or the answer to what are none or belong to another image."""
    try:
        colours = np.array(given, float)
    except (TypeError, ValueError):
        colours = np.array(0.0)
    if colours.shape == (k, 3) and np.isfinite(colours).all():
        return colours, _other_image(image, name)
    came = f"numbers of shape {colours.shape}" if colours.ndim else kind_of(given)
    return None, _wrong(f"it must be {k} colours, ({k}, 3); got {came}")


def _other_image(image, name):
    """Return the answer to another image than the sample of that name, or None."""
    is_image = isinstance(image, np.ndarray) and image.ndim == 3
    if is_image and count_colours(image) == DIFFERENT[name]:
        return None
    return _wrong(f'it is for the whole sample, load_image("../data/{name}.png")')


def _wrong(words):
    return Answer("wrong kind", f"Wrong kind: {words}.")


def _beside(words, figure, best, form):
    """Answer how a figure, of which less is better, compares with the best known one."""
    known = f"the best known, {form.format(best)}"
    if figure * CLOSE < best:
        return Answer("right", f"{words}. Better than {known}!")
    if figure <= best * CLOSE:
        return Answer("right", f"{words}. As good as {known}.")
    return Answer("not yet", f"{words}, {figure / best - 1:.1%} above {known}.")
