"""The film of a run: how an image finds its colours, iteration by iteration."""

import io
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kmeans_lesson import arguments
from kmeans_lesson.formats.encode import dark_to_light
from kmeans_lesson.formats.files import file_name, printable, replace_file
from kmeans_lesson.formats.kinds import ImageError
from kmeans_lesson.formats.png import indexed_frame
from kmeans_lesson.images import evenly_spaced, reconstruct, to_pixels
from kmeans_lesson.kmeans import assign

KINDS = (".gif", ".png", ".webp", ".mp4")
SIDE = 256, 512  # pixels, the longer side of a frame's image: at least, at most
TEXT = 24  # pixels, the height of the letters
SHOWN, HELD = 600, 2400  # milliseconds: each frame, the last one


def save_film(path, image, run, halves=False):
    """Save the states of a run as a film that repeats: .gif, .png (animated), .webp or .mp4.

    image: (H, W, 3) uint8. run: what `kmeans` made of its pixels, with K of at most 256. Each frame
    has the image, the palette, and in the lightest and darkest of its colours the iteration and the
    mean squared error: K colours and no others. Only .mp4, which needs imageio-ffmpeg, changes
    colours a little. With halves, the middle of each iteration is a frame, too: the centroids have
    moved, the labels are still the old ones. Of a large image evenly spaced
    pixels are shown. Returns the bytes of the file.

    >>> from kmeans_lesson import init_centroids, kmeans, load_image
    >>> image = load_image("data/marbles.png")
    >>> run = kmeans(to_pixels(image), init_centroids(to_pixels(image), k=16))
    >>> save_film("marbles.gif", image, run) < 1_000_000
    True
    """
    suffix = checked_film(path)
    arguments.image("image", image)
    if len(run.labels) != image.shape[0] * image.shape[1]:
        pixels = f"{len(run.labels):,} labels, image of shape {image.shape}"
        raise ValueError(f"run must be one on the pixels of the image; got {pixels}")
    if len(run.centroids) > 256:
        raise ValueError(f"a film has at most 256 colours in a frame; got K = {len(run.centroids)}")
    frames = film_frames(image, run, halves)
    durations = [SHOWN] * (len(frames) - 1) + [HELD]
    data = _mp4(frames, durations) if suffix == ".mp4" else _animation(frames, durations, suffix)
    replace_file(path, data)
    return len(data)


def checked_film(path):
    """Return the suffix of a film's file; a ValueError says which there are."""
    suffix = Path(file_name(path)).suffix.lower()
    if suffix not in KINDS:
        raise ImageError(f"{printable(path)} must end with one of {', '.join(KINDS)}")
    if suffix == ".mp4":
        try:
            import imageio_ffmpeg  # noqa: F401
        except ImportError as error:
            how = "`pip install imageio-ffmpeg` adds it; .gif, .png and .webp do without"
            raise ImageError(f"{printable(path)} needs imageio-ffmpeg: {how}") from error
    return suffix


def film_frames(image, run, halves=False):
    """Paint each state of a run: [(indices, (h, w) uint8; palette, (K, 3) uint8), ...]."""
    small, k = _fit(image), len(run.centroids)
    pixels, order = to_pixels(small), dark_to_light(run.centroids)
    rank = np.empty(k, np.uint8)
    rank[order] = np.arange(k)
    frames = []
    for i, centroids in enumerate(run.history):
        labels = rank[assign(pixels, centroids)].reshape(small.shape[:2])
        states = [(f"{i}", centroids, run.errors[i])]
        if halves and i + 1 < len(run.history):
            moved = run.history[i + 1]
            states.append((f"{i}.5", moved, _error_between(image, run.errors[i], centroids, moved)))
        for when, now, error in states:
            palette = reconstruct(order, now, (1, k, 3))[0]
            frames.append(
                (_sheet(labels, palette, f"iteration {when}", f"MSE {error:.1f}"), palette)
            )
    return frames


def _error_between(image, error, centroids, moved):
    """Return the mean squared error after update, before the next assign.

    The mean of a cluster is nearer to its pixels than the old centroid by the square of the way
    between the two.
    """
    sizes = np.bincount(assign(to_pixels(image), centroids), minlength=len(centroids))
    return error - sizes @ np.square(moved - centroids).sum(axis=1) / image.size


def _fit(image):
    """Show a large image with fewer pixels and a small one with blocks; blend nothing."""
    small = evenly_spaced(image, SIDE[1])
    block = -(-SIDE[0] // max(small.shape[:2]))
    return small.repeat(block, axis=0).repeat(block, axis=1)


def _sheet(labels, palette, left, right):
    """Put below the labels of an image its palette as a bar, then a line of text: the indices."""
    height, width = labels.shape
    across = max(width, SIDE[0])
    sheet = np.zeros((height + 3 * TEXT, across), np.uint8)
    beside = (across - width) // 2
    sheet[:height, beside : beside + width] = labels
    edges = np.cumsum(np.bincount(labels.ravel(), minlength=len(palette))) / labels.size
    bar = np.searchsorted(edges, (np.arange(across) + 0.5) / across)
    sheet[height : height + TEXT] = bar.clip(max=len(palette) - 1)
    by_light = dark_to_light(palette)  # the two ends differ even where colours are equally light
    dark, light = by_light[0], by_light[-1]
    sheet[height : height + TEXT : TEXT - 1] = light  # above and below, or the bar seems to end
    line, font = Image.new("1", (across, 2 * TEXT)), ImageFont.load_default(TEXT * across / 512)
    draw = ImageDraw.Draw(line)
    draw.text((TEXT // 2, TEXT), left, 1, font, anchor="lm")
    draw.text((across - TEXT // 2, TEXT), right, 1, font, anchor="rm")
    sheet[height + TEXT :] = np.where(line, light, dark)
    return sheet


def _animation(frames, durations, suffix):
    """Encode frames with Pillow, each with its own palette: imageio would choose new colours."""
    images = [indexed_frame(*frame) for frame in frames]
    if suffix != ".gif":  # these have no more than one palette for all frames
        images = [image.convert("RGB") for image in images]
    buffer, kind = io.BytesIO(), {".gif": "GIF", ".png": "PNG", ".webp": "WEBP"}[suffix]
    more = {"save_all": True, "append_images": images[1:], "duration": durations, "loop": 0}
    images[0].save(buffer, kind, lossless=True, optimize=False, **more)
    return buffer.getvalue()


def _mp4(frames, durations):
    """Encode frames as a video, five times a second; both sides have to be even."""
    import imageio.v3

    film = np.stack([palette[indices] for indices, palette in frames])
    film = film[:, : film.shape[1] // 2 * 2, : film.shape[2] // 2 * 2]
    film = film.repeat([duration // 200 for duration in durations], axis=0)
    how = {"plugin": "FFMPEG", "fps": 5, "macro_block_size": 2}
    return imageio.v3.imwrite("<bytes>", film, extension=".mp4", **how)
