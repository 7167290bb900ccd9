"""Answers to to_pixels as learners write them."""

# ruff: noqa: C416, F841 - as learners write
import itertools

import numpy as np

from answers import right, wrong
from kmeans_lesson import to_pixels


@right("to_pixels")
def by_reshape(image):
    return image.reshape(-1, 3)


@right("to_pixels")
def by_lengths(image):
    height, width, channels = image.shape
    return np.reshape(image, (height * width, channels))


@right("to_pixels")
def by_two_loops(image):
    rows = []
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            rows.append(image[row, column])
    return np.array(rows)


@right("to_pixels")
def as_lists(img):
    return [[int(v) for v in pixel] for line in img for pixel in line]


@right("to_pixels")
def by_lines(image):
    return np.concatenate(list(image))


@right("to_pixels")
def by_vstack(image):
    return np.vstack([line for line in image])


@right("to_pixels")
def by_channels(image):
    return np.stack([image[..., c].ravel() for c in range(3)], axis=1)


@right("to_pixels")
def as_floats(image):
    return image.astype(np.float32).reshape(-1, 3)


@right("to_pixels")
def by_counting(image):
    h, w, _ = image.shape
    out = np.zeros((h * w, 3), dtype=int)
    for i in range(h * w):
        out[i] = image[i // w, i % w]
    return out


@right("to_pixels")
def by_transposes(image):
    return image.transpose(2, 0, 1).reshape(3, -1).T


@right("to_pixels")
def by_bytes(image):
    return np.frombuffer(image.tobytes(), np.uint8).reshape(len(image) * len(image[0]), 3)


@right("to_pixels")
def by_recursion(image):
    if len(image) == 1:
        return image[0]
    return np.concatenate([image[0], by_recursion(image[1:])])


@right("to_pixels")
def by_chain(image):
    return np.array(list(itertools.chain.from_iterable(image.tolist())))


@right("to_pixels")
def as_tuples(image):
    return tuple(tuple(pixel) for line in image.tolist() for pixel in line)


@right("to_pixels")
def on_its_own_copy(image):
    image = image.copy()
    image.shape = (-1, 3)
    return image


@wrong("to_pixels", "reshape in column order")
def order_f(image):
    return image.reshape(-1, 3, order="F")


@wrong("to_pixels", "reshape in column order")
def columns_outside(image):
    return np.array([image[y, x] for x in range(image.shape[1]) for y in range(image.shape[0])])


@wrong("to_pixels", "transposed height and width")
def swapped_axes(image):
    return np.swapaxes(image, 0, 1).reshape(-1, 3).astype(int)


@wrong("to_pixels", "reshape in column order")
def flat_f(image):
    return image.flatten("F").reshape(-1, 3)


@wrong("to_pixels", "reshape in column order")
def order_a(image):
    return image.reshape(-1, 3, order="A")


@wrong("to_pixels", "reshape to (3, N)")
def three_rows(image):
    return image.reshape(3, -1)


@wrong("to_pixels", "reshape to (3, N)")
def three_rows_turned(image):
    return image.reshape(3, -1).T


@wrong("to_pixels", "transposed")
def channel_lists(image):
    return [image[:, :, c].flatten().tolist() for c in range(3)]


@wrong("to_pixels", "drops pixels")
def last_row_lost(image):
    return image[:-1].reshape(-1, 3)


@wrong("to_pixels", "drops pixels")
def loops_too_short(image):
    rows = []
    for y in range(image.shape[0] - 1):
        for x in range(image.shape[1] - 1):
            rows.append(image[y, x])
    return np.array(rows)


@wrong("to_pixels", "drops pixels")
def from_one(image):
    return np.array([image[y, x] for y in range(len(image)) for x in range(1, len(image[0]))])


@wrong("to_pixels", "drops pixels")
def only_different(image):
    return np.unique(image.reshape(-1, 3), axis=0)


@wrong("to_pixels", "drops pixels")
def end_stays_zero(image):
    h, w, _ = image.shape
    out = np.zeros((h * w, 3), np.uint8)
    for i in range(h * w - 1):
        out[i] = image[i // w, i % w]
    return out


@wrong("to_pixels", "drops pixels")
def a_set(image):
    return list({tuple(p) for line in image.tolist() for p in line})


@wrong("to_pixels", "wrong shape")
def flat(image):
    return image.flatten()


@wrong("to_pixels", "forgets channels")
def red_only(image):
    return image[:, :, 0].reshape(-1, 1)


@wrong("to_pixels", "forgets channels")
def grey(image):
    return image.mean(axis=2).ravel()


@wrong("to_pixels", "wrong shape")
def as_it_came(image):
    return image


@wrong("to_pixels", "scales the colours")
def to_one(image):
    return image.reshape(-1, 3) / 255


@wrong("to_pixels", "channels in another order")
def bgr(image):
    return image[:, :, ::-1].reshape(-1, 3)


@wrong("to_pixels", "pixels in another order")
def upside_down(image):
    return image[::-1].reshape(-1, 3)


@wrong("to_pixels", "pixels in another order")
def in_order(image):
    return np.array(sorted(image.reshape(-1, 3).tolist()))


@wrong("to_pixels", "changes the input")
def shape_set(image):
    image.shape = (-1, 3)
    return image


@wrong("to_pixels", "changes the input")
def paints(image):
    pixels = image.reshape(-1, 3)
    pixels[0] += 1
    out = pixels.copy()
    out[0] -= 1
    return out


@wrong("to_pixels", "returns None")
def no_return(image):
    pixels = image.reshape(-1, 3)


@wrong("to_pixels", "prints instead of returns")
def printed(image):
    print(image.reshape(-1, 3))


@right("to_pixels")
def by_an_iterator(image):
    numbers, pixels = iter(image.ravel().tolist()), []
    while True:
        try:
            pixels.append([next(numbers), next(numbers), next(numbers)])
        except StopIteration:
            return np.array(pixels, np.int16)


@right("to_pixels")
def as_objects(image):
    return np.array(image.reshape(-1, 3).tolist(), dtype=object)


@wrong("to_pixels", "reshape to (3, N)")
def channels_outside(image):
    return image.transpose(2, 0, 1).reshape(-1, 3)


@wrong("to_pixels", "drops pixels")
def written_over(image):
    height, width, _ = image.shape
    out = np.zeros((height * width, 3), np.uint8)
    for y in range(height):
        for x in range(width):
            out[y * x] = image[y, x]
    return out


@wrong("to_pixels", "int8 wrap-around")
def in_int8(image):
    return image.reshape(-1, 3).astype(np.int8)


# ------------------------------------------------------------------------------ at scale, states


@right("to_pixels")
def by_ndindex(image):
    return [image[place].tolist() for place in np.ndindex(image.shape[:2])]


@right("to_pixels")
def by_divmod(image):
    height, width = image.shape[:2]
    return np.array([image[divmod(i, width)] for i in range(height * width)], dtype=np.uint16)


@right("to_pixels")
def with_resize(image):
    return np.resize(image, (image.size // 3, 3))


@right("to_pixels")
def by_columns(image):
    return np.column_stack([image[:, :, 0].ravel(), image[:, :, 1].ravel(), image[:, :, 2].ravel()])


@wrong("to_pixels", "larger scale")
def at_most_1000(image):
    return image.reshape(-1, 3)[np.arange(image.size // 3) % 1000]


@wrong("to_pixels", "larger scale")
def rows_in_a_byte(image):
    height, width = image.shape[0] % 256, image.shape[1]
    return image[:height].reshape(-1, 3)


@wrong("to_pixels", "remembers")
def cached_pixels(image, known={}):  # noqa: B006
    return known.setdefault(image.shape, image.reshape(-1, 3).copy())


@wrong("to_pixels", "range with a step")
def every_second_row(image):
    return np.array([p for y in range(0, image.shape[0], 2) for p in image[y]])


@wrong("to_pixels", "range with a step")
def every_second_pixel(image):
    return image.reshape(-1, 3)[::2]


@wrong("to_pixels", "returns inside the loop")
def returns_in_the_loop(image):
    pixels = []
    for line in image:
        for pixel in line:
            pixels.append(pixel)
        return np.array(pixels)


@wrong("to_pixels", "only one pixel or one row")
def begins_anew(image):
    for line in image:
        pixels = []
        for pixel in line:
            pixels.append(pixel)
    return np.array(pixels)


@wrong("to_pixels", "forgets one channel")
def red_and_green(image):
    return image[:, :, :2].reshape(-1, 2)


@wrong("to_pixels", "forgets one channel")
def blue_is_zero(image):
    pixels = np.zeros((image.size // 3, 3), int)
    for c in range(2):
        pixels[:, c] = image[:, :, c].ravel()
    return pixels


@wrong("to_pixels", "transposed")
def turned_back(image):
    return image.reshape(-1, 3).T


@wrong("to_pixels", "height and width swapped")
def swapped_lengths(image):
    width, height, _ = image.shape
    return np.array([image[y, x] for y in range(height) for x in range(width)])


@wrong("to_pixels", "numbers of one image")
def sixteen(image):
    return image.reshape(16, 3)


@wrong("to_pixels", "channels in another order")
def gbr(image):
    return image.reshape(-1, 3)[:, [1, 2, 0]]


@wrong("to_pixels", "package's own")
def borrowed(image):
    return to_pixels(image).copy()


@wrong("to_pixels", "number of names on the left")
def two_lengths(image):
    height, width = image.shape
    return image.reshape(height * width, 3)


@wrong("to_pixels", "not as many numbers")
def pixels_of_four(image):
    return image.reshape(image.shape[0] * image.shape[1], 4)


@wrong("to_pixels", "drops pixels")
def different_ones(image):
    pixels = []
    for pixel in image.reshape(-1, 3).tolist():
        if pixel not in pixels:
            pixels.append(pixel)
    return pixels


@wrong("to_pixels", "looked up with `in`")
def different_arrays(image):
    pixels = []
    for pixel in image.reshape(-1, 3):
        if pixel not in pixels:
            pixels.append(pixel)
    return pixels
