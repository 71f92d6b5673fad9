"""Counts of many articles, a column each: those of years are ten thousands, and an object for each costs more than all
that is asked of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from db.stores.rollups.vectors import Ints, added_up


class Counted(NamedTuple):
    """Comments, and of these the civil and the rejected."""

    comments: int
    civil: int
    rejected: int

    def and_(self, other: Counted) -> Counted:
        return Counted(self.comments + other.comments, self.civil + other.civil, self.rejected + other.rejected)


NONE = Counted(0, 0, 0)


@dataclass(frozen=True, slots=True)
class ByArticle:
    """The ids ascend, and each has comments."""

    ids: Ints
    comments: Ints
    civil: Ints
    rejected: Ints

    @classmethod
    def of(cls, parts: Iterable[Ints]) -> Self:
        """Columns: article, comments, civil, rejected; some articles several times."""
        columns = np.concatenate([columns_of(()), *parts], axis=1)
        ids, *counts = added_up(columns[0], columns[1:])
        there = counts[0] != 0
        return cls(ids[there], *[one[there] for one in counts])

    def whole(self) -> Counted:
        return Counted(int(self.comments.sum()), int(self.civil.sum()), int(self.rejected.sum()))

    def all(self) -> dict[int, Counted]:
        return self.at(range(len(self.ids)))

    def most(self, many: int) -> dict[int, Counted]:
        """So many with most comments, the most first; of as many comments the one with the lower id."""
        others = len(self.ids) - many
        least = np.partition(self.comments, others)[others] if others > 0 else 0
        return self.first(many, self.comments >= least, by=[self.comments])

    def first(self, many: int, those: NDArray[np.bool_], *, by: Sequence[NDArray[Any]]) -> dict[int, Counted]:
        """So many of those, the largest of any of `by` first, and then the lower id."""
        places = np.flatnonzero(those)
        largest = np.maximum.reduce([one[places] for one in by])
        return self.at(places[np.argsort(-largest, kind="stable")][:many].tolist())

    def at(self, places: Iterable[int]) -> dict[int, Counted]:
        return {
            int(self.ids[place]): Counted(int(self.comments[place]), int(self.civil[place]), int(self.rejected[place]))
            for place in places
        }


def columns_of(rows: Iterable[Sequence[int]]) -> Ints:
    return np.array(list(rows), np.int64).reshape(-1, 1 + len(Counted._fields)).T
