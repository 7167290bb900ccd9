"""The colours of an image are packed, counted and looked up as numpy's own `unique` would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kmeans_lesson.colours import blocks, count, different, look_up, pack, unpack

few = hnp.arrays(np.uint8, st.tuples(st.integers(0, 40), st.just(3)), elements=st.integers(0, 2))
many = hnp.arrays(np.uint8, st.tuples(st.integers(0, 40), st.just(3)))


def strided(pixels):
    """Return equal pixels that lie apart in memory, channel by channel, and cannot be written."""
    apart = np.asfortranarray(np.repeat(pixels, 2, axis=0))[::2]
    apart.flags.writeable = False
    return apart


def test_colours_worked_by_hand():
    pixels = np.array([[0, 0, 1], [1, 2, 3], [255, 255, 255], [0, 0, 1]], np.uint8)
    assert pack(pixels).tolist() == [1, 65536 + 2 * 256 + 3, 2**24 - 1, 1]
    colours, counts = count(pack(pixels))
    assert unpack(colours).tolist() == [[0, 0, 1], [1, 2, 3], [255, 255, 255]]
    assert counts.tolist() == [2, 1, 1]


@pytest.mark.parametrize("form", [np.copy, strided, lambda pixels: pixels.reshape(-1, 1, 3)])
@given(pixels=few | many)
def test_equals_numpy(form, pixels):
    expected, places, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    codes = pack(form(pixels))
    assert codes.dtype == np.int32
    assert np.array_equal(unpack(codes), pixels)
    assert np.array_equal(unpack(different(codes)), expected)
    colours, times = count(codes)
    assert np.array_equal(colours, different(codes))
    assert np.array_equal(times, counts)
    assert np.array_equal(look_up(codes, colours, np.arange(len(colours))), places.ravel())


@given(few | many, st.sampled_from([np.uint8, np.uint16, float]))
def test_looks_up_values_of_any_type(pixels, dtype):
    codes = pack(pixels)
    colours = different(codes)
    found = look_up(codes, colours, (colours % 251).astype(dtype))
    assert found.dtype == dtype
    assert np.array_equal(found, codes % 251)


def test_every_colour_there_is():
    every = np.arange(2**24, dtype=np.int32)
    assert np.array_equal(different(every[::-1]), every)
    assert np.array_equal(pack(unpack(every)), every)


def test_counts_of_more_pixels_than_one_block():
    codes = np.repeat(np.array([5, 7], np.int32), (2**20 + 3, 2**20 + 9))
    assert [part.tolist() for part in count(codes)] == [[5, 7], [2**20 + 3, 2**20 + 9]]


@given(st.integers(0, 50), st.integers(1, 20))
def test_blocks_cover_every_row_once(length, size):
    rows = [list(range(length))[block] for block in blocks(length, size)]
    assert [row for block in rows for row in block] == list(range(length))
    assert all(1 <= len(block) <= size for block in rows)
