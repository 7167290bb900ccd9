"""Every answer to a prediction is computed here, in the order of the notebooks.

Each function gives the right answer to one question: a number, or the letter of the only choice
that is true.
"""

import io
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from claims import NAMES, PORTRAIT, ROOT, SEEDS, colour_kept, ends, image, result, run
from coloraide import Color
from PIL import Image

from kmeans_lesson import assign, init_centroids, kmeans, load_image, reconstruct, to_pixels, update
from kmeans_lesson.checks.predictions import questions
from kmeans_lesson.compare import count_colours, file_sizes, mse
from kmeans_lesson.formats.encode import encode
from kmeans_lesson.further.album import joint_palette
from kmeans_lesson.further.dither import dither
from kmeans_lesson.further.oklab import from_oklab, kmeans_in_oklab, to_oklab

TINY = load_image(ROOT / "data/tiny.png")
NIGHT, BLUE, SUN, ORANGE, RED = (TINY[at] for at in [(0, 0), (0, 1), (2, 0), (2, 3), (3, 0)])
MARBLES = 427 * 640  # pixels
ANSWERS = {}


def answers(name):
    """Note the function below as the one that computes the answer to a question."""

    def note(function):
        ANSWERS[name] = function
        return function

    return note


def only(**choices):
    """Return the letter of the only choice that is true."""
    (letter,) = [letter for letter, true in choices.items() if true]
    return letter


def between(value, **limits):
    """Return the letter of the only limits, (low, high), that hold a value."""
    return only(**{letter: low <= value < high for letter, (low, high) in limits.items()})


def weight(name, k, seed, method="random"):
    return len(encode(result(name, k, seed, method)))


def paint(original, centroids):
    return reconstruct(assign(to_pixels(original), centroids), centroids, original.shape)


# ---------------------------------------------------------------- 00 The whole program


@answers("00-marbles")
def marbles_in_four_colours():
    warm = [colour_kept(marble, 4, 0) for marble in ("red", "yellow")]
    cool = [colour_kept(marble, 4, 0) for marble in ("blue", "green", "dark green", "violet")]
    return only(a=max(warm) < 0.05, b=max(cool) < 0.05 < min(warm), c=min(warm + cool) > 0.5)


@answers("00-bytes")
def bytes_of_four_colours():
    part = weight("marbles", 4, 0) / weight("marbles", 16, 0)
    return between(part, a=(0.2, 0.3), b=(0.5, 0.6), c=(0.9, 1.1))


@answers("00-seeds")
def images_with_red_and_gold():
    palettes = np.array([run("marbles", 4, seed).centroids for seed in SEEDS])
    red, green, blue = palettes.transpose(2, 0, 1)
    has_red, has_gold = red - green > 105, (red - green < 60) & (green - blue > 50)
    both = has_red.any(axis=1) & has_gold.any(axis=1)
    assert both.sum() == 6, "the reason says it"
    return only(a=not both.any(), b=both.any() and not both.all(), c=both.all())


# ---------------------------------------------------------------- 01 Load and display


@answers("01-pixel")
def pixel_2_1():
    return only(a=(TINY[2, 1] == TINY[1, 2]).all(), b=(TINY[2, 1] == SUN).all())


@answers("01-channel")
def channel_without_a_pattern():
    large_marble = image("marbles")[100:230, 210:390]
    return "abc"[large_marble.std(axis=(0, 1)).argmin()]


@answers("01-wrap")
def ten_more_than_250():
    return (np.array([250], np.uint8) + 10)[0]


@answers("01-nearer")
def nearer_to_night_in_uint8():
    blue, sun = (((NIGHT - colour) ** 2).sum() for colour in (BLUE, SUN))
    assert (NIGHT - SUN).dtype == np.uint8
    return only(a=blue < sun, b=sun < blue, c=False)


# ---------------------------------------------------------------- 02 From image to pixels


@answers("02-row")
def row_of_pixel_2_1():
    return np.arange(16).reshape(4, 4)[2, 1]


@answers("02-reshape")
def lines_that_keep_the_colours():
    small = image("sunset", 4)
    a = small.reshape(3, -1).T
    b = small.transpose(1, 0, 2).reshape(-1, 3)
    c = small.reshape(-1, 3, order="F")
    return sum(same_cloud(to_pixels(small), rows) for rows in (a, b, c))


def same_cloud(pixels, others):
    """Tell whether both have the same colours, each equally often."""
    both = [np.unique(rows, axis=0, return_counts=True) for rows in (pixels, others)]
    return all(np.array_equal(one, other) for one, other in zip(*both, strict=True))


