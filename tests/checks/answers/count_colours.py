"""Answers to count_colours as learners write them."""

import math
from collections import Counter

import numpy as np

from answers import right, wrong
from kmeans_lesson.compare import count_colours


@right("count_colours")
def unique_rows(image):
    return len(np.unique(image.reshape(-1, 3), axis=0))


@right("count_colours")
def set_of_tuples(image):
    return len({tuple(pixel) for row in image.tolist() for pixel in row})


@right("count_colours")
def packed_and_sorted(image):
    red, green, blue = image.reshape(-1, 3).T.astype(int)
    packed = np.sort(red * 256**2 + green * 256 + blue)
    return 1 + np.count_nonzero(np.diff(packed))


@right("count_colours")
def shifted_in_uint32(image):
    wide = image.astype(np.uint32)
    return np.unique(wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]).size


@right("count_colours")
def table_of_all_colours(image):
    packed = (image.astype(int) * [65536, 256, 1]).sum(axis=2)
    return int(np.count_nonzero(np.bincount(packed.ravel())))


@right("count_colours")
def dictionary_of_bytes(image):
    return len({pixel.tobytes(): True for row in image for pixel in row})


@right("count_colours")
def list_of_the_seen(image):
    seen = []
    for row in image.tolist():
        for pixel in row:
            if pixel not in seen:
                seen.append(pixel)
    return len(seen)


@right("count_colours")
def as_float(image):
    return float(unique_rows(image))


@right("count_colours")
def as_array_of_one(image):
    return np.array(unique_rows(image))


@right("count_colours")
def hex_names(picture):
    return len({"#{:02x}{:02x}{:02x}".format(*pixel) for pixel in picture.reshape(-1, 3)})


@right("count_colours")
def tree_of_channels(image):
    tree = {}
    for r, g, b in image.reshape(-1, 3).tolist():
        tree.setdefault(r, {}).setdefault(g, set()).add(b)
    return sum(len(blues) for greens in tree.values() for blues in greens.values())


@wrong("count_colours", "counts different numbers instead of colours")
def unique_without_axis(image):
    return len(np.unique(image.reshape(-1, 3)))


@wrong("count_colours", "counts different numbers instead of colours")
def set_of_numbers(image):
    return len({int(value) for row in image for pixel in row for value in pixel})


@wrong("count_colours", "counts pixels")
def height_times_width(image):
    return image.shape[0] * image.shape[1]


@wrong("count_colours", "counts pixels")
def list_of_pixels(image):
    return len([tuple(pixel) for row in image for pixel in row])


@wrong("count_colours", "counts per channel")
def three_counts(image):
    return [len(np.unique(image[:, :, c])) for c in range(3)]


@wrong("count_colours", "counts per channel")
def sum_of_three_counts(image):
    return sum(len(np.unique(image[:, :, c])) for c in range(3))


@wrong("count_colours", "counts per channel")
def product_of_three_counts(image):
    return math.prod(len({*channel}) for channel in image.reshape(-1, 3).T.tolist())


@wrong("count_colours", "packs with uint8 wrap-around")
def packed_in_uint8(image):
    return np.unique(image[..., 0] * 100 + image[..., 1] * 10 + image[..., 2]).size


@wrong("count_colours", "packs with uint8 wrap-around")
def shifted_in_uint8(image):
    return len(np.unique((image[..., 0] << 16) + (image[..., 1] << 8) + image[..., 2]))


@wrong("count_colours", "packs different colours into one number")
def packed_by_255(image):
    wide = image.astype(int)
    return len(np.unique(wide[..., 0] * 255**2 + wide[..., 1] * 255 + wide[..., 2]))


@wrong("count_colours", "packs different colours into one number")
def joined_as_text(image):
    return len({f"{r}{g}{b}" for r, g, b in image.reshape(-1, 3)})


@wrong("count_colours", "counts only one channel")
def unique_reds(image):
    return len(np.unique(image[:, :, 0]))


@wrong("count_colours", "counts only one channel")
def set_of_greens(image):
    return len({pixel[1] for row in image.tolist() for pixel in row})


@wrong("count_colours", "forgets one channel")
def red_and_green(image):
    return len({(pixel[0], pixel[1]) for row in image.tolist() for pixel in row})


@wrong("count_colours", "returns the colours")
def the_rows(image):
    return np.unique(image.reshape(-1, 3), axis=0)


@wrong("count_colours", "returns the colours")
def the_set(image):
    return {tuple(pixel) for row in image.tolist() for pixel in row}


@wrong("count_colours", "adds the three channels")
def sums(image):
    return len(np.unique(image.sum(axis=2)))


@wrong("count_colours", "adds the three channels")
def sums_in_uint8(image):
    return len(np.unique(image[..., 0] + image[..., 1] + image[..., 2]))


@wrong("count_colours", "forgets the order of the channels")
def sorted_channels(image):
    return len({tuple(sorted(pixel)) for row in image.tolist() for pixel in row})


