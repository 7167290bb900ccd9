"""What a figure shows, in words made from its data: the alt texts of `figures`.

A colour is called by the nearest of a few plain names. Every text keeps to `LIMIT` letters: the
more there is to show, the less is said of each part.
"""

import numpy as np

from kmeans_lesson.kmeans import assign

LIMIT = 300
TINY = 32  # pixels; of an image with no more, every pixel is named
THIRDS = ("top", "middle", "bottom")

NAMES = {  # most names stand for a vivid colour and for softer ones
    "black": ["000000", "140a20"],
    "dark grey": ["404040", "606060"],
    "grey": ["909090"],
    "light grey": ["c0c0c0", "e0e0e0"],
    "white": ["ffffff"],
    "dark red": ["800000", "701c1c"],
    "red": ["ff0000", "d03030", "b05040"],
    "pink": ["ffa0c0", "e07070", "b46878"],
    "dark brown": ["402818", "60381c"],
    "brown": ["80522d", "a86a3c", "8c7464"],
    "light brown": ["b48c64", "c8a078"],
    "beige": ["e0c8a0"],
    "cream": ["faeed4"],
    "orange": ["ff8000", "fa823c", "d8882c", "f0a83c", "f6a26b", "c06030"],
    "yellow": ["ffff00", "fad250", "e0b028"],
    "olive": ["808000", "707030"],
    "dark green": ["004000", "1e5032"],
    "green": ["00ff00", "00a000", "509050", "78c800"],
    "light green": ["90ee90", "80c8a0"],
    "teal": ["008080", "408080", "105460"],
    "cyan": ["00ffff", "60d0d0"],
    "dark blue": ["000060", "141e3c", "28325a"],
    "blue": ["0000ff", "1e6eaa", "4060c0"],
    "light blue": ["82a0dc", "a8d0f0"],
    "dark violet": ["3c1e46", "50285a"],
    "violet": ["8000c0", "8050a0", "6e4a78"],
    "light violet": ["c8a0e0"],
    "magenta": ["ff00ff", "c02880"],
}
_COLOURS = np.array([list(bytes.fromhex(code)) for codes in NAMES.values() for code in codes])
_NAMES = np.array([name for name, codes in NAMES.items() for _ in codes])


def colour_names(colours):
    """Return the plain names of colours, (N, 3) in 0..255: (N,) texts."""
    return _NAMES[assign(np.clip(colours, 0, 255), _COLOURS)]


def images(shown, titles, captions):
    """Describe images, (H, W, 3) uint8 each, under their titles and captions."""
    heads = [_join(", ", pair).replace("\n", ", ") for pair in zip(titles, captions, strict=True)]

    def text(parts, most):
        return _join(". ", (_join(": ", (h, _image(i, parts, most))) for h, i in pairs))

    pairs = list(zip(heads, shown, strict=True))
    return _longest(text, [(0, 4), (3, 3), (3, 2), (3, 1), (1, 2), (1, 1), (1, 0)])


def numbers(image, values, title):
    """Describe a tiny image, (H, W, 3) uint8, with the (H, W) `values` on its pixels."""
    names = colour_names(image.reshape(-1, 3)).reshape(image.shape[:2])

    def text(named):
        cells = [
            [f"{v} {n}".strip() if named else f"{v}" for v, n in zip(*row, strict=True)]
            for row in rows
        ]
        return f"{title}. {_rows(cells)}"

    rows = list(zip(values, names, strict=True))
    return _longest(text, [(True,), (False,)])


def palette(centroids, shares, title):
    """Describe K centroids in their order, and the largest shares of them."""
    names = colour_names(centroids)

    def text(most):
        kept = np.sort(np.argsort(-shares, kind="stable")[:most])
        words = ", ".join(f"{names[i]} {shares[i]:.0%}" for i in kept)
        rest = f", {len(names) - len(kept)} more" if len(kept) < len(names) else ""
        return f"{title}. Dark to light: {words}{rest}"

    return _longest(text, [(most,) for most in range(len(names), 0, -1)])


