"""Answers to kmeans as learners write them."""

# ruff: noqa: B007, B905, F841 - as learners write
from collections import namedtuple
from types import SimpleNamespace

import numpy as np
from scipy.spatial.distance import cdist

from answers import right, wrong
from answers.assign import absolute, argmax, broadcast
from answers.update import by_mask, medians, nans
from kmeans_lesson import assign, kmeans, update


@right("kmeans")
def loop(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids, assign(pixels, centroids)


@right("kmeans")
def loop_other_order(pixels, centroids, iterations=10):
    labels = assign(pixels, centroids)
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return labels, centroids


@right("kmeans")
def centroids_only(pixels, centroids, iterations):
    for i in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@right("kmeans")
def while_loop(pixels, centroids, iterations):
    done = 0
    while done < iterations:
        centroids = by_mask(pixels, broadcast(pixels, centroids), centroids)
        done += 1
    return {"centroids": centroids, "labels": broadcast(pixels, centroids)}


@right("kmeans")
def recursive(pixels, centroids, iterations):
    if iterations == 0:
        return centroids
    return recursive(pixels, update(pixels, assign(pixels, centroids), centroids), iterations - 1)


@right("kmeans")
def an_object(pixels, centroids, iterations):
    c = centroids_only(pixels, centroids, iterations)
    return SimpleNamespace(centroids=c, labels=assign(pixels, c))


@right("kmeans")
def a_named_tuple(pixels, start, rounds):
    c = centroids_only(pixels, start, rounds)
    return namedtuple("Run", "labels centroids errors")(assign(pixels, c), c, [1.0])


@right("kmeans")
def stops_when_nothing_changes(pixels, centroids, iterations):
    labels = None
    for _ in range(iterations):
        new = assign(pixels, centroids)
        if labels is not None and np.array_equal(new, labels):
            break
        labels = new
        centroids = update(pixels, labels, centroids)
    return centroids


@right("kmeans")
def with_history(pixels, centroids, iterations):
    history = [centroids]
    for _ in range(iterations):
        history.append(update(pixels, assign(pixels, history[-1]), history[-1]))
    return history[-1], assign(pixels, history[-1]), np.array(history)


@right("kmeans")
def all_in_lists(pixels, centroids, iterations):
    pixels, centroids = pixels.tolist(), centroids.tolist()
    for _ in range(iterations):
        groups = [[] for _ in centroids]
        for p in pixels:
            d = [sum((a - b) ** 2 for a, b in zip(p, c)) for c in centroids]
            groups[d.index(min(d))].append(p)
        centroids = [
            [sum(v) / len(g) for v in zip(*g)] if g else c for g, c in zip(groups, centroids)
        ]
    return centroids


@right("kmeans")
def all_in_one(pixels, centroids, iterations=10):
    points = pixels.astype(np.float32)
    c = centroids.astype(np.float32)
    for _ in range(iterations):
        labels = ((points[:, None] - c) ** 2).sum(-1).argmin(-1)
        c = np.array([points[labels == k].mean(0) if k in labels else c[k] for k in range(len(c))])
    return [c, cdist(points, c).argmin(1).tolist()]


@right("kmeans")
def on_its_own_copy_2(pixels, centroids, iterations):
    centroids = centroids.copy()
    for _ in range(iterations):
        centroids[:] = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "stops after one round")
def return_inside(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        return centroids, labels


@wrong("kmeans", "stops after one round")
def no_loop(pixels, centroids, iterations):
    labels = assign(pixels, centroids)
    return update(pixels, labels, centroids)


@wrong("kmeans", "stops after one round")
def break_inside(pixels, centroids, iterations):
    for i in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
        if i < iterations:
            break
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "uses old labels")
def from_the_start_again(pixels, centroids, iterations):
    for _ in range(iterations):
        new = update(pixels, assign(pixels, centroids), centroids)
    return new


@wrong("kmeans", "runs one round too many")
def one_more(pixels, centroids, iterations):
    for _ in range(iterations + 1):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "runs one round too many")
def one_more_while(pixels, centroids, iterations):
    i = 0
    while i <= iterations:
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        i += 1
    return centroids


