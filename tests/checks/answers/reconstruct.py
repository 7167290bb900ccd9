"""Answers to reconstruct as learners write them."""

# ruff: noqa: F841, RUF059 - as learners write
import itertools

import numpy as np

from answers import right, wrong
from kmeans_lesson import reconstruct


@right("reconstruct")
def palette_first(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].reshape(shape)


@right("reconstruct")
def paint_first(labels, centroids, shape):
    return np.clip(np.round(centroids[labels]), 0, 255).astype("uint8").reshape(shape)


@right("reconstruct")
def half_up(labels, centroids, shape):
    return (
        np.floor(centroids.clip(0, 255) + 0.5).clip(0, 255).astype(np.uint8)[labels].reshape(shape)
    )


@right("reconstruct")
def loops(labels, centroids, shape):
    h, w, _ = shape
    image = np.zeros((h, w, 3), dtype=np.uint8)
    for y in range(h):
        for x in range(w):
            for c in range(3):
                value = round(float(centroids[labels[y * w + x]][c]))
                image[y, x, c] = min(255, max(0, value))
    return image


@right("reconstruct")
def from_lists(labels, centroids, shape):
    palette = [[min(255, max(0, round(v))) for v in c] for c in centroids.tolist()]
    return np.array([palette[label] for label in labels], np.uint8).reshape(shape[0], shape[1], 3)


@right("reconstruct")
def with_take(labels, centroids, shape):
    palette = np.around(centroids)
    palette[palette < 0] = 0
    palette[palette > 255] = 255
    return np.take(palette, labels, axis=0).astype(np.uint8).reshape(*shape)


@right("reconstruct")
def with_masks(labels, centroids, shape):
    image = np.empty(shape, np.uint8)
    places = np.reshape(labels, shape[:2])
    for k, colour in enumerate(np.rint(centroids.clip(0, 255))):
        image[places == k] = colour
    return image


@right("reconstruct")
def with_minimum(labels, centroids, shape):
    rows = np.minimum(np.maximum(centroids, 0), 255)[labels]
    return (rows + 0.5).astype(np.uint8).reshape(-1, shape[1], 3)


@right("reconstruct")
def through_ints(labels, centroids, shape):
    return np.uint8(np.clip(np.rint(centroids).astype(int), 0, 255))[labels.reshape(shape[:2])]


@right("reconstruct")
def one_hot_product(labels, centroids, shape):
    hot = np.eye(len(centroids))[labels]
    return (hot @ centroids).round().clip(0, 255).astype(np.uint8).reshape(shape)


@right("reconstruct")
def channel_by_channel(labels, centroids, shape):
    h, w = shape[:2]
    palette = np.rint(centroids.clip(0, 255)).astype(np.uint8)
    return np.dstack([palette[labels, c].reshape(h, w) for c in range(3)])


@right("reconstruct")
def choose(labels, centroids, shape):
    flat = np.concatenate([np.rint(np.clip(centroids[label], 0, 255)) for label in labels])
    return flat.astype(np.uint8).reshape(shape)


@wrong("reconstruct", "truncates instead of rounds")
def cut_off(labels, centroids, shape):
    return centroids.clip(0, 255).astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "truncates instead of rounds")
def cut_off_int(labels, centroids, shape):
    h, w, _ = shape
    out = np.zeros(shape, np.uint8)
    for i, label in enumerate(labels):
        out[i // w, i % w] = [max(0, min(255, int(v))) for v in centroids[label]]
    return out


@wrong("reconstruct", "truncates instead of rounds")
def cut_off_unclipped(labels, centroids, shape):
    return centroids[labels].reshape(shape).astype(np.uint8)


@wrong("reconstruct", "wraps above 255")
def not_clipped(labels, centroids, shape):
    return np.rint(centroids).astype(int).astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "wraps above 255")
def clipped_too_late(labels, centroids, shape):
    return np.clip(np.rint(centroids).astype(np.int64).astype(np.uint8), 0, 255)[labels].reshape(
        shape
    )


