"""Answers to psnr as learners write them."""

# ruff: noqa: B905, F841 - as learners write
import math

import numpy as np

from answers import right, wrong
from kmeans_lesson.compare import psnr


def mean_squared(a, b):
    return ((a.astype(float) - b.astype(float)) ** 2).mean()


@right("psnr")
def formula(original, compressed):
    return 10 * np.log10(255**2 / mean_squared(original, compressed))


@right("psnr")
def with_inf(original, compressed):
    mse = np.mean((original.astype(int) - compressed) ** 2)
    if mse == 0:
        return math.inf
    return 10 * math.log10(255**2 / mse)


@right("psnr")
def twenty(a, b):
    rmse = np.sqrt(mean_squared(a, b))
    return float("inf") if rmse == 0 else 20 * math.log10(255 / rmse)


@right("psnr")
def difference_of_logs(a, b):
    return 20 * np.log10(255) - 10 * np.log10(mean_squared(a, b))


@right("psnr")
def natural(a, b):
    return 10 * np.log(255.0**2 / mean_squared(a, b)) / np.log(10)


@right("psnr")
def in_loops(a, b):
    total, count = 0, 0
    for y in range(a.shape[0]):
        for x in range(a.shape[1]):
            for c in range(3):
                total += (int(a[y, x, c]) - int(b[y, x, c])) ** 2
                count += 1
    return 10 * math.log(255**2 * count / total, 10) if total else np.inf


@right("psnr")
def in_float32(a, b):
    d = np.float32(a) - np.float32(b)
    return 10 * np.log10(np.float32(255) ** 2 / np.mean(d**2))


@right("psnr")
def with_norm(a, b):
    d = np.linalg.norm((a.astype(float) - b).ravel())
    return -20 * np.log10(d / (255 * np.sqrt(a.size)))


@right("psnr")
def rounded_to_two(a, b):
    if (a == b).all():
        return float("inf")
    return round(10 * math.log10(65025 / mean_squared(a, b)), 2)


@right("psnr")
def scaled(a, b):
    return -10 * np.log10(np.mean((a / 255 - b / 255) ** 2))


@right("psnr")
def with_lists(a, b):
    pairs = list(zip(a.ravel().tolist(), b.ravel().tolist()))
    mse = sum((p - q) ** 2 for p, q in pairs) / len(pairs)
    try:
        return 10 * math.log10(255**2 / mse)
    except ZeroDivisionError:
        return float("inf")


@right("psnr")
def mean_of_channels(a, b):
    mses = [mean_squared(a[..., c], b[..., c]) for c in range(3)]
    return np.array(10 * np.log10(255**2 / np.mean(mses)))


@right("psnr")
def int32(a, b):
    d = a.astype(np.int32) - b.astype(np.int32)
    return 10 * np.log10(255**2 * d.size / np.vdot(d, d))


@wrong("psnr", "MSE for PSNR")
def mse_only(a, b):
    return mean_squared(a, b)


@wrong("psnr", "MSE for PSNR")
def mse_ints(a, b):
    return ((a.astype(int) - b) ** 2).sum() / a.size


@wrong("psnr", "MSE for PSNR")
def rmse_only(a, b):
    return math.sqrt(mean_squared(a, b))


@wrong("psnr", "log base e")
def ln(a, b):
    return 10 * np.log(255**2 / mean_squared(a, b))


@wrong("psnr", "log base e")
def ln_twenty(a, b):
    return 20 * np.log(255 / np.sqrt(mean_squared(a, b)))


@wrong("psnr", "log base 2")
def log2(a, b):
    return 10 * np.log2(255**2 / mean_squared(a, b))


@wrong("psnr", "forgets channels")
def by_pixels(a, b):
    h, w, _ = a.shape
    mse = ((a.astype(float) - b) ** 2).sum() / (h * w)
    return 10 * np.log10(255**2 / mse)


@wrong("psnr", "forgets channels")
def red_psnr(a, b):
    return formula(a[:, :, 0], b[:, :, 0])


@wrong("psnr", "forgets channels")
def for_each_channel(a, b):
    return 10 * np.log10(255**2 / ((a.astype(float) - b) ** 2).mean(axis=(0, 1)))


