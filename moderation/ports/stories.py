"""What is stored of one comment beside the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from moderation.story import Salted, Told


class Stories(Protocol):
    def texts(self, comment_id: int) -> Sequence[Salted]:
        """Every text that the log binds of the comment: its own of now and earlier, and those of appeals."""
        ...

    def decisions(self, comment_id: int) -> Mapping[int, Told]:
        """All that were made on it, by their ids."""
        ...

    def opinions(self, comment_id: int) -> Mapping[int, str]:
        """The notes of all that were given on it, by the opinions' ids."""
        ...
