"""The checks name a learner's slip, accept whatever is right, and come back from everything."""

import builtins
import contextlib
import functools
import itertools
import math
import os
import random
import re
import signal
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from answers import EXERCISES, bank

import kmeans_lesson
from kmeans_lesson import checks as check
from kmeans_lesson import compare
from kmeans_lesson.checks import exercises
from kmeans_lesson.checks.exercise import outcome
from kmeans_lesson.checks.trials import trial

RIGHT, WRONG = bank()
OURS = {name: getattr(kmeans_lesson, name) for name in EXERCISES[:6]}
OURS |= {"psnr": compare.psnr, "count_colours": compare.count_colours}
SLIPS = """
    uint8 wrap-around in the difference · int16 overflow · forgot to square ·
    absolute differences (L1) · summed over the wrong axis · argmin over the wrong axis · argmax ·
    returns distances instead of labels · returns the colours · 1-based labels ·
    compares only one channel · farthest · mean over the wrong axis · NaN for empty clusters ·
    zero for empty clusters · drops empty clusters · integer division ·
    centroids truncated to integers · median instead of mean · one mean for all · uses old labels ·
    updates in place and changes the input · returns None · prints instead of returns ·
    picks K positions with twin colours · picks with replacement ·
    picks from 0-255 and not from the pixels · ignores the seed · uses the global random state ·
    picks the first K · reshape in column order · reshape to (3, N) ·
    transposed height and width · drops pixels · truncates instead of rounds · wraps above 255 ·
    float picture · wrong shape · stops after one round · runs one round too many ·
    update before assign · MSE for PSNR · log base e · forgets channels ·
    counts different numbers instead of colours · counts pixels · counts per channel ·
    packs with uint8 wrap-around · counts only one channel · adds the three channels ·
    forgets the palette · bytes instead of bits · natural log · palette of 24 bits counted once ·
    8 bits for every label · K bits for each label · rounds the bits of a label
"""


def each(answers):
    for exercise in EXERCISES:
        for entry in answers[exercise]:
            function = entry[1] if isinstance(entry, tuple) else entry
            name = getattr(function, "__name__", "partial")
            yield pytest.param(exercise, entry, id=f"{exercise}-{name}")


def case(function):
    """Run the check of the function's own name."""
    return getattr(check, function.__name__)(function)


def squares(pixels, centroids):
    return ((pixels[:, None].astype(float) - centroids) ** 2).sum(axis=2)


def labels_of(pixels, centroids):
    return squares(pixels, centroids).argmin(axis=1)


@functools.cache
def answer_to(exercise, function):
    return getattr(check, exercise)(function)


# ------------------------------------------------------------------------------ the bank


@pytest.mark.parametrize("exercise", OURS)
def test_the_package_s_own_function_is_not_the_learner_s(exercise):
    ours = OURS[exercise]

    @functools.wraps(ours)
    def wrapped(*args):
        return ours(*args)

    for function in (ours, functools.partial(ours), wrapped, lambda *args: ours(*args)):
        answer = getattr(check, exercise)(function)
        assert answer.kind == "borrowed", answer
        assert f"the package's own {exercise} does the work" in str(answer)


@pytest.mark.parametrize(("exercise", "function"), list(each(RIGHT)))
def test_right_is_right_in_any_form(exercise, function):
    answer = getattr(check, exercise)(function)
    assert answer.right, answer
    assert str(answer).startswith("Right")


@pytest.mark.parametrize(("exercise", "entry"), list(each(WRONG)))
def test_a_slip_is_named(exercise, entry):
    slip, function = entry
    answer = answer_to(exercise, function)
    assert not answer.right
    told = str(answer).partition("The smallest case")[0]
    assert slip in told, answer


@pytest.mark.parametrize("slip", [slip.strip() for slip in SLIPS.split("·")])
def test_every_slip_is_in_the_bank_and_has_its_name(slip):
    answers = [
        answer_to(exercise, function)
        for exercise in EXERCISES
        for name, function in WRONG[exercise]
        if name in slip or slip in name
    ]
    assert any(slip in str(answer) for answer in answers)


def test_there_are_many_right_answers_for_each_exercise():
    assert all(len(RIGHT[exercise]) >= 10 for exercise in EXERCISES)


def test_no_case_of_the_loop_hangs_on_a_tie():
    for case in exercises.KMEANS.cases + exercises.KMEANS.large:
        pixels, centroids, iterations = case.args
        run = kmeans_lesson.kmeans(pixels, centroids, iterations)
        for start in run.history if len(centroids) > 1 else []:
            squared = np.partition(((pixels[:, None] - start) ** 2.0).sum(axis=2), 1, axis=1)
            assert (squared[:, 1] - squared[:, 0]).min() > 0.5, case.words