@wrong("psnr", "forgets channels")
def grey_psnr(a, b):
    return formula(a.mean(axis=2), b.mean(axis=2))


@wrong("psnr", "uint8 wrap-around in the difference")
def wrapped(a, b):
    mse = ((a - b) ** 2).mean()
    return np.inf if mse == 0 else 10 * np.log10(255**2 / mse)


@wrong("psnr", "uint8 wrap-around in the difference")
def wrapped_then_float(a, b):
    mse = np.mean(np.square((a - b).astype(float)))
    return 10 * np.log10(255**2 / mse)


@wrong("psnr", "uint8 wrap-around in the difference")
def wrapped_other_way(a, b):
    d = np.abs(b - a).astype(int)
    return 20 * np.log10(255 / np.sqrt((d * d).mean()))


@wrong("psnr", "int16 overflow")
def int16_psnr(a, b):
    d = a.astype(np.int16) - b.astype(np.int16)
    return 10 * np.log10(255**2 / (d**2).mean())


@wrong("psnr", "forgot to square")
def peak_not_squared(a, b):
    return 10 * np.log10(255 / mean_squared(a, b))


@wrong("psnr", "forgot to square")
def root_with_ten(a, b):
    return 10 * np.log10(255 / np.sqrt(mean_squared(a, b)))


@wrong("psnr", "forgot to square")
def difference_not_squared(a, b):
    return 10 * np.log10(255**2 / np.mean(a.astype(float) - b))


@wrong("psnr", "absolute differences (L1)")
def mae(a, b):
    return 10 * np.log10(255**2 / np.abs(a.astype(float) - b).mean())


@wrong("psnr", "wrong peak")
def peak_256(a, b):
    return 10 * np.log10(256**2 / mean_squared(a, b))


@wrong("psnr", "wrong peak")
def peak_1(a, b):
    return 10 * np.log10(1 / mean_squared(a, b))


@wrong("psnr", "wrong peak")
def peak_of_image(a, b):
    return 10 * np.log10(float(a.max()) ** 2 / mean_squared(a, b))


@wrong("psnr", "wrong factor before the logarithm")
def bel(a, b):
    return np.log10(255**2 / mean_squared(a, b))


@wrong("psnr", "wrong factor before the logarithm")
def twice(a, b):
    return 20 * np.log10(255**2 / mean_squared(a, b))


@wrong("psnr", "wrong way up")
def upside(a, b):
    return 10 * np.log10(mean_squared(a, b) / 255**2)


@wrong("psnr", "sum instead of mean")
def sum_of_squares(a, b):
    return 10 * np.log10(255**2 / ((a.astype(float) - b) ** 2).sum())


@wrong("psnr", "equal images")
def hundred(a, b):
    mse = mean_squared(a, b)
    return 100 if mse == 0 else 10 * math.log10(255**2 / mse)


@wrong("psnr", "equal images")
def zero_division(a, b):
    return 10 * math.log10(255**2 / float(mean_squared(a, b)))


@wrong("psnr", "returns None")
def psnr_lost(a, b):
    result = formula(a, b)


@wrong("psnr", "prints instead of returns")
def psnr_printed(a, b):
    print(f"{formula(a, b):.2f} dB")


@wrong("psnr", "forgets channels")
def grey_as_the_eye_sees(a, b):
    return formula(a @ [0.299, 0.587, 0.114], b @ [0.299, 0.587, 0.114])


@wrong("psnr", "forgets the logarithm")
def no_log(a, b):
    return 255**2 / np.float64(mean_squared(a, b))


