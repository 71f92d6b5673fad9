"""Sums that are kept: whatever is asked, in whatever order, they are what adding up would give."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.stores.rollups import sums
from db.stores.rollups.sums import Sums
from db.stores.rollups.vectors import Packed, Vector, total, unpacked

# Of one number and of small counts: tallies of the same length that differ in a byte.
MONTHS = st.lists(st.dictionaries(st.integers(0, 3), st.integers(1, 3), min_size=1, max_size=2), max_size=3)


def packed(months: list[dict[int, int]]) -> list[Packed]:
    return [
        Vector(np.array(sorted(one), np.uint32), np.array([one[number] for number in sorted(one)], np.int64)).packed()
        for one in months
    ]


def told(one: Vector) -> list[tuple[int, int]]:
    return list(zip(one.numbers.tolist(), one.counts.tolist(), strict=True))


def directly(parts: list[Packed]) -> list[tuple[int, int]]:
    return told(total([unpacked(*part) for part in parts]))


@pytest.mark.parametrize("most", [0, 60, 10_000])
@given(st.lists(st.tuples(st.integers(0, 2), MONTHS), max_size=8))
def test_a_kept_sum_is_that_of_what_is_asked_now(most: int, asked: list[tuple[int, list[dict[int, int]]]]) -> None:
    kept = Sums(least=0, most=most)
    for key, months in asked:
        parts = packed(months)
        assert told(kept.of(key, parts)) == directly(parts)


@pytest.fixture
def added_up(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many parts each addition had."""
    seen: list[int] = []

    def noted(parts: list[Vector]) -> Vector:
        seen.append(len(parts))
        return total(parts)

    monkeypatch.setattr(sums, "total", noted)
    return seen


ONE, OTHER = packed([{0: 1}, {0: 2, 1: 1}]), packed([{0: 1}, {0: 2, 1: 2}])
SIZE = sum(len(readers) + len(counts) for readers, counts in ONE)


def test_what_stays_as_it_is_is_added_up_once(added_up: list[int]) -> None:
    kept = Sums(least=0, most=10_000)
    for parts in (ONE, list(ONE), OTHER, OTHER, ONE):
        kept.of("months", parts)
    assert len(added_up) == 3


def test_no_more_is_kept_than_there_is_room_for_and_the_oldest_goes_first(added_up: list[int]) -> None:
    kept = Sums(least=0, most=2 * SIZE)
    for key in ("first", "second", "third", "third", "second", "first"):
        kept.of(key, ONE)
    assert len(added_up) == 4


@pytest.mark.parametrize(("least", "most", "times"), [(0, 0, 1), (1, 1, 2), (0, -1, 2)])
def test_small_ones_and_such_as_there_is_no_room_for_are_not_kept(
    added_up: list[int], least: int, most: int, times: int
) -> None:
    kept = Sums(least=SIZE + least, most=SIZE + most)
    for _ in range(2):
        kept.of("months", ONE)
    assert len(added_up) == times


def test_what_is_shared_is_not_written_to() -> None:
    summed = Sums(least=0, most=10_000).of("months", ONE)
    with pytest.raises(ValueError, match="read-only"):
        summed.counts[0] += 1


def test_threads_that_ask_for_different_things_get_what_they_asked_for() -> None:
    kept = Sums(least=0, most=10_000)

    def ask(turn: int) -> bool:
        parts = (ONE, OTHER)[turn % 2]
        return told(kept.of("months", parts)) == directly(parts)

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(ask, range(2_000)))
