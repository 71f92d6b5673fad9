"""Models that the desk has registered, and which of them judges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moderation.decision import Outcome

MAX_VERSION = 100
RENEWED_EVERY = 5.0
"""Seconds for which a process may go on with a model that an admin has replaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredModel:
    """A version that never changes. `checksum` is the SHA-256 (hex) of its manifest, which holds those of its parts.

    `about` is what the manifest tells: who trained it on what, with which figures. `size` is in bytes.
    """

    version: str
    checksum: str
    size: int
    about: Mapping[str, Any]
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelUse:
    """Which model judges, from `at` until the next number; None is the one that the process was started with.

    `shadow` scores the same comments beside it, without effect. Number 0 says that nobody has chosen yet.
    """

    number: int
    live: str | None
    shadow: str | None
    by: str
    note: str
    at: datetime | None


NOTHING_CHOSEN = ModelUse(number=0, live=None, shadow=None, by="", note="", at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """How many comments the policy answered with `live` and would have answered with `shadow` by the other's scores."""

    live: Outcome
    shadow: Outcome
    comments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowTally:
    """All comments that a model scored in the shadow, by the two outcomes; `since` is when the first came in."""

    comments: int
    since: datetime | None
    outcomes: tuple[Beside, ...]

    @property
    def agreed(self) -> int:
        return sum(row.comments for row in self.outcomes if row.live == row.shadow)
