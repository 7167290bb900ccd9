"""Why a function did not run, in words, and on which of its lines."""

import linecache
import re
import traceback
from dataclasses import dataclass


@dataclass(frozen=True)
class End:
    """Why the calls ended too early."""

    kind: str
    reason: str


KILLED = End("Killed", "It ended the whole process, as os._exit or a crash does; return is enough.")
# What a message means, by a pattern for it; then what a kind of error means.
MESSAGES = {
    r"truth value of an array.*\bin\b": "An array is looked up with `in`, but == of two arrays "
    "gives an array of answers and not one: compare tuples or lists, with tuple() or .tolist().",
    "truth value of an array": "An array of answers stands where one yes or no is needed: which of "
    ".any() and .all() do you mean?",
    "unhashable type: '(numpy.ndarray|list)'": "Only what cannot change can be in a set or be a "
    "key: tuple() makes such a thing of an array or a list.",
    r"'(numpy\.)?(ndarray|list|tuple|int|float)' object is not callable": "Round brackets call a "
    "function; this is none. Are square ones meant, or is a function's name used for a value?",
    "function.* object is not subscriptable|method.* object is not subscriptable": "A function is "
    "called with round brackets; the square ones ask for a part of something.",
    "'(int|float|numpy.int64)' object is not iterable": "A loop cannot run over a single number: "
    "is there a range() missing?",
    "object of type '.*' has no len|not iterable": "It takes a single value for several.",
    "list indices must be integers|only integers, slices|must be of integer|must be integers": "A "
    "place in an array or a list is a whole number, or for an array an array of those: what is it "
    "here? (A list takes no [row, column].)",
    "cannot reshape array": "The new shape has not as many numbers as the array: -1 lets numpy "
    "work out one of its lengths.",
    "not enough values to unpack|too many values to unpack": "The number of names on the left is "
    "not the number of values on the right: how many lengths has the shape?",
    "could not be broadcast|could not broadcast|mismatch in its core|not aligned": "The shapes of "
    "two arrays do not fit together there: print both.",
    "takes .* positional argument|missing .* argument": "A function is called with too many values "
    "or too few.",
    "can only concatenate|unsupported operand.*(list|tuple)": "Lists are joined, not added: which "
    "of the two should be an array?",
    "out of bounds for (axis|dimension)": "It asks for a place that is not there: how many are "
    "there, and what is the last? Are rows and columns, or height and width, in their places?",
    "referenced before assignment|not associated with a value": "It uses a name before it has a "
    "value: which line gives it one, and is that line reached first?",
}
KINDS = {
    NameError: "It uses a name that has no value there: is it spelt right, and set before?",
    IndexError: "It asks for a place that is not there: how many are there, and what is the last?",
    KeyError: "It looks up something that is not there.",
    AttributeError: "It asks something for a part or a method it does not have.",
    ZeroDivisionError: "It divides by zero.",
    RecursionError: "It calls itself again and again: where should it stop?",
    MemoryError: "It asks for more memory than there is: what shape does that array have?",
    OverflowError: "A number does not fit into its type.",
    ImportError: "It imports something that is not there.",
    EOFError: "It asks for input; everything it needs is in its parameters.",
    AssertionError: "An assert in it does not hold.",
    SystemExit: "It calls exit, which would end the whole notebook; return is enough.",
    KeyboardInterrupt: "It raises KeyboardInterrupt itself.",
    TypeError: "It does something with a value of the wrong type.",
    ValueError: "The values, or the shapes of two arrays, do not fit together there.",
}


def explain(function, error):
    """Say in words where and why a call did not run."""
    frames = traceback.extract_tb(error.__traceback__, limit=-50)[::-1]
    place = where(function, frames)
    message = " ".join(str(error).split())[:200]
    told = [words for pattern, words in MESSAGES.items() if re.search(pattern, message + place)]
    told += [words for kind, words in KINDS.items() if isinstance(error, kind)]
    raised = f" ({type(error).__name__}{': ' if message else ''}{message})"
    return place + (told[0] if told else "It raises an error.") + raised


def endless(function=None, frame=None):
    """Say that a call did not come to an end, and where it was."""
    place = where(function, traceback.extract_stack(frame, limit=50)[::-1]) if frame else ""
    words = "It has not come to an end after two seconds of work, so it was stopped: is there a "
    return End("Endless", f"{place}{words}loop that never ends?")


def where(function, frames):
    """Name the line of the learner's code, innermost first, that the frames were in."""
    code = getattr(function, "__code__", None)
    for frame in frames:
        if not frame.lineno:  # between two lines
            continue
        nameless = frame.name.startswith("<")  # such as <listcomp> or <lambda>
        if nameless and code and frame.lineno < code.co_firstlineno:
            continue
        if code and frame.filename == code.co_filename:
            text = linecache.getline(frame.filename, frame.lineno).strip()
            number = frame.lineno - code.co_firstlineno + 1
            inside = frame.name == code.co_name or nameless
            place = f"line {number} of {code.co_name}" if inside else f"{frame.name}"
            return f"Look at {place}{f': `{text}`' if text else ''}. "
    return ""
