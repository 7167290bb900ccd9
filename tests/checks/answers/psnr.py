"""Answers to psnr as learners write them."""

# ruff: noqa: B905, F841 - as learners write
import math

import numpy as np

from answers import right, wrong


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
