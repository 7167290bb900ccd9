"""Judge a learner's function: try it on the cases, then find the first answer that fits."""

import inspect
import re
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kmeans_lesson.checks import source
from kmeans_lesson.checks.exercise import Exercise, Slip, outcome, rows, same
from kmeans_lesson.checks.trials import world
from kmeans_lesson.checks.trials.trial import clock_of_thread, run
from kmeans_lesson.checks.words import kind_of, show

SURE = 0.999  # a function has a slip if it shares this much of what is wrong with an example of it
LIKELY = 0.6  # and may have it if it shares this much
TOO_MUCH = ("Endless", "RecursionError", "MemoryError")  # may be right all the same
BRIEF = 0.7  # seconds for the cases with many pixels
NO_TIME = 1e-4  # seconds that nobody needs to compare
OFTEN = 6  # calls for measuring the speed


@dataclass(frozen=True)
class Answer:
    """What a check found; `kind` is right or another, `slip` the name of one, or empty."""

    kind: str
    text: str
    slip: str = ""

    @property
    def right(self):
        """Whether the function is right."""
        return self.kind == "right"

    def __repr__(self):
        return self.text


@dataclass
class Review:
    """What is known of a function: the exercise it is for, and its trials."""

    function: object
    exercise: Exercise
    done: list

    @property
    def name(self):
        """What the function is called."""
        return getattr(self.function, "__name__", "your function")

    @cached_property
    def ran(self):
        """The trials that came to a result."""
        return [trial for trial in self.done if not trial.error]

    @cached_property
    def wrong(self):
        """The trials whose result is wrong."""
        return [trial for trial in self.ran if self.exercise.is_wrong(trial)]

    @property
    def smallest(self):
        """The wrong trial with the fewest numbers."""
        return min(self.wrong, key=lambda t: sum(np.size(arg) for arg in t.args), default=None)


def judge(function, exercise):
    """Try a function and say what is found; what it changes in the process comes back."""
    complaint = _uncallable(function, exercise)
    if complaint:
        return complaint
    with world.original_functions() as learners:
        done = run(function, exercise.cases, exercise.read, learners)
        review = Review(function, exercise, done)
        for find in (_unwritten, _returns_none, _has_a_slip, _does_not_run, _wrong_kind, _nearly):
            answer = find(review)
            if answer:
                return answer
        often = exercise.large[-1:] * OFTEN if exercise.ours else []
        many = [*exercise.aside, *exercise.large, *often, *exercise.largest]
        more = run(function, many, exercise.read, learners, watch=False, limit=BRIEF)
        return _wrong_at_scale(review, more) or _borrowed(review) or _right(review, more)


def _uncallable(function, exercise):
    if function is None or function is ...:
        return Answer("not written yet", "Not written yet: there is no function so far.")
    if not callable(function):
        words = "Wrong kind: hand in the function itself, by its name and without brackets; this is"
        return Answer("wrong kind", f"{words} {kind_of(function)}.")
    try:
        inspect.signature(function).bind(*exercise.takes.split(", "))
    except TypeError:
        words = f"Wrong kind: the function must take ({exercise.takes}) in this order; yours takes"
        return Answer("wrong kind", f"{words} {inspect.signature(function)}.")
    except ValueError:  # a function that does not tell what it takes
        pass
    return None


def _unwritten(review):
    first = review.done[0]
    gap = first.error == "NotImplementedError" or "ellipsis" in first.reason.lower()
    gap = gap or first.blank or (first.error == "NameError" and "'__" in first.reason)
    gap = gap or (first.got is None and not first.error and source.is_stub(review.function))
    if gap or (review.exercise.is_wrong(first) and source.has_dots(review.function)):
        text = f"Not written yet: fill in {review.name} and run this again."
        return Answer("not written yet", text)
    return None


def _returns_none(review):
    trial = next((trial for trial in review.ran if trial.got is None), None)
    if not trial:
        return None
    if trial.printed.strip():
        slip = "prints instead of returns"
        hint = "What is printed can be read, but not worked with. Which word hands a result back?"
    elif trial.changed:
        slip = "returns None, and changes the input"
        hint = "It works on its input in place. What could it work on instead, and hand back?"
    else:
        slip, hint = "returns None", "Is there a return, and is it reached in every case?"
    return _slip(review, Slip(slip, hint), trial)


