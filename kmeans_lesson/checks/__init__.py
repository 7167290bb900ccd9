"""Is my own function right? Each check tries a learner's function and names the slip.

    from kmeans_lesson import checks as check

    check.assign(my_assign)

The answer is one of: not written yet, does not run, wrong kind, a slip by its name with a hint,
nearly, not yet, and right, with how fast it is. It is shown as the value of the cell; it never
changes the notebook.
"""

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass

import numpy as np

from kmeans_lesson.checks import exercises, trials
from kmeans_lesson.checks.exercise import Slip, rows

SURE, LIKELY = 0.999, 0.6  # how much of what is wrong an example has in common with a function
SHOWN = 24  # numbers that are written out
BRIEF = 0.25  # seconds for measuring the speed


@dataclass(frozen=True)
class Answer:
    """What a check found; `kind` is one of those above, `slip` the name of one, or empty."""

    kind: str
    text: str
    slip: str = ""

    @property
    def right(self):
        """Whether the function is right."""
        return self.kind == "right"

    def __repr__(self):
        return self.text


def count_colours(function):
    """Check a count_colours(image): (H, W, 3) -> how many different colours it has."""
    return _check(function, exercises.COUNT_COLOURS)


def to_pixels(function):
    """Check a to_pixels(image): (H, W, 3) -> (H*W, 3)."""
    return _check(function, exercises.TO_PIXELS)


def init_centroids(function):
    """Check an init_centroids(pixels, k, seed): K different colours of the pixels, (K, 3)."""
    return _check(function, exercises.INIT_CENTROIDS)


def assign(function):
    """Check an assign(pixels, centroids): (N, 3), (K, 3) -> (N,) labels."""
    return _check(function, exercises.ASSIGN)


def update(function):
    """Check an update(pixels, labels, centroids): -> (K, 3); an empty cluster keeps its own."""
    return _check(function, exercises.UPDATE)


def kmeans(function):
    """Check a kmeans(pixels, centroids, iterations): -> (K, 3), or with labels (N,)."""
    return _check(function, exercises.KMEANS)


def reconstruct(function):
    """Check a reconstruct(labels, centroids, shape): -> (H, W, 3) uint8."""
    return _check(function, exercises.RECONSTRUCT)


def paper_bits(function):
    """Check a paper_bits(n, k): bits on paper of n pixels in k colours, n log2 k + 24 k."""
    return _check(function, exercises.PAPER_BITS)


def psnr(function):
    """Check a psnr(original, compressed): -> decibels."""
    return _check(function, exercises.PSNR)


# -------------------------------------------------------------------------------- the answer


def _check(function, exercise):
    complaint = _uncallable(function, exercise)
    if complaint:
        return complaint
    done = trials.run(function, exercise.cases, exercise.read)
    for judge in (_unwritten, _returns_none, _has_a_slip, _does_not_run, _wrong_kind, _nearly):
        answer = judge(function, exercise, done)
        if answer:
            return answer
    notice, remark = exercise.notice, exercise.remark(function, done)
    parts = [f"Right, on all {len(done)} cases.", notice, remark, _speed(function, exercise)]
    return Answer("right", " ".join(part for part in parts if part))


def _uncallable(function, exercise):
    if function is None or function is ...:
        return Answer("not written yet", "Not written yet: there is no function so far.")
    if not callable(function):
        words = "Wrong kind: hand in the function itself, by its name and without brackets; this is"
        return Answer("wrong kind", f"{words} {_kind_of(function)}.")
    try:
        inspect.signature(function).bind(*exercise.takes.split(", "))
    except TypeError:
        words = f"Wrong kind: the function must take ({exercise.takes}) in this order; yours takes"
        return Answer("wrong kind", f"{words} {inspect.signature(function)}.")
    except ValueError:  # a function that does not tell what it takes
        pass
    return None


def _unwritten(function, exercise, done):
    got, error = done[0].got, done[0].error
    blank = got is ... or (isinstance(got, tuple) and any(part is ... for part in got))
    blank = blank or isinstance(error, NotImplementedError) or "ellipsis" in str(error).lower()
    blank = blank or (isinstance(error, NameError) and "'__" in str(error))
    blank = blank or (got is None and not error and _is_stub(function))
    if blank or (_has_dots(function) and _wrong_rows(exercise, got, done[0].args).any()):
        text = f"Not written yet: fill in {_name(function)} and run this again."
        return Answer("not written yet", text)
    return None


