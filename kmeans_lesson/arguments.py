"""What callers hand in, checked: one sentence names the parameter, what is allowed, what came."""

import numpy as np

LARGEST = 1e100  # of a number, so that squares and sums of them stay within float64


def integer(name, value, least):
    """Return `value` if it is an integer of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be an integer of at least {least}; got {value!r}")
    return int(value)


def colours(name, values, length=None):
    """Return `values` as an array of colours, (N, 3) with N at least 1, of finite numbers."""
    rows = "(N, 3) with N at least 1" if length is None else f"({length}, 3)"
    wanted = f"{name} must be an array of numbers of shape {rows}"
    array = _array(wanted, values, "uif", (length, 3))
    if array.dtype.kind == "f" and not (array.min() >= -LARGEST and array.max() <= LARGEST):
        wrong = ~(np.abs(array) <= LARGEST).all(axis=1)  # also NaN
        row = array[wrong.argmax()].tolist()
        wanted = f"between -{LARGEST:g} and {LARGEST:g}" if np.isfinite(row).all() else "finite"
        raise ValueError(f"{name} must be {wanted}; got {row} in row {wrong.argmax()}")
    return array


def at_most_colours(k, number, where="the image"):
    """Refuse K centroids for an image, or several, of fewer different colours."""
    if k > number:
        raise ValueError(
            f"k must be at most the number of different colours in {where}, "
            f"which is {number}; got {k}"
        )


def labels(name, values, length, k):
    """Return `values` as an array of labels: (length,) integers in 0..k-1."""
    wanted = f"{name} must be an array of {length} integers from 0 to {k - 1}"
    return _array(wanted, values, "ui", (length,), below=k)


def counts(name, values, length):
    """Return `values` as an array of how often each row occurs: (length,), at least 0."""
    wanted = f"{name} must be an array of {length} numbers below {LARGEST:g} and of at least 0"
    return _array(wanted, values, "uif", (length,), below=LARGEST)


def image(name, value):
    """Return `value` as an image: (H, W, 3) uint8 with at least one pixel."""
    wanted = f"{name} must be an array of shape (H, W, 3) and dtype uint8 with at least one pixel"
    if not isinstance(value, np.ndarray):
        raise ValueError(f"{wanted}; got a {type(value).__name__}")
    if value.ndim != 3 or value.shape[2] != 3 or value.size == 0 or value.dtype != np.uint8:
        raise ValueError(f"{wanted}; got shape {value.shape} and dtype {value.dtype}")
    return value


def _array(wanted, values, kinds, shape, below=None):
    """Return `values` as an array of that shape, of any length if that is None, from 0 `below`."""
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{wanted}; got rows of different lengths") from error
    if array.dtype.kind not in kinds:
        raise ValueError(f"{wanted}; got dtype {array.dtype}")
    if array.ndim == 0 or array.size == 0 or array.shape != (shape[0] or len(array), *shape[1:]):
        raise ValueError(f"{wanted}; got shape {array.shape}")
    if below is not None and not (array.min() >= 0 and array.max() < below):  # NaN is neither
        raise ValueError(f"{wanted}; got {array.min()} to {array.max()}")
    return array
