"""Answers to init_centroids as learners write them."""

# ruff: noqa: F841 - as learners write
import random

import numpy as np

from answers import right, wrong
from kmeans_lesson import init_centroids


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


# ------------------------------------------------------------------------------ many seeds, states


@right("init_centroids")
def random_sample(pixels, k, seed=0):
    colours = list(dict.fromkeys(map(tuple, pixels.tolist())))
    return np.array(random.Random(seed).sample(colours, k), dtype=float)


@right("init_centroids")
def shuffled_unique(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    np.random.default_rng(seed).shuffle(colours)
    return colours[:k]


@right("init_centroids")
def weights_of_random_keys(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    keys = np.random.default_rng(seed + 1).random(len(colours))
    return colours[np.argsort(keys)[:k]].astype(float)


@right("init_centroids")
def sorted_afterwards(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    rows = np.random.default_rng(seed).choice(len(colours), k, replace=False)
    return colours[np.sort(rows)]


@right("init_centroids")
def farthest_of_a_few(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    colours = np.unique(pixels, axis=0).astype(float)
    start = [colours[rng.integers(len(colours))]]
    while len(start) < k:
        few = colours[rng.choice(len(colours), min(8, len(colours)), replace=False)]
        squared = ((few[:, None] - np.array(start)) ** 2).sum(axis=2).min(axis=1)
        if squared.max() > 0:
            start.append(few[squared.argmax()])
    return np.array(start)


@right("init_centroids")
def seeded_by_a_string(pixels, k, seed=0):
    rng = random.Random(f"seed {seed}")
    colours = sorted(set(map(tuple, pixels.tolist())))
    rng.shuffle(colours)
    return [list(colour) for colour in colours[:k]]


@wrong("init_centroids", "always begins with the same pixel")
def first_and_others(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    colours = list(dict.fromkeys(map(tuple, pixels.tolist())))
    others = rng.permutation(np.arange(1, len(colours)))[: k - 1]
    return np.array([colours[0], *[colours[i] for i in others]], float)


@wrong("init_centroids", "always begins with the same pixel")
def same_first_but_for_one(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    rng = np.random.default_rng(seed)
    if k == 1:
        return colours[rng.integers(len(colours), size=1)]
    return np.vstack([colours[:1], rng.permutation(colours[1:])[: k - 1]])


@wrong("init_centroids", "sees only a part")
def first_hundred(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    return rng.permutation(np.unique(pixels[:100], axis=0))[:k]


@wrong("init_centroids", "never takes one")
def last_never(pixels, k, seed=0):
    colours = np.unique(pixels, axis=0)
    last = max(len(colours) - 1, k)
    return colours[np.random.default_rng(seed).permutation(last)[:k]]


@wrong("init_centroids", "a part of it")
def seed_modulo_ten(pixels, k, seed=0):
    return np.random.default_rng(seed % 10).permutation(np.unique(pixels, axis=0))[:k]


@wrong("init_centroids", "no colours at all")
def empty_list(pixels, k, seed=0):
    chosen = []
    rng = np.random.default_rng(seed)
    return np.array(chosen, dtype=float)


@wrong("init_centroids", "no colours at all")
def never_appended(pixels, k, seed=0):
    chosen = np.zeros((0, 3))
    for row in np.random.default_rng(seed).permutation(len(pixels))[:k]:
        np.vstack([chosen, pixels[row]])
    return chosen


@wrong("init_centroids", "looked up with `in`")
def arrays_in_a_list(pixels, k, seed=0):
    chosen = []
    for row in np.random.default_rng(seed).permutation(len(pixels)):
        if pixels[row] not in chosen:
            chosen.append(pixels[row])
        if len(chosen) == k:
            break
    return np.array(chosen)


@wrong("init_centroids", "tuple() makes")
def set_of_arrays(pixels, k, seed=0):
    chosen = set()
    rng = np.random.default_rng(seed)
    while len(chosen) < k:
        chosen.add(pixels[rng.integers(len(pixels))])
    return list(chosen)


@wrong("init_centroids", "k and seed in each other's place")
def swapped_k_and_seed(pixels, seed, size):
    rng = np.random.default_rng(seed)
    return rng.permutation(np.unique(pixels, axis=0))[:size]


@wrong("init_centroids", "parameters in another order")
def names_swapped(pixels, seed, k):
    rng = np.random.default_rng(seed)
    return rng.permutation(np.unique(pixels, axis=0))[:k]


@wrong("init_centroids", "transposed")
def turned(pixels, k, seed=0):
    return np.random.default_rng(seed).permutation(np.unique(pixels, axis=0))[:k].T


@wrong("init_centroids", "more or fewer than K")
def one_too_few(pixels, k, seed=0):
    return np.random.default_rng(seed).permutation(np.unique(pixels, axis=0))[: k - 1]


@wrong("init_centroids", "equal steps")
def every_nth(pixels, k, seed=0):
    return pixels[:: len(pixels) // k][:k].astype(float)


@wrong("init_centroids", "mean of the pixels")
def means(pixels, k, seed=0):
    return np.tile(pixels.mean(axis=0), (k, 1))


@wrong("init_centroids", "scales the colours")
def unit_range(pixels, k, seed=0):
    return np.random.default_rng(seed).permutation(np.unique(pixels, axis=0))[:k] / 255


@wrong("init_centroids", "package's own")
def from_the_package(pixels, k, seed=0):
    return init_centroids(pixels, k, seed)


@wrong("init_centroids", "returns inside the loop")
def returns_the_first(pixels, k, seed=0):
    rng = np.random.default_rng(seed)
    chosen = []
    for _ in range(k):
        chosen.append(pixels[rng.integers(len(pixels))])
        return np.array(chosen)


@wrong("init_centroids", "picks K positions with twin colours")
def by_sampled_rows(pixels, k, seed=0):
    rows = random.Random(seed).sample(range(len(pixels)), k)
    return np.array([pixels[row] for row in rows])