def _is_stub(function):
    """See whether a function's body is empty: pass, a docstring, a bare return."""
    code = getattr(function, "__code__", None)
    if code is None or code.co_names or code.co_nlocals > code.co_argcount:
        return False
    return set(code.co_consts) <= {None, ..., function.__doc__}


def _has_dots(function):
    """See whether a line of a function is still the three dots that stand for the missing one."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, TypeError, SyntaxError):  # typed at a prompt, or not a plain function
        return False
    lines = [node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)]
    return any(isinstance(line, ast.Constant) and line.value is ... for line in lines)


def _returns_none(function, exercise, done):
    trial = next((trial for trial in done if trial.got is None and not trial.error), None)
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
    return _slip(slip, hint, exercise, trial)


def _has_a_slip(function, exercise, done):
    ran = [trial for trial in done if not trial.error]
    wrong = [trial for trial in ran if _wrong_rows(exercise, trial.got, trial.args).any()]
    found = _find_slips(exercise, done, ran, wrong)
    changed = [trial for trial in ran if trial.changed]
    if changed and (found or not wrong):
        which = exercise.takes.split(", ")[changed[0].changed[0]]
        hint = f"After the call, `{which}` is not what it was. What could you change instead of it?"
        found = [*found, Slip("updates in place and changes the input", hint)]
    if not found:
        return None
    also = [slip.name for slip in found[1:] if exercise.several or (slip is found[-1] and changed)]
    return _slip(found[0].name, found[0].hint, exercise, _smallest(wrong), also)


def _find_slips(exercise, done, ran, wrong):
    """Find the first slip that is surely there (or all of them), or else the most likely one."""
    found, likely, most = [], [], LIKELY
    telling = any(isinstance(t.got, np.ndarray) and np.isfinite(t.got).any() for t in wrong)
    for slip in exercise.slips:
        alike = [_likeness(example, exercise, done) for example in slip.examples if telling]
        if ran and (max(alike, default=0) > SURE or (slip.test and slip.test(ran))):
            found.append(slip)
            if not exercise.several:
                break
        elif max(alike, default=0) > most:
            likely, most = [slip], max(alike)
    return found or likely


def _likeness(example, exercise, done):
    """Say how much an example and the trials have in common of all that is wrong, from 0 to 1."""
    shares = []
    for trial in done:
        other = exercise.outcome(example, trial.args)
        if other is None:
            continue  # where an example cannot run, it says nothing
        mine = _wrong_rows(exercise, trial.got, trial.args)
        others = _wrong_rows(exercise, other, trial.args)
        same = not trial.error and _same_rows(trial.got, other, exercise.tolerance)
        if trial.error and np.shape(other) != exercise.right(trial.args).shape:
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


def _wrong_rows(exercise, got, args):
    """Say which rows of a result are wrong; one of a wrong shape is wrong as a whole."""
    expected = exercise.right(args)
    if not isinstance(got, np.ndarray) or got.shape != expected.shape:
        return np.array([True])
    if exercise.wrong:
        return exercise.wrong(got, *args)
    close = np.isclose(rows(got), rows(expected), 0, exercise.tolerance)
    return ~close.all(axis=1)


def _does_not_run(function, exercise, done):
    failed = [trial for trial in done if trial.error]
    if not failed:
        return None
    trial = failed[0]
    reason = trials.explain(function, trial.error)
    ran = [trial for trial in done if not trial.error]
    wrong = [trial for trial in ran if _wrong_rows(exercise, trial.got, trial.args).any()]
    if ran == done[:1] and not wrong:
        hint = "It only fits the 4 by 4 image: is one of its numbers written into your function?"
        return _slip("numbers of one image written in", f"{hint} {reason}", exercise)
    for slip, pattern, hint in exercise.raised:
        if re.search(pattern, f"{trial.words}: {reason}"):
            return _slip(slip, f"{hint} {reason}", exercise)
    if ran and not wrong and len(done) == len(exercise.cases):
        text = f"Nearly: right on {len(ran)} of {len(done)} cases. But on {trial.words} it does not"
        return Answer("nearly", f"{text} run. {reason}")
    return Answer("does not run", f"Does not run on {trial.words}. {reason}")


def _wrong_kind(function, exercise, done):
    for trial in done:
        expected, slip = exercise.right(trial.args).shape, ""
        if not isinstance(trial.got, np.ndarray):
            came = _kind_of(trial.got)
        elif trial.got.shape != expected:
            came = f"the wrong shape, {trial.got.shape} instead of {expected}"
            slip = "wrong shape"
        elif not {trial.got.dtype.name, trial.got.dtype.kind} & {*exercise.dtypes}:
            came = f"the wrong dtype, {trial.got.dtype}"
            slip = "wrong dtype"
        else:
            continue
        text = f"Wrong kind: {_name(function)} should return {exercise.gives}; on {trial.words} it "
        return Answer("wrong kind", f"{text}returns {came}.", slip)
    return None


def _nearly(function, exercise, done):
    wrong = [trial for trial in done if _wrong_rows(exercise, trial.got, trial.args).any()]
    if not wrong:
        return None
    right = len(done) - len(wrong)
    kind = "nearly" if right >= len(wrong) else "not yet"
    text = f"{kind.capitalize()}: right on {right} of {len(done)} cases."
    return Answer(kind, f"{text}\n{_show(exercise, _smallest(wrong))}")


# -------------------------------------------------------------------------------- in words


def _slip(name, hint, exercise, trial=None, also=()):
    text = f"A slip: {name}.\n{hint}"
    if also:
        text += f"\nAnd there is another one: {', '.join(also)}."
    if trial:
        text += f"\n{_show(exercise, trial)}"
    return Answer("slip", text, name)


def _smallest(wrong):
    return min(wrong, key=lambda t: sum(np.size(arg) for arg in t.args), default=None)


def _show(exercise, trial):
    """Show a case, with what was expected and what came: one row of it, if it is large."""
    lines = [f"The smallest case that shows it: {trial.words}."]
    for name, arg in zip(exercise.takes.split(", "), trial.args, strict=True):
        lines.append(f"    {name:10} {_numbers(arg)}")
    expected, got = exercise.right(trial.args), trial.got
    wanted = exercise.wanted(*trial.args) if exercise.wanted else _numbers(expected)
    if isinstance(got, np.ndarray) and got.shape == expected.shape and not exercise.wanted:
        row = np.flatnonzero(_wrong_rows(exercise, got, trial.args))[0]
        if expected.size > SHOWN:
            wanted = f"{_numbers(rows(expected)[row])} in row {row}"
            got = rows(got)[row]
    lines.append(f"    {'expected':10} {wanted}")
    lines.append(f"    {'got':10} {_numbers(got)}")
    return "\n".join(lines)


def _numbers(value):
    """Write numbers shortly: whole ones without a point, others with two digits after it."""
    if isinstance(value, tuple):
        return str(value)
    if not isinstance(value, (np.ndarray, np.number, int, float)):
        return _kind_of(value)
    if np.size(value) > SHOWN:
        return f"an array of shape {value.shape}"
    if np.ndim(value):
        return f"[{', '.join(_numbers(part) for part in value)}]"
    text = f"{float(value):.2f}"
    return text[:-3] if text.endswith(".00") else text


def _kind_of(value):
    if value is None:
        return "nothing (None)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}, which makes no array of numbers"
    if hasattr(value, "__next__"):
        return f"a {type(value).__name__}, which has no values yet: list() would fetch them"
    return f"a {type(value).__name__}"


def _name(function):
    return getattr(function, "__name__", "your function")


def _speed(function, exercise):
    """Say how long a right function takes beside the package's, on more pixels than the cases."""
    if not exercise.large:
        return ""
    args = exercise.large()
    mine, ours = _seconds(function, args), _seconds(exercise.ours, args)
    if not ours:
        return ""
    if mine and mine < 2 * ours:
        return "It is as fast as the package's."
    times = f"{float(f'{(mine or BRIEF) / ours:.1g}'):,.0f} times as long as the package's"
    return f"On 4,800 pixels it takes {'about' if mine else 'more than'} {times}."


def _seconds(function, args):
    """Time a few calls, in the mean, or give None if not even the first comes to an end soon."""
    calls = [("speed", args)] * 50
    done = trials.run(function, calls, lambda got, args: 0, watch=False, limit=BRIEF)
    times = [trial.seconds for trial in done if not trial.error]
    return sum(times) / len(times) if times else None
