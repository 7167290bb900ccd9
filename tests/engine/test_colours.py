"""The colours of an image are packed, counted and looked up as numpy's own `unique` would."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from kmeans_lesson.engine.colours import (
    count,
    different,
    first_of_each,
    in_z_order,
    pack,
    paint,
    per_pixel,
    unpack,
    z_order,
)

few = hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(3)), elements=st.integers(0, 2))
many = hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.just(3)))


def strided(pixels):
    """Return equal pixels that lie apart in memory, channel by channel, and cannot be written."""
    apart = np.asfortranarray(np.repeat(pixels, 2, axis=0))[::2]
    apart.flags.writeable = False
    return apart


def test_colours_worked_by_hand():
    pixels = np.array([[0, 0, 1], [1, 2, 3], [255, 255, 255], [0, 0, 1]], np.uint8)
    assert pack(pixels).tolist() == [0x010000, 0x030201, 0xFFFFFF, 0x010000]
    # the bits of red, green and blue in turn: 1, 10, 11 -> 0 0 0, 0 1 1, 1 0 1
    assert z_order(pixels).tolist() == [0b001, 0b011_101, 2**24 - 1, 0b001]
    colours, counts = count(pixels)
    assert colours.tolist() == [[0, 0, 1], [1, 2, 3], [255, 255, 255]]
    assert counts.tolist() == [2, 1, 1]
    assert per_pixel(np.array([5, 6, 7]), colours, pixels).tolist() == [5, 6, 7, 5]


@pytest.mark.parametrize("form", [np.copy, strided, lambda pixels: pixels.reshape(-1, 1, 3)])
@given(pixels=few | many)
def test_finds_and_counts_what_numpy_does(form, pixels):
    assert np.array_equal(unpack(pack(form(pixels))), pixels)
    known, times = np.unique(pixels, axis=0, return_counts=True)
    colours, counts = count(form(pixels))
    order = np.lexsort(colours.T[::-1])
    assert np.array_equal(colours[order], known)
    assert np.array_equal(counts[order], times)
    places = per_pixel(np.arange(len(colours)), colours, form(pixels))
    assert np.array_equal(colours[places], pixels)
    assert np.array_equal(different(form(pixels)), colours)
    assert (np.diff(z_order(colours)) > 0).all()


def test_every_colour_there_is():
    every = np.arange(2**24, dtype=np.int32)
    assert np.array_equal(pack(unpack(every)), every)
    colours, counts = in_z_order(every[::-1], np.full(2**24, 3))
    assert np.array_equal(z_order(colours), every)
    assert (counts == 3).all()


def test_colours_of_a_cell_stand_side_by_side():
    colours, _ = in_z_order(np.arange(2**24, dtype=np.int32), 1)
    for side in (4, 32):
        cells = (colours // side) @ (2**16, 2**8, 1)
        assert np.count_nonzero(np.diff(cells)) == (256 // side) ** 3 - 1


def test_counts_of_equal_codes_are_added_up():
    colours, counts = in_z_order(np.array([7, 0x0100, 7], np.int32), np.array([2**37, 5, 3]))
    assert colours.tolist() == [[0, 1, 0], [7, 0, 0]]
    assert counts.tolist() == [5, 2**37 + 3]


@given(st.lists(st.integers(1, 40), min_size=1, max_size=20), st.sampled_from([1, 50]))
def test_finds_the_first_of_each_value_be_they_few_or_many(times, more):
    values = np.repeat(np.arange(len(times)), np.multiply(times, more))
    assert first_of_each(values).tolist() == np.unique(values, return_index=True)[1].tolist()


def test_counts_of_more_pixels_than_one_block():
    pixels = np.repeat(np.array([[0, 0, 7], [0, 0, 5]], np.uint8), (2**21 + 3, 2**21 + 9), axis=0)
    values, counts = count(pixels)
    assert values.tolist() == [[0, 0, 5], [0, 0, 7]]
    assert counts.tolist() == [2**21 + 9, 2**21 + 3]
    blue = per_pixel(np.array([5, 7], np.uint8), values, pixels)
    assert np.array_equal(blue, pixels[:, 2])


@pytest.mark.parametrize("k", [1, 2, 16, 255, 256, 257])
@pytest.mark.parametrize("length", [1, 2, 3, 300_001])
def test_paints_what_numpy_looks_up(k, length):
    rng = np.random.default_rng(k)
    palette = rng.integers(256, size=(k, 3)).astype(np.uint8)
    for kind in (np.uint8, np.uint16, int)[k > 256 :]:
        labels = rng.integers(k, size=2 * length).astype(kind)
        labels[0] = k - 1
        for some in (labels[:length], labels[::2]):
            assert np.array_equal(paint(palette, some), palette[some])
