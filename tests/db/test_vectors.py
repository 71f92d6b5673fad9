"""How often each of many readers wrote, held against dictionaries."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyroaring import BitMap

from db.stores.rollups import vectors
from db.stores.rollups.vectors import NOTHING, Vector, grouped, increased, total, united, unpacked

# Few numbers, so that they meet; some far away, so that there are more of them than of readers.
NUMBERS = st.one_of(st.integers(0, 12), st.integers(0, 3_000_000))
WROTE = st.dictionaries(NUMBERS, st.sampled_from([1, 1, 1, 2, 255, 256, 70_000]), max_size=20)
CHANGES = st.dictionaries(NUMBERS, st.sampled_from([1, 1, 2, -1]), max_size=20)


def vector(counts: dict[int, int]) -> Vector:
    numbers = sorted(counts)
    return Vector(np.array(numbers, np.uint32), np.array([counts[number] for number in numbers], np.int64))


def told(one: Vector) -> dict[int, int]:
    assert one.numbers.tolist() == sorted(set(one.numbers.tolist()))
    return dict(zip(one.numbers.tolist(), one.counts.tolist(), strict=True))


def added(*parts: dict[int, int]) -> dict[int, int]:
    whole: Counter[int] = Counter()
    for part in parts:
        whole.update(part)
    return {number: count for number, count in whole.items() if count}


@given(WROTE)
def test_what_is_packed_is_what_is_unpacked(counts: dict[int, int]) -> None:
    readers, packed = vector(counts).packed()
    assert told(unpacked(readers, packed)) == counts
    assert not packed or max(counts.values()) > 1


@pytest.mark.parametrize("short", [0, 100])
@given(st.lists(CHANGES, max_size=4))
def test_a_total_is_the_sum_of_each_without_those_who_come_to_nothing(short: int, parts: list[dict[int, int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vectors, "_SHORT", short)
        given_ = [vector(part) for part in parts]
        assert told(total(given_)) == added(*parts)
        assert set(united(part.present() for part in given_)) == {number for part in parts for number in part}


@given(WROTE, CHANGES)
@example({0: 1, 1: 1, 2: 1}, {3: 1})
def test_what_is_stored_is_increased(stored: dict[int, int], by: dict[int, int]) -> None:
    # Nobody is taken off more than stands there.
    by = {number: count for number, count in by.items() if stored.get(number, 0) + count >= 0}
    readers, counts = increased(vector(stored).packed(), vector(by))
    assert told(unpacked(readers, counts)) == added(stored, by)
    # As if it had been counted anew, but for how the library writes a row of neighbours down.
    anew = vector(added(stored, by)).packed()
    assert (set(BitMap.deserialize(readers)), counts) == (set(BitMap.deserialize(anew[0])), anew[1])
    assert (readers == NOTHING.present().serialize()) == (not added(stored, by))


@given(st.lists(st.tuples(NUMBERS, st.sampled_from([1, 1, -1]), st.integers(0, 2), st.integers(5, 6)), max_size=30))
def test_rows_are_grouped_by_their_keys(rows: list[tuple[int, int, int, int]]) -> None:
    numbers, counts, first, second = np.array(rows, np.int64).reshape(-1, 4).T
    wanted = {
        (a, b): cell
        for a, b in sorted({row[2:] for row in rows})
        if (cell := added(*({number: count} for number, count, *keys in rows if keys == [a, b])))
    }
    found = {keys: told(one) for keys, one in grouped(numbers.astype(np.uint32), counts, first, second)}
    assert found == wanted
    assert list(found) == sorted(found)


@given(WROTE, st.integers(0, 25), st.integers(1, 3))
def test_the_most_are_those_and_whoever_has_as_many_as_the_last(counts: dict[int, int], many: int, least: int) -> None:
    one = vector(counts)
    largest = sorted(counts.values(), reverse=True)
    assert one.of_most(min(many, len(one))) == sum(largest[:many])
    if many:
        last = max(largest[many - 1] if len(largest) >= many else 0, least)
        assert dict(one.most(many, least=least)) == {number: count for number, count in counts.items() if count >= last}
