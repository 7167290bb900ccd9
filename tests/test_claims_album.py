"""What notebook 12 claims in general holds for the seeds and images it speaks of."""

import os
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from claims import NAMES, PORTRAIT, ROOT, SEEDS, image, says
from sklearn.cluster import MiniBatchKMeans

from kmeans_lesson import init_centroids, kmeans, to_pixels, update
from kmeans_lesson.engine.lloyd import kmeans_of_counted
from kmeans_lesson.further.album import count_photos, palette_of

FILES = [PORTRAIT if name == "portrait" else ROOT / f"data/{name}.png" for name in NAMES]


@cache
def histogram(*names):
    """Return the histogram of some images, or of all five."""
    return count_photos([FILES[NAMES.index(name)] for name in names or NAMES])


def error(centroids, *names):
    colours, counts, *_ = histogram(*names)
    squared = ((colours[:, None].astype(np.float32) - centroids.astype(np.float32)) ** 2).sum(2)
    return (squared.min(axis=1) * counts).sum() / counts.sum() / 3


@cache
def found(seed=0, *names):
    return palette_of(histogram(*names), 16, seed=seed)


@cache
def joined():
    return np.concatenate([to_pixels(image(name)) for name in NAMES])


FEW = range(3)  # seeds of a search, which hardly differ


@pytest.mark.parametrize("seed", FEW)
def test_the_joint_palette_halves_the_error_of_the_marbles_colours_on_the_sunset(seed):
    says("12", "But the joint palette halves what the marbles' colours do.")
    says("12", "Sixteen colours of its own would have a fifth of that error")
    joint = error(found(seed).centroids, "sunset")
    assert 0.4 < joint / error(found(seed, "marbles").centroids, "sunset") < 0.6
    assert 0.17 < error(found(seed, "sunset").centroids, "sunset") / joint < 0.23


@pytest.mark.parametrize("seed", FEW)
def test_no_palette_of_a_single_image_is_as_good_for_the_album(seed):
    says("12", "no palette of a single one has such a small error on the whole album.")
    alone = [error(found(seed, name).centroids) for name in NAMES]
    assert min(alone) > 1.5 * found(seed).errors[-1]


def test_sums_are_exact_for_nearly_three_million_photos():
    says("12", "`float64` does not round these as long as they stay below 2⁵³.")
    says("12", "Nearly three million. With more, the last digits of a centroid may differ.")
    most = 2**53 // 255 // 12_000_000
    assert 2.9e6 < most < 3e6
    white, other = most * 12_000_000 - 1, 1
    pixels, labels = [[255] * 3, [1, 2, 3]], [0, 0]
    moved = update(np.array(pixels, np.uint8), labels, [[0, 0, 0]], [white, other])
    exact = [Fraction(255 * white + channel, white + other) for channel in (1, 2, 3)]
    assert moved[0].tolist() == [float(value) for value in exact]
    assert float(2**53) + 1 == float(2**53), "beyond, it rounds"


def test_a_billion_photos_need_a_count_of_eight_bytes():
    says("12", "A billion photos need 8 bytes.")
    assert np.iinfo(np.uint32).max < 10**9 * 12_000_000 < np.iinfo(np.int64).max


def test_a_list_saves_little_and_a_table_for_each_computer_nearly_all():
    says("12", "So to send every histogram saves little, if anything.")
    says("12", "With a table from each computer, 134 bytes travel for a photo of 4 million.")
    assert os.path.getsize(PORTRAIT) < 7 * len(histogram("portrait").colours)
    assert 1000 * 256**3 * 8 // 10**9 == 134


@cache
def after_a_sample(seed):
    """Return the error of a sample's centroids, as a multiple of that of all pixels' ones.

    Both begin with what k-means++ draws from the sample.
    """
    rng, parts = np.random.default_rng(seed), [to_pixels(image(name)) for name in NAMES]
    sample = np.concatenate([part[rng.integers(len(part), size=10_000)] for part in parts])
    start = init_centroids(sample, 16, seed, "k-means++")
    colours, counts, *_ = histogram()
    whole = kmeans_of_counted(colours, counts, start, range(10))[0]
    return error(kmeans(sample, start).centroids) / error(whole)


def test_a_sample_mostly_ends_as_near():
    says("12", "A thousandth more. From twenty samples and starts the two were less than 1% apart")
    says("12", "in nineteen, and once the sample was 2.5% worse.")
    ratios = [after_a_sample(seed) for seed in SEEDS]
    assert sum(abs(ratio - 1) < 0.01 for ratio in ratios) == 19
    assert max(ratios) == pytest.approx(1.025, abs=0.0006)
    assert ratios[0] == pytest.approx(1.001, abs=0.0003)


def mini_batches(parts, seed):
    """Return what MiniBatchKMeans makes of some parts, each shuffled: its centroids."""
    rng = np.random.default_rng(seed)
    model = MiniBatchKMeans(16, init=found().history[0], n_init=1, random_state=seed)
    for part in parts:
        shuffled = rng.permutation(part)
        for first in range(0, len(part), 10_240):
            model.partial_fit(shuffled[first : first + 10_240].astype(float))
    return model.cluster_centers_


def test_mini_batches_photo_by_photo_end_farther_and_shuffled_together_nearer():
    says("12", "Farther, although it has seen all pixels.")
    says("12", "The marbles, which came first, are painted even better than by the exact palette;")
    says("12", "the poster and the portrait worse.")
    says("12", "Shuffle the pixels of *all* images together, and it comes nearer than the sample")
    exact = found().errors[-1]
    for seed in SEEDS:
        centroids = mini_batches([to_pixels(image(name)) for name in NAMES], seed)
        assert error(centroids) > 1.04 * exact
        own = {name: error(centroids, name) / error(found().centroids, name) for name in NAMES}
        assert own["marbles"] < 0.95 < 1.1 < min(own["poster"], own["portrait"])
        together = error(mini_batches([joined()], seed)) / exact - 1
        assert together < abs(after_a_sample(seed) - 1)


def test_the_poster_is_the_first_to_have_a_colour_more_often_than_two_bytes_can_count():
    says("12", "The ground of the poster has 91,063 pixels of one colour")
    most = {name: histogram(name).counts.max() for name in NAMES}
    assert [name for name in NAMES if most[name] > np.iinfo(np.uint16).max] == ["poster"]
    assert most["poster"] == 91_063
