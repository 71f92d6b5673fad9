"""Comments as they are read for topics."""

from __future__ import annotations

from typing import Protocol

from moderation.topics import Said, Scope


class TopicStore(Protocol):
    def said(self, site_id: int, scope: Scope, *, limit: int) -> list[Said]:
        """The newest in the scope that are not erased, newest first."""
        ...

    def mark(self, site_id: int, scope: Scope, *, limit: int) -> tuple[int, int, int]:
        """Another one wherever what `said` gives has changed: their number, the newest id, the sum of versions."""
        ...