@answers("02-view")
def what_writing_into_pixels_does():
    canvas = TINY.copy()
    to_pixels(canvas)[9] = (255, 0, 255)
    return only(a=(canvas[2, 1] == (255, 0, 255)).all(), b=np.array_equal(canvas, TINY))


@answers("02-shuffle")
def cloud_of_shuffled_pixels():
    pixels = to_pixels(image("sunset", 4))
    shuffled = np.random.default_rng(0).permutation(pixels)
    colours = [set(map(tuple, rows.tolist())) for rows in (pixels, shuffled)]
    same = same_cloud(pixels, shuffled)
    return only(a=colours[0] != colours[1], b=colours[0] == colours[1] and not same, c=same)


# ---------------------------------------------------------------- 03 Choose K centroids


@answers("03-start")
def start_with_the_smallest_error():
    rng, pixels, levels = np.random.default_rng(0), to_pixels(image("marbles")), (64, 192)
    any_colours = rng.integers(0, 256, size=(16, 3))
    grid = [(r, g, b) for r in levels for g in levels for b in (32, 96, 160, 224)]
    drawn = pixels[rng.integers(len(pixels), size=16)]
    errors = [kmeans(pixels, start, 0).errors[0] for start in (any_colours, grid, drawn)]
    return "abc"[np.argmin(errors)]


@answers("03-twins")
def draws_with_twins():
    draws = (np.random.default_rng(seed).choice(16, 3, replace=False) for seed in range(1000))
    number = sum(len(np.unique(to_pixels(TINY)[rows], axis=0)) < 3 for rows in draws)
    return between(number, a=(0, 50), b=(300, 370), c=(500, 1000))


@answers("03-seven")
def seven_of_six_colours():
    rng, chosen = np.random.default_rng(0), []
    for _ in range(10_000):  # of the rounds that never end
        colour = to_pixels(TINY)[rng.integers(16)].tolist()
        if colour not in chosen:
            chosen.append(colour)
    return only(a=len(chosen) == 7, b=False, c=len(chosen) == 6)


@answers("03-end")
def end_of_the_worst_start():
    assert np.argmax([run("marbles", 16, seed).errors[0] for seed in SEEDS]) == 0
    place = (ends("marbles", 16) < ends("marbles", 16)[0]).sum() + 1
    assert place == 2, "the reason says it"
    return between(place, a=(20, 21), b=(8, 14), c=(1, 4))


# ---------------------------------------------------------------- 04 Assign and update


@answers("04-blue")
def label_of_blue():
    return "ab"[assign([BLUE], np.array([ORANGE, RED], float))[0]]


@answers("04-argmin")
def axis_of_the_labels():
    table = ((np.array([NIGHT, BLUE, SUN, RED])[:, None].astype(float) - [ORANGE, RED]) ** 2).sum(2)
    one_for_each_pixel = [table.argmin(axis).shape == (4,) for axis in (0, 1)]
    return only(
        a=one_for_each_pixel == [True, False],
        b=one_for_each_pixel == [False, True],
        c=one_for_each_pixel == [True, True],
    )


@answers("04-half-steps")
def half_steps_that_lower_the_error():
    pixels, centroids, errors = to_pixels(image("marbles")), run("marbles", 16, 0).history[0], []
    labels = assign(pixels, centroids)
    for _ in range(4):
        errors.append(((pixels - centroids[labels]) ** 2).mean())
        centroids = update(pixels, labels, centroids)
        errors.append(((pixels - centroids[labels]) ** 2).mean())
        labels = assign(pixels, centroids)
    updates, assigns = np.diff(errors)[::2], np.diff(errors)[1::2]
    return only(
        a=(assigns > 0).any(),
        b=(updates > 0).any(),
        c=(assigns < 0).all() and (updates < 0).all(),
    )


@answers("04-ends")
def ends_of_the_marbles():
    number = len({round(error, 1) for error in ends("marbles", 4, iterations=40)})
    assert number == 3, "the reason says it"
    return between(number, a=(2, 6), b=(8, 13), c=(20, 21))


# ---------------------------------------------------------------- 05 Rebuild the image


@answers("05-shape")
def shape_of_centroids_by_labels():
    shape = np.zeros((3, 3))[np.zeros(16, int)].shape
    return only(a=shape == (3, 3), b=shape == (16,), c=shape == (16, 3), d=shape == (3, 16))


