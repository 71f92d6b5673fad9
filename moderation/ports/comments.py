"""Comments with their revisions, scores and flags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from moderation.comment import Comment, Incoming, Revision, Status
from moderation.flag import Flag
from moderation.score import Scores


class NewComment(NamedTuple):
    """A comment about to be stored, with what only the store and the log need."""

    id: int
    article_id: int
    section_id: int | None
    commenter_id: int
    parent_id: int | None
    salt: bytes
    commitment: str
    folded: str
    fold: int
    language: str
    civil: bool
    incoming: Incoming
    # Bits (moderation/text/asking.py).
    asks: int = 0


class Comments(Protocol):
    def get(self, comment_id: int) -> Comment | None: ...
    def locked(self, comment_id: int) -> Comment | None:
        """As it is now, and as it stays until this transaction ends."""
        ...

    def by_external(self, site_id: int, external_ids: Sequence[str]) -> dict[str, Comment]: ...
    def insert(self, site_id: int, rows: Sequence[tuple[NewComment, Status, bool]], *, at: datetime) -> None:
        """Rows of (comment, status, decided by machine); version and revision start at 1."""
        ...

    def advance(self, comment: Comment, *, status: Status, by_machine: bool | None) -> None:
        """Set the status and the next version; Contention, by the commit at the latest, if another is stored.

        Without `by_machine` who decided stays as it is.
        """
        ...

    def rewrite(
        self,
        comment: Comment,
        *,
        body: str,
        salt: bytes,
        folded: str,
        fold: int,
        language: str,
        civil: bool,
        asks: int,
        at: datetime,
    ) -> None:
        """A new text; the old one becomes a revision. The version is left to `advance`."""
        ...

    def salt(self, comment_id: int) -> bytes | None: ...
    def erase(self, comment: Comment) -> None:
        """Drop the text, its revisions, what its author said in appeals, their salts, and what finds it.

        The status is left to `advance`; what was of `COUNTED_ON` goes on to count as that.
        """
        ...

    def revisions(self, comment_id: int) -> tuple[Revision, ...]: ...
    def ancestors(self, comment_id: int, *, limit: int) -> list[int]:
        """Ids of what it answers, the nearest first."""
        ...

    def replies(self, comment_id: int) -> list[int]:
        """Ids of what answers it directly, the first first."""
        ...

    def add_scores(self, site_id: int, rows: Sequence[tuple[int, int, Scores]]) -> None:
        """Rows of (comment id, revision, scores)."""
        ...

    def scores(self, comment_id: int, revision: int) -> Scores | None: ...
    def scores_of(self, comments: Sequence[Comment]) -> dict[int, Scores]: ...
    def add_flag(self, flag_id: int, comment: Comment, flag: Flag) -> bool:
        """Whether it is new: one reader counts once a comment."""
        ...

    def flags(self, comment_id: int) -> tuple[Flag, ...]: ...
    def reports(self, comment_id: int, *, since: datetime | None = None) -> int:
        """How many readers reported it; `since` leaves out those up to then."""
        ...

    def reports_of(self, comment_ids: Sequence[int]) -> dict[int, int]:
        """How many readers reported each of these; what nobody did is left out."""
        ...
