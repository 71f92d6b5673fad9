"""What is kept of an edition: given again for it alone, and no more of it than there is room for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.stores.rollups.kept import Kept

SIZE = 10


def ask(kept: Kept, key: str, edition: int, made: list[tuple[str, int]]) -> str:
    def make() -> str:
        made.append((key, edition))
        return f"{key} {edition}"

    return kept.made(key, edition, make, lambda _: SIZE)


@pytest.mark.parametrize("most", [0, SIZE - 1, SIZE, 3 * SIZE])
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), max_size=12))
def test_what_is_given_is_of_the_edition_that_is_asked_for(most: int, asked: list[tuple[str, int]]) -> None:
    kept = Kept(most=most)
    for key, edition in asked:
        assert ask(kept, key, edition, []) == f"{key} {edition}"


def test_an_edition_is_made_once_and_another_takes_its_place() -> None:
    kept, made = Kept(most=100), []
    for edition in (1, 1, 2, 2, 1):
        ask(kept, "month", edition, made)
    assert made == [("month", 1), ("month", 2), ("month", 1)]


def test_what_was_asked_for_longest_ago_goes_first() -> None:
    kept, made = Kept(most=2 * SIZE), []
    for key in ("first", "second", "first", "third", "first", "third"):
        ask(kept, key, 1, made)
    assert made == [("first", 1), ("second", 1), ("third", 1)]
    ask(kept, "second", 1, made)
    assert made[3:] == [("second", 1)]


@pytest.mark.parametrize(("most", "times"), [(0, 2), (SIZE - 1, 2), (SIZE, 1)])
def test_what_there_is_no_room_for_is_made_each_time(most: int, times: int) -> None:
    kept, made = Kept(most=most), []
    for _ in range(2):
        ask(kept, "month", 1, made)
    assert len(made) == times


def test_new_editions_take_the_room_of_the_old_ones() -> None:
    kept, made = Kept(most=2 * SIZE), []
    for edition in range(10):
        ask(kept, "other", 1, made)
        ask(kept, "month", edition, made)
    assert made.count(("other", 1)) == 1


def test_nothing_that_was_found_is_told_from_nothing_that_is_there() -> None:
    kept = Kept(most=100)
    kept.put("month", 1, (None,), size=0)
    assert kept.get("month", 1) == (None,)
    assert kept.get("month", 2) is None


def test_threads_that_ask_for_different_things_get_what_they_asked_for() -> None:
    kept = Kept(most=3 * SIZE)

    def one(turn: int) -> bool:
        key, edition = "ab"[turn % 2], turn % 3
        return ask(kept, key, edition, []) == f"{key} {edition}"

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(one, range(2_000)))