@answers("05-round")
def red_as_uint8():
    mean = kmeans(to_pixels(TINY), TINY[0, :2], 10).centroids[1]
    assert mean[0].round(2) == 158.57, "the question says it"
    return mean.astype(np.uint8)[0]


@answers("05-wrap")
def three_hundred_as_uint8():
    return np.array([300]).astype(np.uint8)[0]


@answers("05-colours")
def colours_from_16_centroids():
    palettes = [run("marbles", 16, seed).centroids for seed in SEEDS]
    palettes.append(palettes[0][[0, 0, *range(1, 15)]])  # with twins
    numbers = {count_colours(paint(image("marbles"), palette)) for palette in palettes}
    return only(a=numbers == {16}, b=min(numbers) < max(numbers) == 16, c=max(numbers) > 16)


# ---------------------------------------------------------------- 06 Display and save


@answers("06-paper")
def times_smaller_on_paper():
    times = 24 * MARBLES / (4 * MARBLES + 24 * 16)
    return between(times, a=(5.9, 6.1), b=(15, 17), c=(1e5, 1e7))


@answers("06-file")
def file_beside_paper():
    part = weight("marbles", 16, 0) / ((4 * MARBLES + 24 * 16) / 8)
    return between(part, a=(1.05, 9), b=(0.95, 1.05), c=(0, 0.95))


@cache
def weights(name, file=None):
    """Return the bytes of each way to keep an image, with the best of five runs, as 06 does."""
    results = [result(name, 16, seed) for seed in range(5)]
    best = min(results, key=lambda compressed: mse(image(name), compressed))
    return list(file_sizes(image(name), best, file).values())


@answers("06-photo")
def smallest_file_of_the_photo():
    source, _, _, png, indexed, jpeg = weights("portrait", PORTRAIT)
    assert png > source, "the reason says it"
    assert 2 * jpeg < indexed
    return "abcd"[np.argmin([source, png, indexed, jpeg])]


@answers("06-poster")
def smaller_file_of_the_poster():
    _, _, _, indexed, jpeg = weights("poster")
    return only(a=jpeg < indexed, b=indexed < jpeg)


# ---------------------------------------------------------------- 07 Side by side


@answers("07-sun")
def images_with_a_white_sun():
    sun = image("sunset")[220, 405].astype(float)
    distances = [np.linalg.norm(run("sunset", 16, seed).centroids - sun, axis=1) for seed in SEEDS]
    number = sum(distance.min() < 30 for distance in distances)
    assert number == 15, "the reason says it"
    return between(number, a=(0, 1), b=(3, 8), c=(13, 18), d=(19, 20))


@answers("07-decibels")
def decibels_for_a_tenth_of_the_error():
    return 10 * np.log10(255**2 / 1) - 10 * np.log10(255**2 / 10)


@answers("07-double")
def bytes_for_twice_the_colours():
    for k in (8, 16, 32):
        more = np.median([weight("sunset", 2 * k, s) / weight("sunset", k, s) for s in range(2)])
        found = between(more, a=(1.8, 2.2), b=(1.2, 1.5), c=(0.9, 1.1))
    return found


@answers("07-confetti")
def error_of_the_lost_confetti():
    confetti = image("confetti")
    random, plus = (
        mse(confetti, result("confetti", 16, 0, way)) for way in ("random", "k-means++")
    )
    return between(random / plus, a=(0.9, 1.1), b=(1.5, 3))


# ---------------------------------------------------------------- 08 The live lab


@answers("08-spread")
def spread_of_twenty_ends():
    more = ends("marbles", 4).max() / ends("marbles", 4).min() - 1
    return between(more, a=(0, 0.001), b=(0.001, 0.05), c=(0.1, 1))


@answers("08-bits")
def bits_for_a_pixel():
    return between(8 * weight("marbles", 16, 0) / MARBLES, a=(3.9, 4.1), b=(1.5, 2.5), c=(0, 1))


@answers("08-red")
def error_of_an_assign_that_sees_red_only():
    def by_red(pixels, centroids):
        return ((pixels[:, None, 0].astype(float) - centroids[:, 0]) ** 2).argmin(axis=1)

    pixels = to_pixels(image("marbles", 4))
    start = init_centroids(pixels, 16, 0)
    errors, right = (
        kmeans(pixels, start, 10, assign=by_red).errors,
        kmeans(pixels, start, 10).errors,
    )
    falls, times = np.mean(np.diff(errors) < 0), errors[-1] / right[-1]
    return only(a=falls < 0.5, b=falls > 0.5 and times > 3, c=falls > 0.5 and times < 1.5)