@wrong("count_colours", "counts rows or columns of the image")
def unique_lines(image):
    return len(np.unique(image, axis=0))


@wrong("count_colours", "counts what np.unique returns")
def length_of_the_pair(image):
    return len(np.unique(image.reshape(-1, 3), axis=0, return_counts=True))


@wrong("count_colours", "looks at only a part of the image")
def first_row(image):
    return len({tuple(pixel) for pixel in image[0]})


@wrong("count_colours", "counts changes instead of colours")
def changes(image):
    count, last = 0, None
    for pixel in image.reshape(-1, 3).tolist():
        count += pixel != last
        last = pixel
    return count


@wrong("count_colours", "off by one")
def counts_from_one(image):
    return unique_rows(image) + 1


@wrong("count_colours", "prints instead of returns")
def colours_printed(image):
    print(unique_rows(image))


# ------------------------------------------------------------------------------ at scale, states


@right("count_colours")
def counter(image):
    return len(Counter(map(tuple, image.reshape(-1, 3).tolist())))


@right("count_colours")
def lexsorted(image):
    rows = image.reshape(-1, 3)
    rows = rows[np.lexsort(rows.T)]
    return 1 + int((rows[1:] != rows[:-1]).any(axis=1).sum())


@right("count_colours")
def void_view(image):
    rows = np.ascontiguousarray(image.reshape(-1, 3))
    return np.unique(rows.view([("", np.uint8)] * 3)).size


@right("count_colours")
def complex_numbers(image):
    wide = image.astype(float)
    return np.unique(wide[..., 0] * 1000 + wide[..., 1] + 1j * wide[..., 2]).size


@right("count_colours")
def bits_of_one_number_for_each_red(image):
    seen = [0] * 256
    for r, g, b in image.reshape(-1, 3).tolist():
        seen[r] |= 1 << (g * 256 + b)
    return sum(bin(bits).count("1") for bits in seen)


@wrong("count_colours", "larger scale")
def at_most_2000(image):
    return min(unique_rows(image), 2000)


@wrong("count_colours", "larger scale")
def first_fifty_rows(image):
    return unique_rows(image[:50])


@wrong("count_colours", "remembers")
def cached_count(image, known={}):  # noqa: B006
    return known.setdefault(image.shape, unique_rows(image))


@wrong("count_colours", "forgets one channel")
def green_and_blue(image):
    return len(np.unique(image[:, :, 1:].reshape(-1, 2), axis=0))


@wrong("count_colours", "multiplies the three channels")
def products(image):
    wide = image.astype(int)
    return len(np.unique(wide[..., 0] * wide[..., 1] * wide[..., 2]))


@wrong("count_colours", "adds the counts")
def counts_added(image):
    return sum(len(set(channel)) for channel in image.reshape(-1, 3).T.tolist())


@wrong("count_colours", "multiplies the counts")
def counts_multiplied(image):
    return np.prod([len(np.unique(image[:, :, c])) for c in range(3)])


@wrong("count_colours", "order of the channels")
def sets_of_three(image):
    return len({frozenset(pixel) for pixel in image.reshape(-1, 3).tolist()})


@wrong("count_colours", "range with a step")
def every_second(image):
    return unique_rows(image[::2, ::2])


@wrong("count_colours", "subtracts")
def differences(image):
    wide = image.astype(int)
    return len(np.unique(wide[..., 0] - wide[..., 1] - wide[..., 2]))


@wrong("count_colours", "looked up with `in`")
def list_of_arrays(image):
    seen = []
    for pixel in image.reshape(-1, 3):
        if pixel not in seen:
            seen.append(pixel)
    return len(seen)


@wrong("count_colours", "tuple() makes")
def set_of_arrays(image):
    return len(set(image.reshape(-1, 3)))


@wrong("count_colours", "same number")
def returns_too_soon(image):
    seen = set()
    for pixel in image.reshape(-1, 3).tolist():
        seen.add(tuple(pixel))
        if seen:
            return len(seen)


@wrong("count_colours", "returns inside the loop")
def in_the_loop(image):
    seen = set()
    for line in image.tolist():
        for pixel in line:
            seen.add(tuple(pixel))
        return len(seen)


@wrong("count_colours", "package's own")
def from_the_package(image):
    return int(count_colours(image))


@wrong("count_colours", "off by one")
def without_the_first(image):
    return len({tuple(p) for p in image.reshape(-1, 3).tolist()}) - 1


@wrong("count_colours", "packs with uint8 wrap-around")
def packed_by_ten(image):
    red, green, blue = image[..., 0], image[..., 1], image[..., 2]
    return len(np.unique(red * 100 + green * 10 + blue))


@wrong("count_colours", "looks at only a part")
def without_the_last_row(image):
    return len({tuple(p) for line in image[:-1].tolist() for p in line})


@wrong("count_colours", "packs different colours into one number")
def packed_one_short(image):
    return len(np.unique((image.astype(int) * [65535, 256, 1]).sum(axis=2)))
