"""Counting a text's features in a table that is never cleared."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifier import compiled, counting
from moderation.classifier.features import PLACES

# All of one place in the smallest table, some of one step too: who stands where another stands must step on.
MEETING = st.integers(0, 63).map(lambda number: (number << 14) | 5)
BUCKETS = st.lists(st.one_of(MEETING, st.integers(0, 40), st.integers(0, (1 << 22) - 1)), max_size=200)


def table() -> np.ndarray:
    return np.zeros(PLACES + 1, np.uint32)


def counted(buckets: list[int], places: np.ndarray) -> dict[int, int]:
    """By bucket, in order of appearance."""
    given_buckets, times = np.array(buckets, np.int32), np.zeros(len(buckets), np.uint8)
    found = counting.count(len(buckets), (given_buckets, times, places))
    return dict(zip(given_buckets[:found].tolist(), times[:found].tolist(), strict=True))


@given(st.lists(BUCKETS, min_size=1, max_size=4))
def test_each_bucket_is_listed_once_in_order_whatever_was_counted_before(texts: list[list[int]]) -> None:
    places = table()
    for buckets in texts:
        found = counted(buckets, places)
        assert list(found.items()) == list(Counter(buckets).items())


@pytest.mark.parametrize("base", [0, 1, (1 << 31) - 3, (1 << 31) + 1, (1 << 32) - 1])
def test_the_table_begins_anew_before_its_numbers_run_out(base: int) -> None:
    places = table()
    places[:PLACES] = max(base - 1, 0)
    places[PLACES] = base
    for _ in range(3):
        assert counted([7, 7 + (1 << 11), 7, 9], places) == {7: 2, 7 + (1 << 11): 1, 9: 1}
        assert 0 < places[PLACES] < 1 << 32


def test_a_long_text_of_buckets_that_meet_is_counted_like_any_other() -> None:
    buckets = [(number << 14) | 5 for number in range(256)] * 300
    assert set(counted(buckets, table()).values()) == {255}


def test_compiled_code_is_kept_for_these_sources_alone() -> None:
    """Numba looks at a function's own file only; what it calls may have changed in another."""
    assert compiled._SOURCES in str(counting.count.stats.cache_path)
