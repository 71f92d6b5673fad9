"""Models in the database, scores beside those in use, and scoring anew."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from moderation.decision import Outcome
from moderation.drift import ScoredCount
from moderation.model import ModelUse, RegisteredModel, ShadowTally
from moderation.queue import Priority
from moderation.score import Label, Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowScored:
    """One text's scores by the model in the shadow, and what came of it by those of the model in use."""

    comment_id: int
    revision: int
    scores: Scores
    live: Outcome
    shadow: Outcome


class Unscored(NamedTuple):
    """Texts whose scores are an older model's, by columns, in the order of their ids."""

    comment_ids: Sequence[int]
    revisions: Sequence[int]
    bodies: Sequence[str]


class Scored(NamedTuple):
    """Texts with their scores by `model`, by columns, in the order of their ids: a million rows take longer to make
    than to store.

    `scores` has a column for each of `LABELS` and the overall one.
    """

    comment_ids: array[int]
    revisions: array[int]
    scores: tuple[array[float], ...]
    model: str

    def scores_at(self, place: int) -> Scores:
        return Scores._make((*(column[place] for column in self.scores), self.model))


class Placed(NamedTuple):
    """Where a waiting comment stands in the queue, as far as scores decide it."""

    comment_id: int
    label: Label
    score: float
    reject: float
    priority: Priority
    entered_at: datetime


class Rescoring(Protocol):
    def count(self, site_id: int, *, model: str) -> int:
        """Present texts that are not erased and whose score is not the model's."""
        ...

    def at_least(self, number: int, site_id: int, *, model: str) -> bool:
        """Whether there are so many of these, which is known as soon as they are found; `number` from 1 on."""
        ...

    def page(self, site_id: int, *, model: str, after: int, limit: int) -> Unscored:
        """Of those, by id, from above the id `after`."""
        ...

    def store(self, batch: Scored) -> None: ...
    def waiting(self, first: int, last: int) -> list[tuple[int, Priority, datetime]]:
        """By id, whatever waits between the two ids, both included; another site's, too."""
        ...

    def rank(self, placed: Sequence[Placed]) -> None:
        """New label, score and priority; when they came in and who holds them stays."""
        ...


class Models(Protocol):
    def add(self, model: RegisteredModel, files: Mapping[str, bytes]) -> None: ...
    def get(self, version: str) -> RegisteredModel | None: ...
    def all(self) -> list[RegisteredModel]:
        """Newest first."""
        ...

    def files(self, version: str) -> dict[str, bytes]: ...
    def in_use(self) -> ModelUse: ...
    def uses(self, *, limit: int) -> list[ModelUse]:
        """Newest first."""
        ...

    def use(self, use: ModelUse) -> None:
        """Contention if another transaction has taken the number."""
        ...

    def add_shadow_scores(self, site_id: int, rows: Sequence[ShadowScored], *, at: datetime) -> None: ...
    def shadow_tally(self, version: str, *, site_id: int | None) -> ShadowTally: ...
    def scored(self, site_id: int, bounds: Sequence[datetime]) -> list[ScoredCount]:
        """Comments that are not erased, by when they were written; a week lies between neighbouring bounds."""
        ...