@wrong("kmeans", "runs one round too many")
def one_more_before(pixels, centroids, iterations):
    centroids = update(pixels, assign(pixels, centroids), centroids)
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "runs one round too few")
def one_less(pixels, centroids, iterations):
    for _ in range(1, iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "update before assign")
def zero_labels(pixels, centroids, iterations):
    labels = np.zeros(len(pixels), int)
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return centroids, labels


@wrong("kmeans", "update before assign")
def random_labels(pixels, centroids, iterations):
    labels = np.random.default_rng(0).integers(len(centroids), size=len(pixels))
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return centroids


@wrong("kmeans", "update before assign")
def labels_unknown(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)  # noqa: F821
        labels = assign(pixels, centroids)
    return centroids


@wrong("kmeans", "uses old labels")
def assigned_once(pixels, centroids, iterations):
    labels = assign(pixels, centroids)
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
    return centroids


@wrong("kmeans", "uses old labels")
def labels_to_the_start(pixels, centroids, iterations):
    start = centroids
    for _ in range(iterations):
        labels = assign(pixels, start)
        centroids = update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "uses old labels")
def one_behind(pixels, centroids, iterations):
    labels = assign(pixels, centroids)
    for _ in range(iterations):
        new = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        labels = new
    return centroids


@wrong("kmeans", "uses old labels")
def labels_before_the_last_update(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "ignores the number of iterations")
def always_ten(pixels, centroids, iterations):
    for _ in range(10):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "ignores the number of iterations")
def to_the_end(pixels, centroids, iterations):
    while True:
        new = update(pixels, assign(pixels, centroids), centroids)
        if np.array_equal(new, centroids):
            return new, assign(pixels, new)
        centroids = new