def test_every_example_of_a_slip_is_wrong():
    for name in set(EXERCISES) - {"kmeans"}:  # whose examples are those of its two steps
        exercise = getattr(exercises, name.upper())
        for slip in exercise.slips:
            for example in slip.examples:
                outcomes = [outcome(example, case) for case in exercise.cases]
                assert any(
                    given is not None and exercise.wrong_rows(given, case).any()
                    for given, case in zip(outcomes, exercise.cases, strict=True)
                ), (name, slip.name)


# ------------------------------------------------------------------------------ what it says


def test_not_written_yet():
    def nothing(pixels, centroids):
        pass

    def dots(pixels, centroids):
        """Return the labels."""
        ...

    def bare(pixels, centroids):
        return

    def not_implemented(pixels, centroids):
        raise NotImplementedError

    def dots_returned(pixels, centroids):
        labels = ...
        return labels

    def gap(pixels, centroids):
        squared = ((pixels[:, None] - centroids) ** 2).sum(axis=...)
        return squared.argmin(axis=1)

    def blank(pixels, centroids):
        return ____.argmin(axis=1)  # noqa: F821

    for function in (nothing, dots, bare, not_implemented, dots_returned, gap, blank, None, ...):
        assert check.assign(function).kind == "not written yet", function


def test_the_answer_names_the_line_that_does_not_run():
    def my_assign(pixels, centroids):
        distances = ((pixels[:, None] - centroids) ** 2).sum(axis=2)  # noqa: F841
        return distance.argmin(axis=1)  # noqa: F821

    answer = check.assign(my_assign)
    assert answer.kind == "does not run"
    assert "line 3 of my_assign: `return distance.argmin(axis=1)" in str(answer)
    assert "name that has no value" in str(answer)
    assert "Traceback" not in str(answer)


def test_the_answer_says_precisely_what_kind_came():
    labels = labels_of
    kinds = {
        "the wrong dtype, float64": lambda p, c: labels(p, c).astype(float),
        "the wrong shape, (16, 1) instead of (16,)": lambda p, c: labels(p, c)[:, None],
        "a tuple of 2": lambda p, c: (labels(p, c), c),
        "a str": lambda p, c: "labels",
        "a generator, which has no values yet": lambda p, c: (n for n in labels(p, c)),
        "must take (pixels, centroids) in this order; yours takes (p)": lambda p: p,
        "without brackets; this is an array of shape (16,)": np.zeros(16),
    }
    for words, function in kinds.items():
        answer = check.assign(function)
        assert answer.kind == "wrong kind", words
        assert words in str(answer)


def test_the_answer_shows_the_smallest_failing_case():
    def assign(pixels, centroids):
        return ((pixels[:, None] - centroids) ** 2).sum(axis=2).argmax(axis=1)

    assert str(case(assign)) == (
        "A slip: argmax: takes the farthest.\n"
        "Should a pixel go to the centroid with the largest distance?\n"
        "The smallest case that shows it: two pixels of the 4 by 4 image, K = 2.\n"
        "    pixels     [[10, 0, 30], [250, 210, 80]]\n"
        "    centroids  [[250, 130, 60], [170, 90, 70]]\n"
        "    expected   [1, 0]\n"
        "    got        [0, 1]"
    )


def test_nearly_says_on_which_case():
    def assign(pixels, centroids):
        labels = labels_of(pixels, centroids)
        return labels if len(pixels) != 60 else labels[::-1]

    answer = case(assign)
    assert answer.kind == "nearly"
    assert "right on 18 of 19 cases" in str(answer)
    assert answer.slip == "wrong only on 60 random pixels, K = 16"


def test_two_slips_of_one_start_are_both_named():
    def init_centroids(pixels, k, seed):
        np.random.seed(seed)
        return pixels[np.random.randint(0, len(pixels), k)]

    answer = str(case(init_centroids))
    assert "picks with replacement" in answer
    assert "uses the global random state" in answer


def test_labels_in_uint8_are_right_up_to_256_centroids():
    answer = check.assign(lambda p, c: labels_of(p, c).astype(np.uint8))
    assert answer.right
    assert "256" in str(answer)
    assert not check.assign(lambda p, c: labels_of(p, c).astype(np.int8)).right


