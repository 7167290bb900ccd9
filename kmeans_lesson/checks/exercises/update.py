"""Step 4: the exercise of writing update."""

import numpy as np

from kmeans_lesson.checks.exercise import (
    BLUE,
    EMPTY,
    NO_MEAN,
    ONE_BASED,
    ORANGE,
    PIXELS,
    RED,
    Exercise,
    Slip,
    in_another_order,
    random_case,
    shape_of,
)
from kmeans_lesson.checks.exercises.assign import START
from kmeans_lesson.kmeans import assign, update


def _per_cluster(statistic, empty=lambda centroid, pixels: centroid):
    """Make an update that gives each cluster's `statistic`, and `empty` to one without pixels."""

    def new_centroids(pixels, labels, centroids):
        clusters = [pixels[labels == label] for label in range(len(centroids))]
        return np.array(
            [
                statistic(cluster) if len(cluster) else empty(centroid, pixels)
                for cluster, centroid in zip(clusters, centroids, strict=True)
            ]
        )

    return new_centroids


def _mean(cluster):
    return cluster.mean(axis=0)


def cluster_means(pixels, labels, centroids):
    return _per_cluster(_mean)(pixels, labels, centroids)


def _empty(value):
    return _per_cluster(_mean, lambda centroid, pixels: value + 0 * centroid)


def _sizes(labels, centroids):
    return np.bincount(labels, minlength=len(centroids))[:, None]


def _one_for_all_but_empty(pixels, labels, centroids):
    return np.where(_sizes(labels, centroids) > 0, pixels.mean(axis=0), centroids)


def _only_empty_moved(trials):
    wrong = False
    for t in trials:
        right = cluster_means(*t.args)
        if shape_of(t.got) != right.shape:
            return False
        moved = ~np.isclose(t.got, right, atol=0.01).all(axis=1)
        wrong = wrong or moved.any()
        if moved[_sizes(*t.args[1:])[:, 0] > 0].any():
            return False
    return bool(wrong)


def _drops_empty(trials):
    """See whether there is one row for each label that is used, in any order."""
    pairs = [(shape_of(t.got), len(np.unique(t.args[1])), len(t.args[2])) for t in trials]
    return all(shape == (used, 3) for shape, used, _ in pairs) and any(
        used < k for _, used, k in pairs
    )


def _one_place(trials):
    """See whether all centroids that have pixels are in one place."""
    return all(
        shape_of(t.got) == t.args[2].shape and np.ptp(t.got[np.unique(t.args[1])], axis=0).max() < 1
        for t in trials
    ) and any(t.got.max() > 1 for t in trials)


def _only_first(others):
    """Make an update of the first centroid only."""
    return lambda p, labels, c: np.vstack([cluster_means(p, labels, c)[:1], others(c)[1:]])


def _every_second(others):
    """Make an update of every second centroid only."""
    return lambda p, labels, c: np.where(
        np.arange(len(c))[:, None] % 2, others(c), cluster_means(p, labels, c)
    )


def _running(pixels, labels, centroids, own_size):
    """Divide sums that are not set back to 0 from one cluster to the next."""
    sizes = _sizes(labels, centroids)
    sums = np.cumsum(cluster_means(pixels, labels, centroids) * sizes, axis=0)
    counted = sizes if own_size else np.cumsum(sizes, axis=0)
    return np.where(sizes > 0, sums / np.maximum(counted, 1), centroids)


def _of_others(compare):
    def new_centroids(pixels, labels, centroids):
        chosen = [pixels[compare(labels, label)] for label in range(len(centroids))]
        pairs = zip(chosen, centroids, strict=True)
        return np.array([c.mean(axis=0) if len(c) else old for c, old in pairs])

    return new_centroids


def _other_order(trials):
    return in_another_order([(t.got, cluster_means(*t.args)) for t in trials])


def _sums_in(dtype):
    return _per_cluster(lambda c: c.sum(axis=0, dtype=dtype) / len(c))


def _update_case(seed, n, k, used):
    rng = np.random.default_rng(seed)
    pixels, centroids = random_case(seed, n, k)
    return pixels, np.array(used)[rng.permutation(np.arange(n) % len(used))], centroids


