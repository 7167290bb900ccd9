"""Answers to paper_bits as learners write them."""

# ruff: noqa: F841 - as learners write
import math

import numpy as np

from answers import right, wrong


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