def _has_a_slip(review):
    found = _find_slips(review)
    changed = next((trial for trial in review.ran if trial.changed), None)
    if changed:
        which = review.exercise.takes.split(", ")[changed.changed[0]]
        hint = f"After the call, `{which}` is not what it was. What could you change instead of it?"
        found = [*found, Slip("updates in place and changes the input", hint)]
    if not found:
        return None
    also = [slip.name for slip in found[1:]]
    return _slip(review, found[0], review.smallest, also)


def _find_slips(review):
    """Find the slip that is surely there (all, if the exercise says so), or the most likely one."""
    found, likely, most = _remembered(review), [], LIKELY
    if review.wrong or not review.ran:
        found = source.slips(review.function, review.exercise) or found
    if not review.ran or (not review.wrong and len(review.ran) < len(review.done)):
        return found  # what came is right, so the slip is in what did not run
    telling = any(isinstance(t.got, np.ndarray) and np.isfinite(t.got).any() for t in review.wrong)
    for slip in review.exercise.slips:
        if found and not review.exercise.several:
            break
        alike = max([_likeness(review, e) for e in slip.examples if telling], default=0)
        if alike > SURE or (slip.test and slip.test(review.ran)):
            found.append(slip)
        elif alike > most:
            likely, most = [slip], alike
    return found or likely


def _remembered(review):
    """Find whether every wrong result is that of a call before, with other numbers."""
    done = review.done
    places = [i for i, trial in enumerate(done) if trial in review.wrong]
    if not places or not all(any(_alike(done[i], r) for r in done[:i]) for i in places):
        return []
    hint = "It gives the result of a call before, with other numbers. What does your function keep "
    return [Slip("remembers the result of a call before", f"{hint}from one call to the next?")]


def _alike(trial, before):
    """See whether a trial gave the same rows as one before it, for other arrays."""
    pairs = [*zip(trial.args, before.args, strict=True)]
    other = any(isinstance(a, np.ndarray) and not np.array_equal(a, b) for a, b in pairs)
    fits = all(np.shape(a) == np.shape(b) for a, b in pairs) or np.ndim(trial.got) > 0
    return other and fits and isinstance(before.got, np.ndarray) and same(trial.got, before.got)


def _likeness(review, example):
    """Say how much an example and the trials have in common of all that is wrong, from 0 to 1."""
    shares, exercise = [], review.exercise
    for trial in review.done:
        other = outcome(example, trial.case)
        if other is None:
            continue  # where an example cannot run, it says nothing
        mine = exercise.wrong_rows(trial.got, trial.case)
        others = exercise.wrong_rows(other, trial.case)
        same = not trial.error and _same_rows(trial.got, other, exercise.tolerance)
        if trial.error and np.shape(other) != exercise.right(trial.case).shape:
            continue  # neither gives anything that could be used
        if same is False:
            shares.append(0.0)
        elif mine.any() or others.any():
            mine, others, same = np.broadcast_arrays(mine, others, same)
            shares.append((mine & others & same).sum() / (mine | others).sum())
    return sum(shares) / len(shares) if shares else 0


def _same_rows(got, other, tolerance):
    """Say which rows of two results are equal, or False if they have not the same shape."""
    if not isinstance(got, np.ndarray) or got.shape != np.shape(other):
        return False
    return np.isclose(rows(got), rows(other), 0, tolerance, equal_nan=True).all(axis=1)


def _does_not_run(review):
    trial = next((trial for trial in review.done if trial.error), None)
    if not trial:
        return None
    if _fits_one_image(review):
        hint = "It only fits the 4 by 4 image: is one of its numbers written into your function? "
        return _slip(review, Slip("numbers of one image written in", hint + trial.reason))
    for name, pattern, hint in review.exercise.raised:
        if re.search(pattern, f"{trial.words}: {trial.reason}"):
            return _slip(review, Slip(name, f"{hint} {trial.reason}"))
    if review.ran and not review.wrong and len(review.done) == len(review.exercise.cases):
        share = f"{len(review.ran)} of {len(review.done)} cases"
        text = f"Nearly: right on {share}. But on {trial.words} it does not run. {trial.reason}"
        return Answer("nearly", text)
    return Answer("does not run", f"Does not run on {trial.words}. {trial.reason}")


def _fits_one_image(review):
    """See whether all is right until arrays of other shapes come."""
    if review.wrong or not review.ran or review.ran != review.done[: len(review.ran)]:
        return False
    shapes = [tuple(map(np.shape, trial.args)) for trial in review.ran]
    return set(shapes) == {shapes[0]} and any(shapes[0])


