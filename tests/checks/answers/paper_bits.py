"""Answers to paper_bits as learners write them."""

# ruff: noqa: F841 - as learners write
import math

import numpy as np

from answers import right, wrong
from kmeans_lesson.checks.exercises.paper_bits import paper_bits


@right("paper_bits")
def on_paper(n, k):
    return n * math.log2(k) + 24 * k


@right("paper_bits")
def on_paper_numpy(n, k):
    return n * np.log2(k) + 24 * k


@right("paper_bits")
def log_to_base_2(n, k):
    return n * math.log(k, 2) + 3 * 8 * k


@right("paper_bits")
def quotient_of_logs(n, k):
    return n * np.log(k) / np.log(2) + 24 * k


@right("paper_bits")
def in_two_steps(pixels, colours):
    labels = pixels * math.log2(colours)
    palette = colours * 24
    return labels + palette


@right("paper_bits")
def from_bytes(n, k):
    return 8 * (n * math.log2(k) / 8 + 3 * k)


@right("paper_bits")
def log_of_a_power(n, k):
    return 24 * k - n * math.log2(1 / k)


@right("paper_bits")
def summed_up(n, k):
    return math.fsum([math.log2(k)] * n + [24] * k)


@right("paper_bits")
def array_of_one(n, k):
    return np.array(n * np.log2(k) + 24 * k)


@right("paper_bits")
def ready_for_halves(n, k, bits_per_channel=8):
    halvings, rest = 0, k
    while rest >= 2:
        halvings, rest = halvings + 1, rest / 2
    return n * (halvings + math.log2(rest)) + 3 * bits_per_channel * k


@wrong("paper_bits", "forgets the palette")
def labels_alone(n, k):
    return n * math.log2(k)


@wrong("paper_bits", "bytes instead of bits")
def in_bytes(n, k):
    return (n * math.log2(k) + 24 * k) / 8


@wrong("paper_bits", "bytes instead of bits")
def in_whole_bytes(n, k):
    return (n * math.log2(k) + 24 * k) // 8


@wrong("paper_bits", "natural log")
def with_ln(n, k):
    return n * math.log(k) + 24 * k


@wrong("paper_bits", "natural log")
def with_np_log(n, k):
    return n * np.log(k) + 24 * k


@wrong("paper_bits", "palette of 24 bits counted once")
def one_colour_of_palette(n, k):
    return n * math.log2(k) + 24


@wrong("paper_bits", "wrong bits for a colour of the palette")
def palette_in_bytes(n, k):
    return n * math.log2(k) + 3 * k


@wrong("paper_bits", "a palette for each pixel")
def palette_times_n(n, k):
    return n * (math.log2(k) + 24)


@wrong("paper_bits", "8 bits for every label")
def a_byte_each(n, k):
    return 8 * n + 24 * k


@wrong("paper_bits", "K bits for each label")
def k_bits_each(n, k):
    return n * k + 24 * k


@wrong("paper_bits", "24 bits for every pixel")
def the_original(n, k):
    return 24 * n


@wrong("paper_bits", "a label for each channel")
def three_labels(n, k):
    return 3 * n * math.log2(k) + 24 * k


@wrong("paper_bits", "pixels and colours in the wrong places")
def log_of_n(n, k):
    return k * math.log2(n) + 24 * k


@wrong("paper_bits", "the power instead of the logarithm")
def two_to_the_k(n, k):
    return n * 2**k + 24 * k


@wrong("paper_bits", "rounds the bits of a label up")
def whole_bits(n, k):
    return n * math.ceil(math.log2(k)) + 24 * k


@wrong("paper_bits", "rounds the bits of a label")
def floor_bits(n, k):
    return n * int(math.log2(k)) + 24 * k


@wrong("paper_bits", "rounds the result")
def floor_of_all(n, k):
    return int(n * math.log2(k) + 24 * k)


@wrong("paper_bits", "returns None")
def bits_lost(n, k):
    bits = n * math.log2(k) + 24 * k


# ------------------------------------------------------------------------------ at scale, states


@right("paper_bits")
def with_log10(n, k):
    return n * math.log10(k) / math.log10(2) + 24 * k


@right("paper_bits")
def exponent(n, k):
    mantissa, power = math.frexp(k)
    return n * (power + math.log2(mantissa)) + k * 24.0


@right("paper_bits")
def sum_of_a_list(n, k):
    return sum([n * np.log2(float(k)), 24 * k])


@right("paper_bits")
def in_float32(n, k):
    return float(n) * float(np.log2(np.float64(k))) + 8 * 3 * k


@right("paper_bits")
def integral(n, k):
    return n * sum(math.log2((i + 1) / i) for i in range(1, k)) + 24 * k


@wrong("paper_bits", "log base 10")
def with_log_ten(n, k):
    return n * math.log10(k) + 24 * k


@wrong("paper_bits", "log of 1 + K")
def log_one_plus(n, k):
    return n * math.log2(k + 1) + 24 * k


@wrong("paper_bits", "log of K - 1")
def last_label(n, k):
    return n * math.log2(max(k - 1, 1)) + 24 * k


@wrong("paper_bits", "product instead of sum")
def times(n, k):
    return n * math.log2(k) * 24 * k


@wrong("paper_bits", "sum instead of product")
def plus(n, k):
    return n + math.log2(k) + 24 * k


@wrong("paper_bits", "sum instead of product")
def palette_plus(n, k):
    return n * math.log2(k) + 24 + k


@wrong("paper_bits", "subtracts the palette")
def minus(n, k):
    return n * math.log2(k) - 24 * k


@wrong("paper_bits", "logarithm of more than K")
def log_of_the_product(n, k):
    return math.log2(n * k) + 24 * k


@wrong("paper_bits", "logarithm of more than K")
def log_of_the_palette(n, k):
    return n * math.log2(24 * k)


@wrong("paper_bits", "n and k swapped")
def swapped(n, k):
    return k * math.log2(n) + 24 * n


@wrong("paper_bits", "parameters in another order")
def swapped_names(k, n):
    return n * math.log2(k) + 24 * k


@wrong("paper_bits", "package's own")
def from_the_checks(n, k):
    return paper_bits(n, k)


@wrong("paper_bits", "larger scale")
def at_most_512(n, k):
    return n * math.log2(min(k, 512)) + 24 * k


@wrong("paper_bits", "larger scale")
def a_million_at_most(n, k):
    return min(n, 10**6) * math.log2(k) + 24 * k


@wrong("paper_bits", "rounds the bits of a label up")
def bit_length(n, k):
    return n * (k - 1).bit_length() + 24 * k


@wrong("paper_bits", "wrong bits for a colour")
def eight_for_a_colour(n, k):
    return n * math.log2(k) + 8 * k


@wrong("paper_bits", "bytes instead of bits")
def labels_in_bytes(n, k):
    return n * math.log2(k) / 8 + 24 * k


@wrong("paper_bits", "a palette for each pixel")
def n_palettes(n, k):
    return n * math.log2(k) + 24 * k * n


@wrong("paper_bits", "the power instead of the logarithm")
def root(n, k):
    return n * math.sqrt(k) + 24 * k


@wrong("paper_bits", "wrong only on")
def no_label_for_one(n, k):
    return (n * math.log2(k) if k > 1 else n) + 24 * k


@wrong("paper_bits", "24 bits for every pixel")
def both_in_full(n, k):
    return 24 * n + 24 * k
