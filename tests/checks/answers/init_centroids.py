"""Answers to init_centroids as learners write them."""

# ruff: noqa: F841 - as learners write
import random

import numpy as np

from answers import right, wrong


@right("init_centroids")
def until_k_different(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    chosen = []
    while len(chosen) < k:
        colour = pixels[rng.integers(len(pixels))].tolist()
        if colour not in chosen:
            chosen.append(colour)
    return np.array(chosen, dtype=float)


@right("init_centroids")
def from_unique(pixels, k, seed):
    return np.random.default_rng(seed).choice(np.unique(pixels, axis=0), k, replace=False)


@right("init_centroids")
def shuffled_order(pixels, k, seed=0):
    order = np.random.default_rng(seed).permutation(len(pixels))
    shuffled = pixels[order]
    _, first = np.unique(shuffled, axis=0, return_index=True)
    return shuffled[np.sort(first)[:k]].astype(float)


@right("init_centroids")
def stdlib_random(pixels, k, seed=0):
    return random.Random(seed).sample(sorted({tuple(p) for p in pixels.tolist()}), k)


@right("init_centroids")
def stdlib_shuffle(pixels, k, seed):
    rng = random.Random(seed)
    rows = [tuple(p) for p in pixels.tolist()]
    rng.shuffle(rows)
    return list(dict.fromkeys(rows))[:k]


@right("init_centroids")
def random_state(pixels, k, seed):
    state = np.random.RandomState(seed)
    colours = np.unique(pixels, axis=0)
    return colours[state.permutation(len(colours))[:k]].astype(np.float32)


@right("init_centroids")
def with_counts(pixels, k, seed=0):
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    rng = np.random.default_rng(seed)
    rows = rng.choice(len(colours), size=k, replace=False, p=counts / counts.sum())
    return colours[rows].astype("float64")


@right("init_centroids")
def draw_again(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    while True:
        start = pixels[rng.choice(len(pixels), k, replace=False)]
        if len(np.unique(start, axis=0)) == k:
            return start.astype(float)


@right("init_centroids")
def plus_plus(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    points = pixels.astype(float)
    centroids = [points[rng.integers(len(points))]]
    while len(centroids) < k:
        d = np.min([((points - c) ** 2).sum(axis=1) for c in centroids], axis=0)
        centroids.append(points[rng.choice(len(points), p=d / d.sum())])
    return np.array(centroids)


@right("init_centroids")
def by_recursion_2(pixels, k, seed=0):
    def draw(rng, chosen):
        if len(chosen) == k:
            return chosen
        colour = tuple(pixels[rng.integers(0, len(pixels))])
        return draw(rng, chosen if colour in chosen else [*chosen, colour])

    return np.array(draw(np.random.default_rng(seed), []))


@right("init_centroids")
def own_generator(pixels, k, seed=0):
    x, chosen = seed * 7919 + 12345, []
    while len(chosen) < k:
        x = (1103515245 * x + 12345) % 2**31
        colour = list(pixels[(x >> 8) % len(pixels)])
        if all(any(colour[c] != other[c] for c in range(3)) for other in chosen):
            chosen.append(colour)
    return chosen


@right("init_centroids")
def with_a_dict(points, k, seed=0):
    rng = np.random.default_rng([seed, 42])
    seen = {}
    for i in rng.permutation(len(points)):
        seen.setdefault(points[i].tobytes(), points[i])
    return np.stack(list(seen.values())[:k])


@wrong("init_centroids", "picks K positions with twin colours")
def k_positions(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return pixels[rng.choice(len(pixels), size=k, replace=False)].astype(float)


@wrong("init_centroids", "picks K positions with twin colours")
def k_positions_2(pixels, k, seed):
    return random.Random(seed).sample(pixels.tolist(), k)


@wrong("init_centroids", "picks K positions with twin colours")
def k_positions_3(pixels, k, seed):
    return pixels[np.random.default_rng(seed).permutation(len(pixels))[:k]]


@wrong("init_centroids", "picks with replacement")
def replaced(pixels, k, seed=0):
    return pixels[np.random.default_rng(seed).integers(len(pixels), size=k)].astype(float)


@wrong("init_centroids", "picks with replacement")
def replaced_2(pixels, k, seed=0):
    rng = random.Random(seed)
    return np.array([pixels[rng.randrange(len(pixels))] for _ in range(k)])


@wrong("init_centroids", "picks with replacement")
def replaced_3(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    return np.random.default_rng(seed).choice(colours, k)


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def any_colours(pixels, k, seed=0):
    return np.random.default_rng(seed).integers(0, 256, size=(k, 3)).astype(float)


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def any_floats(pixels, k, seed=0):
    return np.random.default_rng(seed).random((k, 3)) * 255


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def any_colours_2(pixels, k, seed=0):
    rng = random.Random(seed)
    return [[rng.randint(0, 255) for _ in range(3)] for _ in range(k)]


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def between_extremes(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(pixels.min(axis=0), pixels.max(axis=0), (k, 3))


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def channels_apart(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return np.stack([rng.choice(pixels[:, c], k, replace=False) for c in range(3)], axis=1)


@wrong("init_centroids", "ignores the seed")
def no_seed(pixels, k, seed=0):
    return np.random.default_rng().choice(np.unique(pixels, axis=0), k, replace=False)


@wrong("init_centroids", "ignores the seed")
def seed_written_in(pixels, k, seed=0):
    return np.random.default_rng(0).choice(np.unique(pixels, axis=0), k, replace=False)


@wrong("init_centroids", "ignores the seed")
def evenly(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    return colours[np.linspace(0, len(colours) - 1, k).astype(int)]


@wrong("init_centroids", "ignores the seed")
def most_frequent(pixels, k, seed=0):
    colours, counts = np.unique(pixels, axis=0, return_counts=True)
    return colours[np.argsort(-counts)[:k]].astype(float)


@wrong("init_centroids", "uses the global random state")
def global_seeded(pixels, k, seed=0):
    np.random.seed(seed)
    colours = np.unique(pixels, axis=0)
    return colours[np.random.choice(len(colours), k, replace=False)]


@wrong("init_centroids", "uses the global random state")
def global_unseeded(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    return colours[np.random.permutation(len(colours))[:k]].astype(float)


@wrong("init_centroids", "uses the global random state")
def global_stdlib(pixels, k, seed=0):
    random.seed(seed)
    return random.sample(sorted({tuple(p) for p in pixels.tolist()}), k)


@wrong("init_centroids", "picks the first K")
def first_k(pixels, k, seed=0):
    return pixels[:k].astype(float)


@wrong("init_centroids", "picks the first K")
def first_k_different(pixels, k, seed=0):
    chosen = []
    for pixel in pixels.tolist():
        if pixel not in chosen and len(chosen) < k:
            chosen.append(pixel)
    return np.array(chosen)


@wrong("init_centroids", "picks the first K")
def sorted_first(pixels, k, seed=0):
    return np.unique(pixels, axis=0)[:k].astype(float)


@wrong("init_centroids", "returns row numbers instead of colours")
def row_numbers(pixels, k, seed=0):
    return np.random.default_rng(seed).choice(len(pixels), k, replace=False)


@wrong("init_centroids", "drops twins and does not draw again")
def twins_dropped(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return np.unique(pixels[rng.integers(len(pixels), size=k)], axis=0)


@wrong("init_centroids", "ignores k")
def always_two(pixels, k, seed=0):
    return np.random.default_rng(seed).choice(np.unique(pixels, axis=0), 2, replace=False)


@wrong("init_centroids", "changes the input")
def shuffles_the_pixels(pixels, k, seed=0):
    np.random.default_rng(seed).shuffle(pixels)
    _, first = np.unique(pixels, axis=0, return_index=True)
    return pixels[np.sort(first)[:k]].astype(float)


@wrong("init_centroids", "prints instead of returns")
def start_printed(pixels, k, seed=0):
    print(until_k_different(pixels, k, seed))


@wrong("init_centroids", "returns None")
def start_lost(pixels, k, seed=0):
    start = until_k_different(pixels, k, seed)


@right("init_centroids")
def puts_the_state_back(pixels, k, seed):
    state = np.random.get_state()
    np.random.seed(seed)
    colours = np.unique(pixels, axis=0)
    chosen = np.random.permutation(len(colours))[:k]
    np.random.set_state(state)
    return colours[chosen]


@right("init_centroids")
def takes_away_what_is_drawn(pixels, k, seed):
    rng, drawn = np.random.default_rng(seed), []
    while len(drawn) < k:
        drawn.append(pixels[rng.integers(len(pixels))])
        pixels = pixels[(pixels != drawn[-1]).any(axis=1)]
    return np.array(drawn)


@wrong("init_centroids", "ignores the seed")
def two_seeds_only(pixels, k, seed):
    colours = np.unique(pixels, axis=0)
    return np.random.default_rng(seed % 2).permutation(colours)[:k]


@wrong("init_centroids", "ignores k")
def all_colours(pixels, k, seed):
    return np.random.default_rng(seed).permutation(np.unique(pixels, axis=0))


@wrong("init_centroids", "picks from 0-255 and not from the pixels")
def with_noise(pixels, k, seed):
    rng = np.random.default_rng(seed)
    chosen = pixels[rng.choice(len(pixels), k, replace=False)]
    return chosen + rng.normal(0, 1, chosen.shape)