def test_any_of_the_nearest_is_right_and_the_answer_says_so():
    last = check.assign(lambda p, c: len(c) - 1 - squares(p, c)[:, ::-1].argmin(axis=1))
    assert last.right
    assert "At a tie yours takes another centroid" in str(last)
    assert "At a tie" not in str(check.assign(labels_of))


def test_a_difference_that_needs_float_centroids_is_right_with_a_warning():
    answer = check.assign(lambda p, c: ((p[:, None] - c) ** 2).sum(axis=2).argmin(axis=1))
    assert answer.right
    assert "uint8" in str(answer)
    careful = check.assign(lambda p, c: ((p[:, None].astype(float) - c) ** 2).sum(2).argmin(1))
    assert "uint8" not in str(careful)


def test_the_same_function_gets_the_same_answer():
    for exercise in EXERCISES:
        for _, function in WRONG[exercise][:4]:
            first, second = (str(getattr(check, exercise)(function)) for _ in range(2))
            assert first == second


def test_a_right_answer_tells_how_fast_the_function_is():
    def assign(pixels, centroids):
        labels = []
        for pixel in pixels.tolist():
            squared = [
                sum((p - c) ** 2 for p, c in zip(pixel, row, strict=True)) for row in centroids
            ]
            labels.append(squared.index(min(squared)))
        return labels

    assert "as fast as the package's" in str(check.to_pixels(lambda image: image.reshape(-1, 3)))
    assert re.search(r"takes (about|more than) [\d,]+ times as long as the pack", str(case(assign)))
    assert "package's" not in str(check.assign(lambda p, c: p))


def test_the_speed_of_counting_is_measured_on_many_pixels_so_that_loops_are_called_slow():
    words, (image,) = (
        exercises.COUNT_COLOURS.large[-1].words,
        exercises.COUNT_COLOURS.large[-1].args,
    )
    assert image.size > 3 * 60_000, "on few pixels the package takes as long as on many"

    def loops(image):
        seen = set()
        for row in range(image.shape[0]):
            for column in range(image.shape[1]):
                seen.add(tuple(int(number) for number in image[row, column]))
        return len(seen)

    answer = check.count_colours(loops)
    assert answer.right
    assert re.search(rf"On {words} it takes (about|more than) [\d,]+ times as long", str(answer))


@pytest.mark.parametrize("shuffled", [False, True])
def test_the_first_pixels_are_not_called_the_most_frequent_colours(shuffled):
    def init_centroids(pixels, k, seed=0):
        order = np.random.default_rng(seed).permutation(len(pixels))
        chosen = []
        for row in order if shuffled else range(len(pixels)):
            colour = pixels[row].tolist()
            if colour not in chosen and len(chosen) < k:
                chosen.append(colour)
        return np.array(chosen, dtype=float)

    answer = case(init_centroids)
    assert answer.right == shuffled
    assert answer.slip == ("" if shuffled else "picks the first K")
    assert "most frequent" not in str(answer)


def test_a_function_that_is_slow_on_more_pixels_is_right_and_not_waited_for():
    def assign(pixels, centroids):
        while len(pixels) > 1000:
            pass
        return labels_of(pixels, centroids)

    answer = case(assign)
    assert answer.right
    assert "takes more than" in str(answer)


# ------------------------------------------------------------------------------ safety


TICKS, AWAKE = [], threading.Event()


def endless(pixels, centroids):
    while True:
        pass


def endless_and_deaf(pixels, centroids):
    while True:
        try:
            TICKS.append(1)
        except:  # noqa: E722
            continue


def endless_and_deaf_twice(pixels, centroids):
    while True:
        try:
            while True:
                with contextlib.suppress(BaseException):
                    TICKS.append(1)
        except BaseException:
            pass


def counts_for_ever(pixels, centroids):
    labels = []
    while len(labels) != len(pixels) + 0.5:
        labels.append(0)
    return labels


def asleep(pixels, centroids):
    AWAKE.wait()


@pytest.fixture
def in_a_thread(monkeypatch):
    """Check as where the system cannot fork."""
    monkeypatch.setattr(trial, "CAN_FORK", False)


@pytest.fixture(params=["process", "thread", "direct"])
def each_way(request, monkeypatch):
    """Check in each of the ways there are: a process, a thread, or neither."""
    monkeypatch.setattr(trial, "CAN_FORK", request.param == "process")
    if request.param == "direct":
        monkeypatch.setattr(threading.Thread, "start", no_thread)
        monkeypatch.delattr(time, "thread_time")  # a browser has no such clock


def no_thread(self):
    raise RuntimeError("can't start new thread")