def _wrong_kind(review):
    exercise = review.exercise
    for trial in review.done:
        expected, slip = exercise.right(trial.case).shape, ""
        if not isinstance(trial.got, np.ndarray):
            came = kind_of(trial.got)
        elif trial.got.shape != expected:
            came = f"the wrong shape, {trial.got.shape} instead of {expected}"
            slip = "wrong shape"
        elif not {trial.got.dtype.name, trial.got.dtype.kind} & {*exercise.dtypes}:
            came = f"the wrong dtype, {trial.got.dtype}"
            slip = "wrong dtype"
        else:
            continue
        text = f"Wrong kind: {review.name} should return {exercise.gives}; on {trial.words} it "
        return Answer("wrong kind", f"{text}returns {came}.", slip)
    return None


def _nearly(review):
    if not review.wrong:
        return None
    right = len(review.done) - len(review.wrong)
    kind = "nearly" if right >= len(review.wrong) else "not yet"
    text, only = f"{kind.capitalize()}: right on {right} of {len(review.done)} cases", ""
    if len(review.wrong) <= 2:
        only = f"wrong only on {' and '.join(trial.words for trial in review.wrong)}"
        text += f", {only}. What is special there?"
    return Answer(kind, f"{text}\n{show(review.exercise, review.smallest)}", only)


def _slip(review, slip, trial=None, also=()):
    text = f"A slip: {slip.name}.\n{slip.hint}"
    if also:
        text += f"\nAnd there is another one: {', '.join(also)}."
    if trial:
        text += f"\n{show(review.exercise, trial)}"
    return Answer("slip", text, slip.name)


# ------------------------------------------------------------ right on the cases, and beyond them


def _wrong_at_scale(review, more):
    """Look at the results for more pixels or colours, as far as they came in time."""
    exercise = review.exercise
    for trial in more:
        if trial.case in exercise.aside or trial.error in TOO_MUCH:
            continue
        if trial.error:
            text = f"Nearly: right on all {len(review.done)} small cases. But on {trial.words} it "
            return Answer("nearly", f"{text}does not run. {trial.reason}")
        if exercise.is_wrong(trial):
            hint = "All small cases are right, but not this larger one. Is there a limit, a block "
            hint += "or a type in your function that larger numbers go beyond?"
            return _slip(review, Slip("wrong only on a larger scale", hint), trial)
    slip = next((slip for slip in exercise.later if slip.test(more)), None)
    return _slip(review, slip) if slip else None


# Functions that the text of the notebooks shows before it asks for one's own.
SHOWN_ABOVE = {
    "assign_broadcast",
    "assign_by_loops",
    "assign_loops",
    "assign_points",
    "assign_product",
    "colours_by_hand",
    "draw_different",
    "update_by_loop",
    "update_points",
}


def _borrowed(review):
    """See whether the package's own function did the work, or one of the text above."""
    own, name = {review.exercise.name, "kmeans"}, getattr(review.function, "__name__", "")
    if name in SHOWN_ABOVE:
        text = f"Borrowed: {name} is the text's own, from above, and it works."
        return Answer("borrowed", f"{text} What would your own lines be?")
    for module, name in sorted({pair for trial in review.done for pair in trial.borrowed}):
        if name in own or module.startswith(("engine", "checks")):
            text = f"Borrowed: the package's own {name} does the work here, and it agrees with "
            return Answer("borrowed", f"{text}itself, of course. What would your own lines be?")
    return None


def _right(review, more):
    exercise = review.exercise
    remark = exercise.remark([*review.done, *more])
    parts = [f"Right, on all {len(review.done)} cases.", exercise.notice, remark]
    return Answer("right", " ".join(part for part in [*parts, _speed(exercise, more)] if part))


def _speed(exercise, more):
    """Say how long a right function takes beside the package's, on the largest of the cases."""
    if not exercise.ours:
        return ""
    largest = exercise.large[-1]
    times = [trial.seconds for trial in more if trial.case is largest and not trial.error]
    mine, ours = min(times, default=BRIEF), _seconds(exercise.ours, largest.args)
    if times and mine < max(2 * ours, NO_TIME):
        return "It is as fast as the package's."
    ratio = f"{float(f'{mine / ours:.1g}'):,.0f} times as long as the package's"
    return f"On {largest.words} it takes {'about' if times else 'more than'} {ratio}."


def _seconds(function, args):
    """Time the fastest of a few calls, in seconds of processor time."""
    times, clock = [], clock_of_thread()
    for _ in range(OFTEN):
        start = clock()
        function(*args)
        times.append(clock() - start)
    return max(min(times), 1e-6)