@wrong("kmeans", "does not keep the new centroids")
def not_kept(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        update(pixels, labels, centroids)
    return centroids, labels


@wrong("kmeans", "changes the input")
def into_the_start(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids[:] = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "changes the input")
def into_the_start_2(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        for k in range(len(centroids)):
            if k in labels:
                centroids[k] = pixels[labels == k].mean(axis=0)
    return centroids.copy(), assign(pixels, centroids)


@wrong("kmeans", "NaN for empty clusters")
def nan_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = nans(pixels, broadcast(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "median instead of mean")
def median_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = medians(pixels, assign(pixels, centroids), centroids)
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "absolute differences (L1)")
def l1_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, absolute(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "argmax")
def argmax_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, argmax(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "centroids truncated to integers")
def whole_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids).astype(int)
    return centroids


@wrong("kmeans", "returns None")
def run_lost(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)


@wrong("kmeans", "prints instead of returns")
def run_printed(pixels, centroids, iterations):
    for i in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
        print("round", i, centroids)


@right("kmeans")
def with_the_errors(pixels, centroids, iterations):
    errors = []
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        errors.append(float(((pixels - centroids[labels]) ** 2).mean()))
    return centroids, errors


@wrong("kmeans", "update before assign")
def no_label_yet(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, l, centroids)  # noqa: F821
        l = assign(pixels, centroids)  # noqa: E741
    return centroids


@wrong("kmeans", "update before assign")
def labels_none(pixels, centroids, iterations):
    labels = None
    for _ in range(iterations):
        centroids = update(pixels, labels, centroids)
        labels = assign(pixels, centroids)
    return centroids


@wrong("kmeans", "returns the labels")
def labels_only(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return assign(pixels, centroids)


@wrong("kmeans", "centroids in another order")
def dark_first(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids[centroids.sum(axis=1).argsort()]


@wrong("kmeans", "moves the centroid of an empty cluster")
def empty_to_the_middle(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, labels, centroids)
        centroids[np.bincount(labels, minlength=len(centroids)) == 0] = pixels.mean(axis=0)
    return centroids


# ------------------------------------------------------------------------------ at scale, states


@right("kmeans")
def in_matrices(pixels, centroids, iterations):
    points = np.column_stack([pixels, np.ones(len(pixels))])
    for _ in range(iterations):
        scores = points @ np.vstack([-2 * centroids.T, (centroids**2).sum(axis=1)])
        hot = np.eye(len(centroids))[scores.argmin(axis=1)]
        sizes = hot.sum(axis=0)[:, None]
        centroids = np.where(sizes > 0, hot.T @ pixels / np.maximum(sizes, 1), centroids)
    return centroids


@right("kmeans")
def on_the_different_colours(pixels, centroids, iterations):
    colours, where, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    labels = assign(colours, centroids)
    for _ in range(iterations):
        centroids = update(colours, labels, centroids, counts)
        labels = assign(colours, centroids)
    return centroids, labels[where.ravel()]


@right("kmeans")
def counted_down(pixels, centroids, iterations):
    while iterations:
        centroids = update(pixels, assign(pixels, centroids), centroids)
        iterations -= 1
    return centroids, assign(pixels, centroids)


@right("kmeans")
def inner_function(pixels, centroids, iterations):
    def step(c):
        return by_mask(pixels, broadcast(pixels, c), c)

    for _ in range(iterations):
        centroids = step(centroids)
    return {"labels": broadcast(pixels, centroids), "centroids": centroids}


@wrong("kmeans", "stops before the iterations are over")
def at_most_ten(pixels, centroids, iterations):
    for _ in range(min(iterations, 10)):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "stops before the iterations are over")
def twenty_are_enough(pixels, centroids, iterations):
    for i in range(iterations):
        if i == 20:
            break
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids, assign(pixels, centroids)


@wrong("kmeans", "stops before the iterations are over")
def stops_at_small_steps(pixels, centroids, iterations):
    for _ in range(iterations):
        new = update(pixels, assign(pixels, centroids), centroids)
        if np.abs(new - centroids).max() < 3:
            break
        centroids = new
    return centroids


@wrong("kmeans", "larger scale")
def thousand_pixels(pixels, centroids, iterations):
    some = pixels[:1000]
    for _ in range(iterations):
        centroids = update(some, assign(some, centroids), centroids)
    return centroids


@wrong("kmeans", "larger scale")
def only_32(pixels, centroids, iterations):
    for _ in range(iterations):
        new = update(pixels, assign(pixels, centroids), centroids)
        new[32:] = centroids[32:]
        centroids = new
    return centroids


@wrong("kmeans", "for many pixels or centroids")
def labels_in_a_byte(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids, assign(pixels, centroids) % 64


@wrong("kmeans", "range with a step")
def two_at_a_time(pixels, centroids, iterations):
    for _ in range(0, iterations, 2):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "whole history")
def all_of_them(pixels, centroids, iterations):
    history = [centroids]
    for _ in range(iterations):
        history.append(update(pixels, assign(pixels, history[-1]), history[-1]))
    return np.array(history)


@wrong("kmeans", "transposed")
def turned_at_the_end(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids.T


@wrong("kmeans", "remembers")
def keeps_the_run(pixels, centroids, iterations, runs={}):  # noqa: B006
    key = pixels.shape, centroids.shape, iterations
    if key not in runs:
        for _ in range(iterations):
            centroids = update(pixels, assign(pixels, centroids), centroids)
        runs[key] = centroids
    return runs[key]


@wrong("kmeans", "package's own")
def whole_package(pixels, centroids, iterations):
    run = kmeans(pixels, centroids, iterations)
    return run.centroids, run.labels


@wrong("kmeans", "returns inside the loop")
def early(pixels, centroids, iterations):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
        return centroids


@wrong("kmeans", "parameters in another order")
def iterations_first(iterations, pixels, centroids):
    for _ in range(iterations):
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "runs two rounds for one")
def double(pixels, centroids, iterations):
    for _ in range(iterations):
        for _ in range(2):
            centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "zero for empty clusters")
def zero_in_the_loop(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = np.array(
            [
                pixels[labels == k].mean(axis=0) if k in labels else [0, 0, 0]
                for k in range(len(centroids))
            ]
        )
    return centroids


@wrong("kmeans", "range() missing")
def no_range(pixels, centroids, iterations):
    for _ in iterations:
        centroids = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "changes the input")
def changes_and_stops(pixels, centroids, iterations):
    centroids[:] = update(pixels, assign(pixels, centroids), centroids)
    return centroids


@wrong("kmeans", "swapped in a call")
def swapped_call(pixels, centroids, iterations):
    for _ in range(iterations):
        labels = assign(pixels, centroids)
        centroids = update(pixels, centroids, labels)
    return centroids