def told_as_endless(function):
    answer = check.assign(function)
    assert answer.kind == "does not run"
    assert "loop that never ends" in str(answer)
    assert f"of {function.__name__}" in str(answer)


def soon(true):
    """Wait until something is true, as long as the process does not use much processor time."""
    until = time.process_time() + 20
    while not true() and time.process_time() < until:
        time.sleep(0.02)
    return true()


def left(before):
    return [thread for thread in threading.enumerate() if thread not in before]


@pytest.mark.usefixtures("in_a_thread")
@pytest.mark.parametrize("function", [endless, counts_for_ever])
def test_an_endless_loop_is_stopped(function):
    before = threading.enumerate()
    told_as_endless(function)
    assert soon(lambda: not left(before))


@pytest.mark.usefixtures("in_a_thread")
@pytest.mark.parametrize("function", [endless_and_deaf, endless_and_deaf_twice])
def test_a_loop_that_catches_everything_ends_or_stands_still(function):
    def stands_still():
        ticks = len(TICKS)
        time.sleep(0.2)
        return len(TICKS) == ticks

    before = threading.enumerate()
    told_as_endless(function)
    assert soon(lambda: stands_still() and len(left(before)) < 2)


@pytest.mark.usefixtures("in_a_thread")
def test_a_sleep_is_not_waited_for_and_changes_nothing_when_it_is_over():
    before = threading.enumerate()
    told_as_endless(asleep)
    random.seed(1)
    np.random.seed(1)
    expected = random.getstate(), np.random.get_state()[1].tolist()
    AWAKE.set()
    assert soon(lambda: not left(before))
    assert (random.getstate(), np.random.get_state()[1].tolist()) == expected


LOOPS = [endless, counts_for_ever, endless_and_deaf, endless_and_deaf_twice, asleep]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="there is no process of its own")


@LINUX
@pytest.mark.parametrize("function", LOOPS)
def test_whatever_hangs_in_a_process_of_its_own_ends_with_it(function):
    before = threading.enumerate()
    AWAKE.clear()
    told_as_endless(function)
    assert not left(before)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)  # no child is left


@LINUX
def test_an_endless_loop_inside_c_or_a_killed_process_does_not_take_the_notebook_along():
    answer = check.assign(lambda pixels, centroids: sum(itertools.repeat(0)))
    assert answer.kind == "does not run"
    assert "loop that never ends" in str(answer)
    for end in (os._exit, lambda code: os.kill(os.getpid(), signal.SIGKILL), os.abort):
        answer = check.assign(lambda pixels, centroids, end=end: end(*[0] * (end is not os.abort)))
        assert answer.kind == "does not run"
        assert "ended the whole process" in str(answer)


def spoils_the_process(pixels, centroids):
    labels = labels_of(pixels, centroids)
    os.chdir("/")
    os.environ["SPOILT"] = "yes"
    sys.path.clear()
    sys.tracebacklimit = 0
    sys.setrecursionlimit(5000)
    np.seterr(all="raise")
    np.set_printoptions(precision=1)
    random.seed(9)
    np.sum = np.unique = np.array = np.asarray = np.isclose = np.linalg.norm = None
    builtins.sum = builtins.len = builtins.print = None
    return labels


def state():
    return (
        os.getcwd(),
        dict(os.environ),
        [*sys.path],
        getattr(sys, "tracebacklimit", None),
        sys.getrecursionlimit(),
        np.geterr(),
        np.get_printoptions(),
        random.getstate(),
        [np.sum, np.unique, np.array, np.asarray, np.isclose, np.linalg.norm],
        [builtins.sum, builtins.len, builtins.print, builtins.input],
    )


@pytest.mark.usefixtures("each_way")
def test_what_a_function_changes_in_the_process_comes_back():
    before = state()
    assert check.assign(spoils_the_process).right
    assert state() == before
    assert check.assign(lambda p, c: spoils_the_process(p, c) + 1).slip == "1-based labels"
    assert state() == before


@pytest.mark.usefixtures("each_way")
def test_functions_that_the_learner_has_replaced_do_not_make_the_check_fail(monkeypatch):
    for name in ("unique", "bincount", "isclose", "array", "argmin", "sqrt", "asarray"):
        monkeypatch.setattr(np, name, None)
    answer = check.assign(lambda p, c: ((p[:, None] - c) ** 2.0).sum(axis=2).argmin(axis=1))
    assert answer.right
    answer = check.assign(lambda p, c: np.sqrt((p[:, None] - c) ** 2.0).sum(axis=2))
    assert "'NoneType' object is not callable" in str(answer)
    assert np.unique is None


