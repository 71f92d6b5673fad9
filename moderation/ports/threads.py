"""Replies whose parent has come after them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol


class Reply(NamedTuple):
    """One that stands in no thread, and the comment that it answers; `above` is what that answers itself."""

    id: int
    parent_id: int
    above: int | None


class Threads(Protocol):
    def ask_awaited(self, site_id: int, external_ids: Sequence[str]) -> Callable[[], bool]:
        """Whether a stored reply waits for one of these; asked along with the statement that comes next."""
        ...

    def awaiting(self, site_id: int, external_ids: Sequence[str]) -> list[Reply]:
        """The replies to those of these that are stored, the oldest first, as they stay until this transaction ends."""
        ...

    def have_come(self, site_id: int, *, after: str, limit: int) -> list[str]:
        """External ids of stored comments that replies wait for, in their order."""
        ...

    def join(self, reply_id: int, parent_id: int) -> None: ...
