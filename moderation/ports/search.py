"""Search, and many comments decided at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from moderation.comment import Status
from moderation.search import Batch, Chosen, Folded, Found, SearchFilter


class Search(Protocol):
    def page(self, site_id: int, where: SearchFilter, *, before: int | None, limit: int) -> list[Found]:
        """Newest arrivals first, from below the comment id `before`; none that is erased."""
        ...

    def spread(self, site_id: int, where: SearchFilter, *, limit: int) -> list[tuple[float, Status]]:
        """Score and status of the newest that fit."""
        ...

    def choose(self, site_id: int, where: SearchFilter, *, limit: int) -> list[Chosen]:
        """The same comments, as a batch takes them."""
        ...

    def of_authors(self, site_id: int, where: SearchFilter, *, statuses: Sequence[Status], limit: int) -> list[Chosen]:
        """What the commenter or the domain of `where` wrote, within its sections, in no order; not more is read."""
        ...

    def rows(self, comment_ids: Sequence[int]) -> list[Found]:
        """These, newest arrivals first."""
        ...

    def sharing(
        self, site_id: int, pairs: Sequence[Sequence[str]], *, within: Sequence[int] | None, limit: int
    ) -> dict[int, str]:
        """Ids and folded texts of the newest that hold both words of one of two pairs, in the sections `within`.

        None is any section. Every word is folded and as long as an index needs. Of a wave of thousands PostgreSQL looks
        at some, and not always at its newest.
        """
        ...

    def folded(self, site_id: int, where: SearchFilter, *, limit: int, waiting: bool = False) -> list[Folded]:
        """Newest arrivals first, of all or of what waits; the filter's words and scores are not asked."""
        ...

    def tidy(self, going: int | None) -> int | None:
        """Take what is erased by now out of the index's last corner, in a short step. PostgreSQL does so by itself.

        None begins; what a step gives is given to the next, until that is None.
        """
        ...

    def still(self, site_id: int, comment_ids: Sequence[int], *, waiting: bool) -> list[Folded]:
        """Those of these that are not erased, and wait if that is asked; without their texts."""
        ...


class Batches(Protocol):
    def add(self, batch: Batch) -> None: ...
    def get(self, batch_id: int) -> Batch | None: ...
    def recent(self, site_id: int, *, actor: str | None, limit: int) -> list[Batch]:
        """Newest first, without those that took another back."""
        ...