def cloud(colours, title, centroids):
    """Describe a cloud of different colours, (M, 3) uint8, and the centroids in it, if any."""
    cells = len(np.unique(colours // 32, axis=0))
    spread = ", ".join(
        f"{channel} {low} to {high}"
        for channel, low, high in zip(
            ("red", "green", "blue"), colours.min(axis=0), colours.max(axis=0), strict=True
        )
    )
    marks = [] if centroids is None else colour_names(centroids)

    def text(most, most_marks):
        words = [f"{title}. {len(colours):,} colours", spread]
        words += [f"in {cells} of 512 cells of the cube", _shares(colours, most)]
        diamonds = f"{len(marks)} centroids: {', '.join(marks[:most_marks])}" if len(marks) else ""
        return _join("; ", [*words, diamonds])

    return _longest(text, [(6, 16), (4, 8), (2, 4), (1, 0)])


def curves(points, title, across, up):
    """Describe curves, {name: (xs, ys)}: where each starts and ends, and its lowest point."""
    lines = [_join(": ", (name, _curve(list(xs), list(ys)))) for name, (xs, ys) in points.items()]
    return f"{title}. {up} by {across}. {'; '.join(lines)}"


def shades(values, title, meaning):
    """Describe a map of values, (H, W): its limits, and the mean of each of its nine parts."""
    parts = [
        [number(part.mean()) for part in np.array_split(row, 3, axis=1) if part.size]
        for row in np.array_split(values, 3)
        if row.size
    ]
    words = "; ".join(", ".join(row) for row in parts)
    limits = f"dark is {number(values.min())}, light is {number(values.max())}"
    return (
        f"{title}. {meaning}: {limits}. Means of the parts, from top left to bottom right: {words}"
    )


def times(names, ratios, title):
    """Describe how many times as long as the fastest each takes."""
    words = ", ".join(f"{name} {number(ratio)}" for name, ratio in zip(names, ratios, strict=True))
    return f"{title}. As multiples of the fastest: {words}"


def seeds(errors):
    """Describe the images of some seeds by their errors."""
    words = ", ".join(f"{seed}: {number(error)}" for seed, error in enumerate(errors))
    return f"Images of {len(errors)} seeds, mean squared errors: {words}"


def certificate(errors, centroids, own, others):
    """Describe what a program of one's own made, and which of its functions are whose."""
    names = [str(name) for name in colour_names(centroids)]

    def text(most):
        way = f"error {number(errors[0])} to {number(errors[-1])}"
        words = [f"My own program, K = {len(names)}: {way} in {len(errors) - 1} iterations"]
        words += [
            f"{word}: {', '.join(n)}" for word, n in (("Mine", own), ("Borrowed", others)) if n
        ]
        return ". ".join([*words, f"Palette: {', '.join(dict.fromkeys(names[:most]))}"])

    return _longest(text, [(most,) for most in range(len(names), 0, -1)])


def _image(image, parts, most):
    """Name the leading colours of an image in 3 parts, from top to bottom, or in 1.

    In 0 parts every pixel is named if the image is tiny.
    """
    pixels = image.reshape(-1, 3)
    if parts == 0 and len(pixels) <= TINY:
        names = colour_names(pixels).reshape(image.shape[:2])
        return _rows([_runs(row) for row in names])
    if parts == 1 or len(image) < 3:
        return _shares(pixels, most)
    bands = [band.reshape(-1, 3) for band in np.array_split(image, 3)]
    return "; ".join(f"{w} {_shares(b, most)}" for w, b in zip(THIRDS, bands, strict=True))


def _shares(colours, most):
    """Name the `most` frequent names of colours, (N, 3), with their shares."""
    names, counts = np.unique(colour_names(colours), return_counts=True)
    first = np.argsort(-counts, kind="stable")[:most]
    return ", ".join(f"{names[i]} {counts[i] / len(colours):.0%}" for i in first)


def _runs(names):
    """Say equal neighbours once: black, 2 blue, black."""
    starts = [i for i in range(len(names)) if i == 0 or names[i] != names[i - 1]]
    lengths = np.diff([*starts, len(names)])
    return [f"{n} {names[i]}" if n > 1 else names[i] for i, n in zip(starts, lengths, strict=True)]


def _rows(rows):
    return "; ".join(f"row {i}: {', '.join(row)}" for i, row in enumerate(rows))


def _curve(xs, ys):
    """Say where a curve starts and ends, where it has gone half of the way, and its lowest point.

    Half of the way tells a curve that falls at once from one that falls evenly.
    """
    last, low = len(ys) - 1, int(np.argmin(ys))
    words = [f"{number(ys[i])} at {number(xs[i])}" for i in sorted({0, last})]
    if last > 2 and ys[0] != ys[-1]:
        way = (np.array(ys) - ys[0]) / (ys[-1] - ys[0])
        words.append(f"half of the way at {number(xs[np.argmax(way >= 0.5)])}")
    if low not in (0, last):
        words.append(f"lowest {number(ys[low])} at {number(xs[low])}")
    return ", ".join(words)


def number(value):
    """Return a number as people say it: whole from 100 on, else with three digits."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def _join(between, words):
    return between.join(word for word in words if word)


def _longest(text, choices):
    """Return the first text that keeps to the limit, the last one if none does."""
    for choice in choices:
        if len(text(*choice)) <= LIMIT:
            break
    return text(*choice)
