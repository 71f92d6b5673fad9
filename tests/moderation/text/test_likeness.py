"""How much two texts have in common; what is too short to have enough is known without counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.text.likeness import LONGEST, SHINGLE, may_resemble, resemblance, shingles

TEXT = st.text(alphabet="abc ", max_size=30)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [("abcdef", "abcdef", 1.0), ("abcdef", "abcdeg", 1 / 3), ("abc", "abc", 1.0), ("abcde", "vwxyz", 0.0)],
)
def test_the_share_of_common_runs(one: str, other: str, share: float) -> None:
    assert resemblance(shingles(one), shingles(other)) == share


def test_what_lies_beyond_the_longest_counts_for_nothing() -> None:
    assert shingles("ab" * LONGEST) == shingles("ab" * (LONGEST // 2))
    assert all(len(one) == SHINGLE for one in shingles("ab" * LONGEST))


@given(TEXT, TEXT, st.floats(0.1, 1))
def test_nothing_that_resembles_enough_is_passed_over(one: str, other: str, least: float) -> None:
    own, others = shingles(one), shingles(other)
    share = resemblance(own, others)
    assert share == len(own & others) / len(own | others)
    assert may_resemble(own, other, least) or share < least
