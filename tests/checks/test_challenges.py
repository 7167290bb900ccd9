"""The challenges: a try is measured, and the best known figures are found anew."""

from pathlib import Path

import numpy as np
import pytest

from kmeans_lesson import init_centroids, kmeans, load_image, reconstruct, to_pixels
from kmeans_lesson.checks import challenges
from kmeans_lesson.compare import psnr
from kmeans_lesson.engine.best import best_centroids
from kmeans_lesson.formats.encode import encode

DATA = Path(__file__).resolve().parents[2] / "data"
MARBLES, SUNSET, CONFETTI = (
    load_image(DATA / f"{name}.png") for name in ("marbles", "sunset", "confetti")
)


def paint(image, centroids):
    run = kmeans(to_pixels(image), centroids, iterations=0)
    return reconstruct(run.labels, run.centroids, image.shape)


def test_the_best_known_start_of_the_marbles():
    pixels = to_pixels(MARBLES)
    starts = [init_centroids(pixels, 4, seed, "k-means++") for seed in range(20)]
    runs = [kmeans(pixels, start, iterations=60) for start in starts]
    best = min(runs, key=lambda run: run.errors[-1])
    assert pytest.approx(best.errors[-1], rel=1e-6) == challenges.MARBLES
    answer = challenges.marbles(MARBLES, best.centroids)
    assert answer.right
    said = "A mean squared error of 939.3. As good as the best known, 939.3."
    assert answer.text == said


def test_the_best_known_file_of_the_sunset():
    pixels = to_pixels(SUNSET)
    found = (paint(SUNSET, best_centroids(pixels, k)) for k in range(10, 20))
    best = next(image for image in found if psnr(SUNSET, image) >= 30)
    size = len(encode(best))
    assert pytest.approx(size, rel=0.03) == challenges.SUNSET  # by how well files are packed
    answer = challenges.sunset(SUNSET, best)
    assert answer.text.startswith(f"{size:,} bytes, {psnr(SUNSET, best):.2f} dB")
    assert answer.right == (size <= challenges.SUNSET * challenges.CLOSE)


def test_the_best_known_palette_of_the_confetti():
    palette = best_centroids(to_pixels(CONFETTI), 16)
    errors = kmeans(to_pixels(CONFETTI), palette, iterations=200).errors
    assert pytest.approx(errors[-1], rel=1e-5) == challenges.CONFETTI
    assert challenges.confetti(CONFETTI, palette).right


def test_a_try_is_told_how_far_it_is_from_the_best():
    start = init_centroids(to_pixels(MARBLES), 4, seed=0)
    error = kmeans(to_pixels(MARBLES), start, 10).errors[-1]
    above = f"{error / challenges.MARBLES - 1:.1%} above the best known, 939.3."
    answer = challenges.marbles(MARBLES, start.tolist())
    assert answer.text == f"A mean squared error of {error:.1f}, {above}"
    assert not answer.right
    answer = challenges.confetti(CONFETTI, init_centroids(to_pixels(CONFETTI), 16))
    assert answer.text.endswith("above the best known, 78.0.")


def test_a_better_try_is_told_to_be_better(monkeypatch):
    monkeypatch.setattr(challenges, "MARBLES", 2000.0)
    answer = challenges.marbles(MARBLES, init_centroids(to_pixels(MARBLES), 4))
    assert answer.right
    assert answer.text.endswith("Better than the best known, 2000.0!")


def test_the_sunset_needs_its_decibels_and_a_palette():
    poor = challenges.sunset(SUNSET, paint(SUNSET, [[90, 60, 90], [200, 120, 90]]))
    assert poor.kind == "not yet"
    assert "not yet 30 dB" in poor.text
    whole = challenges.sunset(SUNSET, SUNSET)
    assert whole.kind == "not yet"
    assert "more than 256 colours" in whole.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda: challenges.marbles(MARBLES, np.zeros((5, 3))), "(4, 3); got numbers of shape (5"),
        (lambda: challenges.marbles(MARBLES, "four"), "it must be 4 colours, (4, 3); got a str."),
        (lambda: challenges.marbles(MARBLES, ...), "it must be 4 colours, (4, 3); got a ellipsis."),
        (lambda: challenges.confetti(CONFETTI, np.full((16, 3), np.nan)), "it must be 16 colours"),
        (lambda: challenges.marbles(MARBLES[::2], np.eye(4)[:, :3]), '"../data/marbles.png")'),
        (lambda: challenges.confetti(None, np.zeros((16, 3))), '"../data/confetti.png")'),
        (lambda: challenges.sunset(MARBLES, MARBLES), '"../data/sunset.png")'),
        (lambda: challenges.sunset(SUNSET, SUNSET[1:]), "(427, 640, 3) and dtype uint8; got an"),
        (lambda: challenges.sunset(SUNSET, SUNSET / 1.0), "dtype float64"),
        (lambda: challenges.sunset(SUNSET, ...), "got a ellipsis and dtype none"),
    ],
)
def test_what_is_no_try_is_answered_in_one_sentence(answer, said):
    given = answer()
    assert given.kind == "wrong kind"
    assert said in given.text
    assert given.text.endswith(".")