# ---------------------------------------------------------------- 09 Make it fast


@answers("09-memory")
def memory_of_all_differences():
    gigabytes = 12_000_000 * 16 * 3 * np.dtype(float).itemsize / 1e9
    return between(gigabytes, a=(0.05, 0.2), b=(0.5, 2), c=(4, 9))


@answers("09-term")
def term_that_can_be_left_out():
    pixels, start = to_pixels(image("portrait", 8)).astype(float), run("portrait", 16, 0).history[0]
    terms = (pixels**2).sum(axis=1, keepdims=True), -2 * pixels @ start.T, (start**2).sum(axis=1)
    labels = assign(pixels, start)
    same = [np.array_equal((sum(terms) - term).argmin(axis=1), labels) for term in terms]
    return only(**dict(zip("abc", same, strict=True)))


@answers("09-colours")
def different_colours_of_the_photo():
    pixels = len(to_pixels(image("portrait")))
    assert pixels == 307_200, "the question says it"
    return between(count_colours(image("portrait")) / pixels, a=(0.9, 1), b=(0.2, 0.3), c=(0, 0.01))


@answers("09-wall")
def time_for_36_copies():
    """Read the times that were measured once, since no test depends on how fast a machine is."""
    (path,) = (ROOT / "notebooks").glob("09_*.ipynb")
    (times,) = re.findall(r"one photo 1, 36 copies ([\d.]+)", path.read_text(encoding="utf-8"))
    return between(float(times), a=(0, 1.5), b=(1.5, 18), c=(30, 40))


# ---------------------------------------------------------------- 10 How good, how small


@answers("10-five")
def five_random_starts_or_one():
    random, plus = (ends("confetti", 16, way, step=3) for way in ("random", "k-means++"))
    fives = random.reshape(4, 5).min(axis=1)
    return only(
        a=fives.max() < 0.9 * plus.min(),
        b=plus.max() < 0.9 * fives.min(),
        c=np.median(plus) > 0.9 * np.median(fives),
    )


def palettes(name):
    """Return images of 16 colours: by median cut, octree, its colours at best, and k-means."""
    original, few = image(name), to_pixels(image(name, 3))
    methods = Image.Quantize.MEDIANCUT, Image.Quantize.FASTOCTREE
    reduced = [Image.fromarray(original).quantize(16, method) for method in methods]
    octree = np.reshape(reduced[1].getpalette(), (-1, 3))[:16]
    ours = kmeans(few, init_centroids(few, 16, 0, "k-means++")).centroids
    painted = [np.asarray(image.convert("RGB")) for image in reduced]
    return [*painted, paint(original, octree), paint(original, ours)]


@answers("10-file")
def smallest_error_and_smallest_file():
    found = {name: palettes(name) for name in NAMES}
    errors = [np.argmin([mse(image(name), p) for p in found[name]]) for name in NAMES]
    files = [np.argmin([len(encode(p)) for p in found[name]]) for name in NAMES]
    ours = [{*places} == {3} for places in (errors, files)]
    return only(a=ours == [True, True], b=ours == [True, False], c=not ours[0])


@answers("10-elbow")
def elbows_of_the_marbles():
    ks = [1, 2, 3, 4, 6, 8, 10, 12, 16, 24, 32, 48, 64]
    errors = np.array([run("marbles", k, 0, "k-means++", step=3).errors[10] for k in ks])
    elbows = set()
    for n in (ks.index(last) + 1 for last in (16, 32, 64)):
        line = np.interp(ks[:n], [1, ks[n - 1]], errors[[0, n - 1]])
        elbows.add(ks[np.argmax(line - errors[:n])])
    return only(a=len(elbows) == 1, b=len(elbows) > 1)


def palette_wins(name, k):
    """Tell whether a palette is closer to an image than every JPEG that is not larger."""
    palette = result(name, k, 0, "k-means++")
    for quality in (1, 2, 5, 10, 20, 40, 60, 80):
        for subsampling in (0, 2):
            file = io.BytesIO()
            options = {"quality": quality, "subsampling": subsampling, "optimize": True}
            Image.fromarray(image(name)).save(file, "JPEG", **options)
            fits = file.tell() <= len(encode(palette))
            if fits and mse(image(name), load_image(file)) < mse(image(name), palette):
                return False
    return True


@answers("10-duel")
def palette_or_jpeg_for_the_confetti():
    won = [palette_wins("confetti", k) for k in (4, 64)]
    return only(a=won == [True, True], b=won == [False, False], c=won[0] != won[1])


