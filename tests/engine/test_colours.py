"""The colours of an image are packed, counted and looked up as numpy's own `unique` would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kmeans_lesson.engine import colours
from kmeans_lesson.engine.colours import count, different, each_block, look_up, pack, unpack

few = hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(3)), elements=st.integers(0, 2))
many = hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(3)))


def strided(pixels):
    """Return equal pixels that lie apart in memory, channel by channel, and cannot be written."""
    apart = np.asfortranarray(np.repeat(pixels, 2, axis=0))[::2]
    apart.flags.writeable = False
    return apart


def test_colours_worked_by_hand():
    pixels = np.array([[0, 0, 1], [1, 2, 3], [255, 255, 255], [0, 0, 1]], np.uint8)
    assert pack(pixels).tolist() == [1, 65536 + 2 * 256 + 3, 2**24 - 1, 1]
    colours, counts, places = count(pixels)
    assert colours.tolist() == [[0, 0, 1], [1, 2, 3], [255, 255, 255]]
    assert counts.tolist() == [2, 1, 1]
    assert places.tolist() == [0, 1, 2, 0]


@pytest.mark.parametrize("form", [np.copy, strided, lambda pixels: pixels.reshape(-1, 1, 3)])
@given(pixels=few | many)
def test_equals_numpy(form, pixels):
    expected = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    assert np.array_equal(unpack(pack(form(pixels))), pixels)
    assert np.array_equal(different(form(pixels)), expected[0])
    colours, counts, places = count(form(pixels))
    assert np.array_equal(colours, expected[0])
    assert np.array_equal(places, expected[1].ravel())
    assert np.array_equal(counts, expected[2])


@given(
    hnp.arrays(np.int32, st.integers(1, 40), elements=st.integers(0, 4)),
    st.sampled_from([np.uint8, np.uint16, float]),
    st.sampled_from([(5,), (5, 3)]),
)
def test_looks_up_rows_of_any_type_and_shape(places, dtype, shape):
    table = np.arange(np.prod(shape)).reshape(shape).astype(dtype)
    found = look_up(table, places)
    assert found.dtype == dtype
    assert np.array_equal(found, table[places])


def test_every_colour_there_is():
    every = np.arange(2**24, dtype=np.int32)
    assert np.array_equal(pack(unpack(every)), every)
    assert np.array_equal(different(unpack(every[::-1])), unpack(every))


def test_counts_of_more_pixels_than_one_block():
    pixels = np.repeat(np.array([[0, 0, 7], [0, 0, 5]], np.uint8), (2**21 + 3, 2**21 + 9), axis=0)
    values, counts, places = count(pixels)
    assert values.tolist() == [[0, 0, 5], [0, 0, 7]]
    assert counts.tolist() == [2**21 + 9, 2**21 + 3]
    assert places[[0, 2**21 + 2, 2**21 + 3, -1]].tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize("processors", [None, 1, 2, 3, 64])
def test_blocks_cover_every_row_once_and_in_order(monkeypatch, processors):
    monkeypatch.setattr(colours.os, "cpu_count", lambda: processors)
    for length in (1, 2, 5, 12, 50):
        for size in (1, 3, 12, 100):
            rows = each_block(lambda rows: list(range(length))[rows], length, size)  # noqa: B023
            assert [row for block in rows for row in block] == list(range(length))
            assert all(1 <= len(block) <= size for block in rows)


def test_an_error_in_a_block_is_raised():
    def work(rows):
        raise MemoryError("no room")

    with pytest.raises(MemoryError, match="no room"):
        each_block(work, 10, 2)
