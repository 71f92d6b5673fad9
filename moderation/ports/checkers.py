"""Whoever checks parts of a log at the same time as this process checks another."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from moderation.verification import Break, Part


class Checked(Protocol):
    """A part that is being checked."""

    @property
    def done(self) -> int:
        """How many of its events are checked by now."""
        ...

    def wait(self, seconds: float) -> bool:
        """Whether it has ended; for so long at most."""
        ...

    def result(self) -> Break | None:
        """What was found, once it has ended. OSError if it could not be done, for whatever reason."""
        ...


class Checkers(Protocol):
    """`count`: how many parts are worth handing out at once."""

    @property
    def count(self) -> int: ...

    def __call__(self, parts: Sequence[Part]) -> AbstractContextManager[Sequence[Checked]]:
        """Begin with all of them; what has not ended when the context does is given up."""
        ...