LABELS = assign(PIXELS, START)
THREES = (random_case(8, 6, 2)[0], np.array([0, 1, 1, 0, 1, 0]), random_case(8, 6, 2)[1])

UPDATE = Exercise(
    name="update",
    takes="pixels, labels, centroids",
    gives="one centroid in each row, shape (K, 3)",
    cases=[
        ("the 4 by 4 image, K = 2", (PIXELS, LABELS, START)),
        (
            "two pixels of the 4 by 4 image, K = 1",
            (PIXELS[[0, 9]], np.array([0, 0], np.uint8), START[:1]),
        ),
        (
            "three pixels of the 4 by 4 image, K = 2",
            (PIXELS[[1, 8, 15]], np.array([1, 0, 1], np.uint8), START),
        ),
        ("two clusters of three pixels each", THREES),
        (
            "one pixel, K = 2",
            (PIXELS[8:9], np.array([1], np.uint8), np.array([RED, BLUE], float)),
        ),
        (
            "a cluster of black pixels and one of a black and a blue one",
            (
                np.array([[0] * 3, RED, [0] * 3, BLUE, [0] * 3, ORANGE], np.uint8),
                np.array([1, 0, 1, 2, 2, 0], np.uint8),
                np.array([RED, (20, 10.5, 30), BLUE]),
            ),
        ),
        ("40 random pixels, K = 4", _update_case(1, 40, 4, [0, 1, 2, 3])),
        (
            "the same pixels with other labels, K = 4",
            (*_update_case(1, 40, 4, [0, 1, 2, 3])[:1], *_update_case(21, 40, 4, [0, 1, 2, 3])[1:]),
        ),
        ("40 other random pixels, K = 4", _update_case(11, 40, 4, [0, 1, 2, 3])),
        ("60 random pixels, K = 7", _update_case(2, 60, 7, [0, 1, 2, 3, 4, 5, 6])),
        (
            "900 light pixels, K = 2",
            (200 + random_case(3, 900, 2)[0] // 5, np.arange(900) % 2, START),
        ),
        (
            "the 4 by 4 image with an empty cluster: label 1 of 0 to 2",
            (PIXELS, 2 * LABELS, np.array([RED, (9.5, 8.25, 7), BLUE])),
        ),
        (
            "30 random pixels with two empty clusters: labels 0 and 5 of 0 to 5",
            _update_case(6, 30, 6, [1, 2, 3, 4]),
        ),
    ],
    expected=update,
    ours=update,
    large=[
        ("701 random pixels, K = 300", _update_case(12, 701, 300, range(0, 300, 2))),
        ("1,203 random pixels, K = 40", _update_case(13, 1203, 40, range(40))),
        ("2,003 random pixels, K = 2", _update_case(14, 2003, 2, range(2))),
        ("4,801 random pixels, K = 16", _update_case(15, 4801, 16, range(16))),
    ],
    largest=[("70,001 random pixels, K = 2", _update_case(16, 70_001, 2, range(2)))],
    notice="The mean is the place with the smallest sum of squared distances to its pixels, so "
    "the error cannot rise.",
    raised=(NO_MEAN, ONE_BASED),
    slips=[
        Slip(
            "NaN for empty clusters",
            EMPTY + "0 / 0 is NaN, and NaN swallows the image.",
            (_empty(np.nan), _empty(np.inf)),
        ),
        Slip("zero for empty clusters", EMPTY + "Is black where they were?", (_empty(0),)),
        Slip(
            "drops empty clusters",
            EMPTY + "And which label would the centroids after them have?",
            (
                lambda p, labels, c: np.array([_mean(p[labels == i]) for i in np.unique(labels)]),
                lambda p, labels, c: _empty(np.nan)(p, labels, c)[: labels.max() + 1],
                lambda p, labels, c: _empty(0)(p, labels, c)[: labels.max() + 1],
                lambda p, labels, c: cluster_means(p, labels, c)[: labels.max() + 1],
            ),
            _drops_empty,
        ),
        Slip(
            "moves the centroid of an empty cluster",
            EMPTY + "Here it keeps its centroid: with no pixels, nothing says where to move.",
            test=_only_empty_moved,
        ),
        Slip(
            "one mean for all",
            "All your centroids are in one place. Which pixels belong to which centroid?",
            (
                lambda p, labels, c: 0 * c + p.mean(axis=0),
                _one_for_all_but_empty,
                lambda p, labels, c: 0 * c + p.mean(),
                lambda p, labels, c: p.mean(axis=0),
                lambda p, labels, c: p.mean(axis=0)[None],
                lambda p, labels, c: 0 * c + c.mean(axis=0),
            ),
            _one_place,
        ),
        Slip(
            "mean over the wrong axis",
            "The pixels of a cluster have shape (n, 3). Which axis counts the pixels, and how many "
            "numbers should be left?",
            (
                _per_cluster(lambda c: c.mean(axis=1)),
                _per_cluster(lambda c: np.full(3, c.mean())),
                _per_cluster(lambda c: c.mean(), lambda centroid, pixels: np.nan),
                _per_cluster(lambda c: c.mean(), lambda centroid, pixels: 0),
                _per_cluster(lambda c: c.mean(), lambda centroid, pixels: centroid.mean()),
            ),
        ),
        Slip(
            "median instead of mean",
            "The middle one of the sorted values is the median. What is the mean, and which of "
            "them has the smallest squared distances?",
            (
                _per_cluster(lambda c: np.median(c, axis=0)),
                _per_cluster(lambda c: np.sort(c, axis=0)[len(c) // 2]),
                _per_cluster(lambda c: np.sort(c, axis=0)[(len(c) - 1) // 2]),
            ),
        ),
        Slip(
            "another statistic instead of the mean",
            "Add up, then divide by how many there are: is that what yours does with the pixels of "
            "a cluster?",
            tuple(
                _per_cluster(lambda c, f=f: f(c.astype(float)))
                for f in (
                    lambda c: c.max(axis=0),
                    lambda c: c.min(axis=0),
                    lambda c: (c.min(axis=0) + c.max(axis=0)) / 2,
                    lambda c: c.std(axis=0),
                    lambda c: c.var(axis=0),
                    lambda c: c.prod(axis=0),
                    lambda c: np.sqrt((c**2).mean(axis=0)),
                    lambda c: (c**2).mean(axis=0),
                    lambda c: np.exp(np.log(c).mean(axis=0)),
                    lambda c: c.prod(axis=0) / len(c),
                )
            ),
        ),
        Slip(
            "takes one pixel instead of the mean",
            "Your centroid is one of the pixels of its cluster. Should the others have no say?",
            (
                _per_cluster(lambda c: c[0]),
                _per_cluster(lambda c: c[-1]),
                _per_cluster(lambda c: c[((c - c.mean(axis=0)) ** 2).sum(axis=1).argmin()]),
                _per_cluster(lambda c: c[-1] / len(c)),
            ),
        ),
        Slip(
            "counts each colour only once",
            "Two pixels of the same colour: do both have a say in the mean?",
            (_per_cluster(lambda c: np.unique(c, axis=0).mean(axis=0)),),
        ),
        Slip(
            "takes the pixels of other clusters",
            "With which sign do you compare the labels, and which pixels does that choose?",
            tuple(map(_of_others, (np.not_equal, np.less, np.less_equal, np.greater_equal))),
        ),
        Slip(
            "sums are not set back to 0",
            "The first centroid is right. With which sum does the next cluster begin?",
            (
                lambda p, labels, c: _running(p, labels, c, True),
                lambda p, labels, c: _running(p, labels, c, False),
            ),
        ),
        Slip(
            "centroids truncated to integers (integer division?)",
            "A mean is seldom a whole number. Which line of yours loses the fraction: a //, an "
            "int, or an array of integers?",
            (
                _per_cluster(lambda c: c.mean(axis=0) // 1),
                lambda p, labels, c: np.trunc(cluster_means(p, labels, c)),
                lambda p, labels, c: np.rint(cluster_means(p, labels, c)),
                lambda p, labels, c: np.ceil(cluster_means(p, labels, c)),
                lambda p, labels, c: np.round(cluster_means(p, labels, c), 1),
                _per_cluster(lambda c: np.rint(c.mean(axis=0))),
            ),
        ),
        Slip(
            "sums are not divided",
            "You have added up the pixels of each cluster. What makes a mean of a sum?",
            (
                _per_cluster(lambda c: c.sum(axis=0)),
                _per_cluster(lambda c: c.sum(axis=0), lambda centroid, pixels: 0 * centroid),
            ),
        ),
        Slip(
            "divides by the wrong number",
            "By how many pixels should the sum of a cluster be divided: by all, or by its own?",
            (
                lambda p, labels, c: cluster_means(p, labels, c) * _sizes(labels, c) / len(p),
                lambda p, labels, c: cluster_means(p, labels, c) * _sizes(labels, c) / len(c),
                lambda p, labels, c: cluster_means(p, labels, c) * _sizes(labels, c) / 3,
                lambda p, labels, c: (
                    cluster_means(p, labels, c)
                    * _sizes(labels, c)
                    / np.maximum(_sizes(labels, c) - 1, 1)
                ),
                lambda p, labels, c: cluster_means(p, labels, c) / np.maximum(_sizes(labels, c), 1),
                lambda p, labels, c: (
                    cluster_means(p, labels, c) * _sizes(labels, c) / (_sizes(labels, c) + 1)
                ),
                _per_cluster(lambda c: c.sum(axis=0) / c.size),
            ),
        ),
        Slip(
            "counts the old centroid as a pixel",
            "Only the pixels of a cluster have a say in where its centroid goes. Does the old "
            "centroid still count in yours?",
            (
                lambda p, labels, c: (
                    (cluster_means(p, labels, c) * _sizes(labels, c) + c) / (_sizes(labels, c) + 1)
                ),
                lambda p, labels, c: (cluster_means(p, labels, c) + c) / 2,
                lambda p, labels, c: (
                    (cluster_means(p, labels, c) * _sizes(labels, c) + c)
                    / np.maximum(_sizes(labels, c), 1)
                ),
            ),
        ),
        Slip(
            "ignores the labels",
            "Do you use the labels you are given? Here they need not be the nearest ones.",
            (
                lambda p, labels, c: cluster_means(p, assign(p, c), c),
                lambda p, labels, c: _empty(np.nan)(p, assign(p, c), c),
            ),
        ),
        Slip(
            "returns the old centroids",
            "The centroids come back as they were. Where do the new ones go?",
            (lambda p, labels, c: c,),
        ),
        Slip(
            "returns only zeros",
            "The array is as it was made, full of zeros. Which line of yours fills it, and does "
            "it come to that line?",
            (lambda p, labels, c: 0 * c,),
        ),
        Slip(
            "1-based labels",
            "Which is the lowest label, and does your loop begin there?",
            (
                lambda p, labels, c: cluster_means(p, labels.astype(int) - 1, c),
                lambda p, labels, c: np.vstack([c[:1], cluster_means(p, labels, c)[1:]]),
                lambda p, labels, c: _empty(np.nan)(p, labels.astype(int) - 1, c),
            ),
        ),
        Slip(
            "updates only the first centroid (returns inside the loop?)",
            "Only the first centroid is right. Where does your return stand?",
            (
                _only_first(lambda c: c),
                _only_first(lambda c: 0 * c),
                lambda p, labels, c: cluster_means(p, labels, c)[:1],
                lambda p, labels, c: cluster_means(p, labels, c)[0],
            ),
        ),
        Slip(
            "updates only the last centroid",
            "Only the last centroid is right. What does each round of your loop keep?",
            (
                lambda p, labels, c: np.vstack([c[:-1], cluster_means(p, labels, c)[-1:]]),
                lambda p, labels, c: np.vstack([0 * c[:-1], cluster_means(p, labels, c)[-1:]]),
                lambda p, labels, c: cluster_means(p, labels, c)[-1:],
                lambda p, labels, c: cluster_means(p, labels, c)[-1],
                lambda p, labels, c: 0 * c + cluster_means(p, labels, c)[-1],
            ),
        ),
        Slip(
            "skips every second centroid (a range with a step)",
            "Which centroids does your loop come to? What does the third number of a range mean?",
            (
                _every_second(lambda c: c),
                _every_second(lambda c: 0 * c),
                lambda p, labels, c: cluster_means(p, labels, c)[::2],
            ),
        ),
        Slip(
            "leaves out a centroid",
            "Does your loop reach the last centroid, whatever K is?",
            (
                lambda p, labels, c: np.vstack([cluster_means(p, labels, c)[:-1], c[-1:]]),
                lambda p, labels, c: np.vstack([cluster_means(p, labels, c)[:-1], 0 * c[-1:]]),
                lambda p, labels, c: cluster_means(p, labels, c)[:-1],
                lambda p, labels, c: cluster_means(p, labels, c)[:2],
                lambda p, labels, c: np.vstack([cluster_means(p, labels, c)[:2], c[2:]]),
            ),
        ),
        Slip(
            "compares only one channel: forgets channels",
            "How many channels has a centroid, and how many of them have you worked out?",
            (
                lambda p, labels, c: cluster_means(p, labels, c)[:, :1].repeat(3, axis=1),
                *(
                    lambda p, labels, c, i=i: np.where(
                        np.arange(3) == i, cluster_means(p, labels, c), c
                    )
                    for i in range(3)
                ),
                lambda p, labels, c: cluster_means(p, labels, c)[:, 0],
                *(
                    lambda p, labels, c, i=i: np.where(
                        np.arange(3) == i, cluster_means(p, labels, c), 0
                    )
                    for i in range(3)
                ),
            ),
        ),
        Slip(
            "forgets one channel",
            "A colour has three channels. Which one does not move with the others in yours?",
            (
                *(
                    lambda p, labels, c, i=i, old=old: np.where(
                        np.arange(3) == i, old * c, cluster_means(p, labels, c)
                    )
                    for i in range(3)
                    for old in (0, 1)
                ),
                lambda p, labels, c: cluster_means(p, labels, c)[:, :2],
            ),
        ),
        Slip(
            "channels in another order",
            "Red, green, blue: in which order do they come out?",
            (lambda p, labels, c: cluster_means(p, labels, c)[:, ::-1],),
        ),
        Slip(
            "scales the colours",
            "Which range have the numbers of the pixels, and which have those of your centroids?",
            (
                lambda p, labels, c: cluster_means(p / 255, labels, c),
                lambda p, labels, c: cluster_means(p, labels, c) / 255,
                lambda p, labels, c: cluster_means(p / 256, labels, c),
            ),
        ),
        Slip(
            "returns the colours",
            "One row for each pixel is too many. How many centroids are there?",
            (
                lambda p, labels, c: c[labels],
                lambda p, labels, c: cluster_means(p, labels, c)[labels],
            ),
        ),
        Slip(
            "transposed: wrong shape, (3, K)",
            "Which axis should count the centroids, the first or the last?",
            (
                lambda p, labels, c: cluster_means(p, labels, c).T,
                lambda p, labels, c: _empty(np.nan)(p, labels, c).T,
            ),
        ),
        Slip(
            "uint8 wrap-around in the sum",
            "What is 200 + 100 in uint8? Which type has room for the sum of many pixels?",
            (_sums_in(np.uint8),),
        ),
        Slip(
            "int16 overflow",
            "The largest int16 is 32,767. How soon does the sum of many pixels get there?",
            (_sums_in(np.int16), _sums_in(np.uint16), _sums_in(np.int8)),
        ),
        Slip(
            "float16 overflow",
            "The largest float16 is 65,504. How soon does the sum of many pixels get there?",
            (_sums_in(np.float16),),
        ),
        Slip(
            "counts wrap around",
            "uint8 ends at 255, also for a count. How many pixels can a cluster have?",
            (
                lambda p, labels, c: np.where(
                    _sizes(labels, c) > 0,
                    cluster_means(p, labels, c)
                    * _sizes(labels, c)
                    / np.maximum(_sizes(labels, c).astype(np.uint8), 1),
                    c,
                ),
            ),
        ),
        Slip(
            "centroids in another order",
            "All means are right, but label i belongs to row i. Why have the rows moved?",
            test=_other_order,
        ),
    ],
)