@pytest.mark.usefixtures("each_way")
def test_a_check_finds_the_same_in_each_way():
    assert check.assign(labels_of).right
    assert check.assign(lambda p, c: labels_of(p, c) + 1).slip == "1-based labels"
    assert check.assign(kmeans_lesson.assign).kind == "borrowed"
    assert check.kmeans(lambda p, c, n: print(c)).slip == "prints instead of returns"
    assert check.assign(lambda p, c: undefined).kind == "does not run"  # noqa: F821


def test_no_right_draw_is_refused_by_chance():
    draws = exercises.init_centroids.SEEDS
    never_one_of_three = 3 * (2 / 3) ** draws
    never_a_quarter = 4 * (3 / 4) ** (4 * draws)
    one_in_all = 600 * (4 / 600) ** draws
    some_alike = draws**8 / math.comb(600, 4) ** 4  # four pairs of equal starts
    assert never_one_of_three + never_a_quarter + one_in_all + some_alike < 1e-6


def test_nothing_a_function_does_gets_out(capfd):
    def exits(pixels, centroids):
        sys.exit(3)

    def interrupts(pixels, centroids):
        raise KeyboardInterrupt

    def recurses(pixels, centroids):
        return recurses(pixels, centroids)

    def takes_all_memory(pixels, centroids):
        return np.zeros((10**9, 10**9))

    def asks(pixels, centroids):
        return int(input("how many? "))

    def warns(pixels, centroids):
        warnings.warn("careful", stacklevel=2)
        print("and prints")
        return np.log(0 * pixels)

    words = {
        exits: "exit",
        interrupts: "KeyboardInterrupt",
        recurses: "calls itself",
        takes_all_memory: "memory",
        asks: "asks for input",
    }
    ask = builtins.input
    for function, word in words.items():
        answer = check.assign(function)
        assert answer.kind == "does not run"
        assert word in str(answer)
    check.assign(warns)
    assert builtins.input is ask
    assert capfd.readouterr() == ("", "")


def test_random_numbers_go_on_as_if_nothing_had_happened():
    random.seed(1)
    np.random.seed(1)
    expected = random.random(), np.random.random()

    def init_centroids(pixels, k, seed):
        np.random.seed(seed)
        random.seed(seed)
        return pixels[np.random.permutation(len(pixels))[:k]]

    random.seed(1)
    np.random.seed(1)
    case(init_centroids)
    assert (random.random(), np.random.random()) == expected


def test_a_check_works_in_a_thread_of_its_own():
    answers = []
    thread = threading.Thread(target=lambda: answers.append(check.assign(endless)))
    thread.start()
    thread.join(10)
    assert answers[0].kind == "does not run"


def test_strange_results_are_refused_in_words():
    strange = [5, [], "x", {}, np.nan, 3j, np.array(["a"]), np.array([None]), [[1], [2, 3]], max]
    for exercise in EXERCISES:
        for result in strange:
            answer = getattr(check, exercise)(lambda a, b=0, c=0, result=result: result)
            assert answer.kind in {"wrong kind", "slip", "not yet"}, (exercise, result)
    for result in ([None], [object()], [10**30], ["0"], [0j]):
        answer = check.assign(lambda p, c, result=result: np.array(result * len(p), dtype=object))
        assert answer.kind == "wrong kind", result
    assert check.kmeans(lambda p, c, n: np.full((len(c), 3), np.nan)).kind == "not yet"


def test_labels_of_a_run_have_to_fit_its_centroids():
    def check_labels(change):
        def run(pixels, centroids, iterations):
            for _ in range(iterations):
                centroids = kmeans_lesson.update(pixels, labels_of(pixels, centroids), centroids)
            return centroids, change(labels_of(pixels, centroids))

        return check.kmeans(run)

    assert check_labels(lambda labels: labels.tolist()).right
    assert check_labels(lambda labels: None).right
    for change in (lambda n: n[:-1], lambda n: n.astype(float), lambda n: n + 1, lambda n: 0 * n):
        assert "labels that do not belong" in check_labels(change).slip


def test_functions_without_a_line_to_show_are_checked_too():
    class Assign:
        def __call__(self, pixels, centroids):
            return labels_of(pixels, centroids)

    assert check.assign(Assign()).right
    assert check.assign(functools.partial(labels_of)).right
    assert check.assign(max).kind == "does not run"
    assert check.to_pixels(np.asarray).slip.startswith("wrong shape")