@wrong("reconstruct", "wraps above 255")
def clipped_at_256(labels, centroids, shape):
    return np.rint(centroids).clip(0, 256).astype(int).astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "float picture")
def floats(labels, centroids, shape):
    return centroids[labels].reshape(shape)


@wrong("reconstruct", "float picture")
def rounded_floats(labels, centroids, shape):
    return np.rint(centroids).clip(0, 255)[labels].reshape(shape)


@wrong("reconstruct", "float picture")
def from_0_to_1(labels, centroids, shape):
    return (centroids[labels] / 255).clip(0, 1).reshape(shape).astype(np.float32)


@wrong("reconstruct", "wrong shape")
def pixels_only(labels, centroids, shape):
    return np.rint(centroids).clip(0, 255).astype(np.uint8)[labels]


@wrong("reconstruct", "wrong shape")
def channels_first(labels, centroids, shape):
    return palette_first(labels, centroids, shape).transpose(2, 0, 1)


@wrong("reconstruct", "transposed height and width")
def w_h(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].reshape(shape[1], shape[0], 3)


@wrong("reconstruct", "transposed height and width")
def columns_filled(labels, centroids, shape):
    height, width, _ = shape
    image = np.zeros(shape, np.uint8)
    for i, label in enumerate(labels):
        image[i % height, i // height] = np.rint(centroids[label]).clip(0, 255)
    return image


@wrong("reconstruct", "transposed height and width")
def turned(labels, centroids, shape):
    return np.swapaxes(paint_first(labels, centroids, shape), 0, 1)


@wrong("reconstruct", "reshape in column order")
def f_order(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].reshape(shape, order="F")


@wrong("reconstruct", "reshape to (3, N)")
def mixed(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels].T.reshape(shape)


@wrong("reconstruct", "returns the labels")
def labels_back(labels, centroids, shape):
    return labels.reshape(shape[0], shape[1])


@wrong("reconstruct", "forgets channels")
def red_image(labels, centroids, shape):
    return np.rint(centroids).clip(0, 255).astype(np.uint8)[labels, 0].reshape(shape[:2])


@wrong("reconstruct", "forgets channels")
def first_channel_thrice(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    image[:] = np.rint(centroids[:, :1]).clip(0, 255)[labels].reshape(shape[0], shape[1], 1)
    return image


@wrong("reconstruct", "channels in another order")
def bgr_image(labels, centroids, shape):
    return palette_first(labels, centroids[:, ::-1], shape)


@wrong("reconstruct", "1-based labels")
def label_minus_1(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels.astype(int) - 1].reshape(shape)


@wrong("reconstruct", "changes the input")
def clips_the_centroids(labels, centroids, shape):
    np.clip(np.rint(centroids, out=centroids), 0, 255, out=centroids)
    return centroids.astype(np.uint8)[labels].reshape(shape)


@wrong("reconstruct", "returns None")
def image_lost(labels, centroids, shape):
    image = palette_first(labels, centroids, shape)


@wrong("reconstruct", "prints instead of returns")
def image_printed(labels, centroids, shape):
    print(palette_first(labels, centroids, shape))


@right("reconstruct")
def through_bytes(labels, centroids, shape):
    values = [min(max(v, 0), 255) + 0.5 for label in labels for v in centroids[label].tolist()]
    return np.frombuffer(bytes(int(v) for v in values), np.uint8).reshape(shape)


@wrong("reconstruct", "wraps above 255, or does not fit")
def list_into_uint8(labels, centroids, shape):
    rows = [[round(v) for v in centroids[label].tolist()] for label in labels]
    return np.frombuffer(bytes(itertools.chain.from_iterable(rows)), np.uint8).reshape(shape)


@wrong("reconstruct", "drops pixels")
def last_row_black(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    colours = centroids.round().clip(0, 255)
    for row in range(shape[0] - 1):
        for column in range(shape[1]):
            image[row, column] = colours[labels[row * shape[1] + column]]
    return image


@wrong("reconstruct", "1-based labels")
def label_plus_1(labels, centroids, shape):
    return centroids.round().clip(0, 255).astype(np.uint8)[labels + 1].reshape(shape)


# ------------------------------------------------------------------------------ at scale, states


@right("reconstruct")
def with_vectorize(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return (
        np.stack([np.vectorize(palette[:, c].item)(labels) for c in range(3)], axis=1)
        .astype(np.uint8)
        .reshape(shape)
    )


@right("reconstruct")
def row_by_row(labels, centroids, shape):
    palette = np.floor(np.clip(centroids, 0, 255) + 0.5).astype(np.uint8)
    lines = np.asarray(labels).reshape(shape[0], -1)
    return np.stack([palette[line] for line in lines])


@right("reconstruct")
def with_choose(labels, centroids, shape):
    image = np.zeros((len(labels), 3), np.uint8)
    for k in range(len(centroids)):
        image[labels == k] = [max(0, min(255, round(v))) for v in centroids[k].tolist()]
    return image.reshape(shape)


@right("reconstruct")
def put_along(labels, centroids, shape):
    wide = np.take_along_axis(centroids, labels[:, None].astype(int).repeat(3, axis=1), axis=0)
    return np.uint8(np.rint(np.clip(wide, 0, 255))).reshape(shape)


@wrong("reconstruct", "wrong only on 7 by 4 random labels, K = 300")
def labels_in_bytes(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    return palette[labels.astype(np.uint8)].reshape(shape)


@wrong("reconstruct", "larger scale")
def first_thousand(labels, centroids, shape):
    palette = np.rint(centroids).clip(0, 255).astype(np.uint8)
    image = palette[labels]
    image[700:] = 0
    return image.reshape(shape)


@wrong("reconstruct", "remembers")
def cached_image(labels, centroids, shape, known={}):  # noqa: B006
    key = centroids.shape, shape
    return known.setdefault(key, paint_first(labels, centroids, shape))


@wrong("reconstruct", "forgets one channel")
def no_blue(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    for c in range(2):
        image[:, :, c] = np.rint(centroids[:, c]).clip(0, 255)[labels].reshape(shape[:2])
    return image


@wrong("reconstruct", "range with a step")
def every_second_line(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    colours = centroids.round().clip(0, 255)
    for y in range(0, shape[0], 2):
        for x in range(shape[1]):
            image[y, x] = colours[labels[y * shape[1] + x]]
    return image


@wrong("reconstruct", "upside down")
def from_below(labels, centroids, shape):
    return paint_first(labels, centroids, shape)[::-1]


@wrong("reconstruct", "inverts")
def negative(labels, centroids, shape):
    return 255 - paint_first(labels, centroids, shape)


@wrong("reconstruct", "all pixels in one colour")
def first_label_only(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    image[:] = centroids[labels[0]].round().clip(0, 255)
    return image


@wrong("reconstruct", "first row of the image")
def forgets_the_row(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    for y in range(shape[0]):
        for x in range(shape[1]):
            image[y, x] = centroids[labels[x]].round().clip(0, 255)
    return image


@wrong("reconstruct", "each other's place")
def swapped_arrays(labels, centroids, shape):
    return labels[centroids].reshape(shape)


@wrong("reconstruct", "parameters in another order")
def swapped_names(centroids, labels, shape):
    return paint_first(labels, centroids, shape)


@wrong("reconstruct", "package's own")
def from_the_package(labels, centroids, shape):
    return reconstruct(labels, centroids, shape)


@wrong("reconstruct", "returns inside the loop")
def returns_at_once(labels, centroids, shape):
    image = np.zeros(shape, np.uint8)
    for i, label in enumerate(labels):
        image[i // shape[1], i % shape[1]] = centroids[label].round().clip(0, 255)
        return image


@wrong("reconstruct", "channels in another order")
def gbr_image(labels, centroids, shape):
    return paint_first(labels, centroids, shape)[:, :, [1, 2, 0]]


@wrong("reconstruct", "not as many numbers")
def two_lengths(labels, centroids, shape):
    return paint_first(labels, centroids, shape).reshape(shape[0], shape[1])