# ---------------------------------------------------------------- 11 What the eye sees


@answers("11-half")
def grey_as_bright_as_stripes():
    screens = [Color("srgb", [value / 255] * 3) for value in (64, 128, 188)]
    stripes = (Color("black").luminance() + Color("white").luminance()) / 2
    return "abc"[np.argmin([abs(screen.luminance() - stripes) for screen in screens])]


@answers("11-ruler")
def errors_in_rgb_and_oklab():
    start = run("marbles", 16, 0).history[0].astype(np.uint8)
    found = kmeans_in_oklab(to_pixels(image("marbles")), to_oklab(start))
    painted = from_oklab(found.centroids)[found.labels].reshape(image("marbles").shape)
    ratio = mse(image("marbles"), painted) / mse(image("marbles"), result("marbles", 16, 0))
    return between(ratio, a=(1.1, 9), b=(0, 0.9), c=(0.95, 1.05))


def dithered_sunset():
    palette = np.rint(run("sunset", 16, 0).centroids).astype(np.uint8)
    return palette[dither(image("sunset"), palette)]


@answers("11-dither")
def error_of_the_dithered_sunset():
    sunset = image("sunset")
    ratio = mse(sunset, dithered_sunset()) / mse(sunset, result("sunset", 16, 0))
    return between(ratio, a=(0, 0.9), b=(3, 9), c=(0.95, 1.05))


@answers("11-bytes")
def file_of_the_dithered_sunset():
    ratio = len(encode(dithered_sunset())) / len(encode(result("sunset", 16, 0)))
    return between(ratio, a=(1.5, 2.5), b=(3, 5), c=(7, 9.5))


# ---------------------------------------------------------------- 12 More photos than memory


def table(pixels):
    """Return how often each of all colours occurs."""
    return np.bincount(pixels @ np.array([65536, 256, 1]), minlength=256**3)


@answers("12-table")
def size_of_the_sum_of_tables():
    one, other = (table(to_pixels(image(name))) for name in ("marbles", "poster"))
    growth = (one + other).nbytes / one.nbytes
    return only(a=growth > 1, b=growth == one.nbytes / other.nbytes == 1, c=growth < 1)


@answers("12-exact")
def histograms_added_and_pixels_joined():
    photos = [to_pixels(image(name)) for name in NAMES]
    total = sum(map(table, photos))
    codes = np.flatnonzero(total)
    colours = np.column_stack([codes >> 16, codes >> 8 & 255, codes & 255]).astype(np.uint8)
    joined = np.concatenate(photos)
    start = init_centroids(joined, 16)
    whole = kmeans(joined, start, assign=assign, update=update).centroids  # pixel by pixel
    centroids = start
    for _ in range(10):
        centroids = update(colours, assign(colours, centroids), centroids, total[codes])
    apart = np.abs(centroids - whole).max()
    return only(a=0 < apart < 1, b=apart == 0, c=apart >= 1)


@answers("12-send")
def fewest_bytes_of_the_portrait():
    pixels = to_pixels(image("portrait"))
    sizes = Path(PORTRAIT).stat().st_size, pixels.nbytes, 7 * count_colours(image("portrait"))
    assert 3.5 < len(pixels) / count_colours(image("portrait")) < 4.5, "a wrong answer is told so"
    return "abc"[np.argmin(sizes)]


@answers("12-sample")
def error_from_a_sample():
    photos, rng = [to_pixels(image(name)) for name in NAMES], np.random.default_rng(0)
    joined = np.concatenate(photos)
    some = np.concatenate([part[rng.integers(len(part), size=10_000)] for part in photos])
    assert round(len(joined) / len(some)) == 28, "the question says so"
    files = [PORTRAIT if name == "portrait" else ROOT / f"data/{name}.png" for name in NAMES]
    exact, _ = joint_palette(files, 16)
    error = kmeans(joined, kmeans(some, exact.history[0]).centroids, 0).errors[0]
    return between(error / exact.errors[-1], a=(0, 1.01), b=(1.05, 1.2), c=(1.5, 2.5))


# ---------------------------------------------------------------- the test


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_the_computed_one(name):
    assert ANSWERS[name]() == questions.find(name).right


def test_no_answer_is_left_out():
    numbers = {name[:2] for name in ANSWERS}
    assert [*ANSWERS] == [
        name for number in sorted(numbers) for name in questions.of_notebook(number)
    ]
    assert numbers == {path.stem for path in questions.HERE.glob("*.toml")}