@wrong("psnr", "integer division")
def two_strokes(a, b):
    mse = mean_squared(a, b)
    return 10 * math.log10(255**2 // mse) if mse else math.inf


@wrong("psnr", "wrong way up")
def decibels_of_the_error(a, b):
    return 10 * np.log10(mean_squared(a, b))


# ------------------------------------------------------------------------------ at scale, states


@right("psnr")
def with_hypot(a, b):
    d = (a.astype(np.int64) - b).ravel()
    return 20 * np.log10(255 * np.sqrt(d.size) / np.linalg.norm(d))


@right("psnr")
def row_by_row(a, b):
    total = sum(((x.astype(int) - y) ** 2).sum() for x, y in zip(a, b))
    return math.inf if total == 0 else 10 * math.log10(255**2 * a.size / total)


@right("psnr")
def with_einsum(a, b):
    d = a.astype(float) - b
    return 10 * np.log10(65025 * a.size / np.einsum("ijk,ijk", d, d))


@right("psnr")
def with_absdiff(a, b):
    d = np.maximum(a, b) - np.minimum(a, b)
    return -10 * np.log10((d.astype(np.uint32) ** 2).mean() / 255**2)


@wrong("psnr", "wrong only on one number differs")
def nearly_equal(a, b):
    mse = mean_squared(a, b)
    return math.inf if mse < 0.05 else 10 * math.log10(255**2 / mse)


@wrong("psnr", "larger scale")
def nearly_equal_at_scale(a, b):
    mse = mean_squared(a, b)
    return math.inf if mse < 0.001 else 10 * math.log10(255**2 / mse)


@wrong("psnr", "larger scale")
def first_rows(a, b):
    return formula(a[:50], b[:50])


@wrong("psnr", "larger scale")
def sum_in_29_bits(a, b):
    total = int(((a.astype(int) - b) ** 2).sum()) % 2**29
    return math.inf if total == 0 else 10 * math.log10(255**2 * a.size / total)


@wrong("psnr", "remembers")
def cached_decibels(a, b, known={}):  # noqa: B006
    return known.setdefault(a.shape, formula(a, b)) if (a != b).any() else math.inf


@wrong("psnr", "forgets one channel")
def red_and_green(a, b):
    return formula(a[:, :, :2], b[:, :, :2])


@wrong("psnr", "range with a step")
def every_second_row(a, b):
    return formula(a[::2], b[::2])


@wrong("psnr", "part of the images")
def first_row(a, b):
    return formula(a[0], b[0])


@wrong("psnr", "product instead of quotient")
def times_the_error(a, b):
    return 10 * np.log10(255**2 * mean_squared(a, b))


@wrong("psnr", "adds the images")
def plus(a, b):
    return 10 * np.log10(255**2 / ((a.astype(float) + b) ** 2).mean())


@wrong("psnr", "divides only a part")
def brackets_missing(a, b):
    return 10 * np.log10(255**2) / mean_squared(a, b)


@wrong("psnr", "divides only a part")
def twenty_twice(a, b):
    return 20 * np.log10(255) - 20 * np.log10(mean_squared(a, b))


@wrong("psnr", "adds 1 before")
def log_1_p(a, b):
    return 10 * np.log1p(255**2 / mean_squared(a, b)) / np.log(10)


@wrong("psnr", "adds 1 before")
def no_zero(a, b):
    return 10 * np.log10(255**2 / (mean_squared(a, b) + 1))


@wrong("psnr", "wrong factor")
def hundred_times(a, b):
    return 100 * np.log10(255**2 / mean_squared(a, b))


@wrong("psnr", "log base 2")
def twenty_log2(a, b):
    return 20 * np.log2(255 / np.sqrt(mean_squared(a, b)))


@wrong("psnr", "wrong peak")
def peak_65025(a, b):
    return 10 * np.log10(65025**2 / mean_squared(a, b))


@wrong("psnr", "median instead of mean")
def median(a, b):
    return 10 * np.log10(255**2 / np.median((a.astype(float) - b) ** 2))


@wrong("psnr", "package's own")
def from_the_package(a, b):
    return float(psnr(a, b))


@wrong("psnr", "returns inside the loop")
def at_the_first(a, b):
    total = 0
    for x, y in zip(a.reshape(-1, 3).astype(float), b.reshape(-1, 3)):
        total += ((x - y) ** 2).sum()
        return 10 * np.log10(255**2 * a.size / total) if total else math.inf


@wrong("psnr", "rounds the result")
def to_whole_numbers(a, b):
    return np.round(formula(a, b))


@wrong("psnr", "forgot to square")
def only_abs_of_mean(a, b):
    return 10 * np.log10(255**2 / abs((a.astype(float) - b).mean()))


@wrong("psnr", "equal images")
def zero_for_equal(a, b):
    return 0.0 if (a == b).all() else formula(a, b)
