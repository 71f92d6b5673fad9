"""What a ban may take along: the comments that readers see or that wait, as many at once as one batch takes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from moderation.comment import VISIBLE, Status
from moderation.ports import UnitOfWork
from moderation.search import Chosen, SearchFilter
from moderation.service.authority import Part
from moderation.service.batches import MAX_BATCH

SWEPT = (Status.PENDING, *sorted(VISIBLE))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """`more`: whether there are others, for which this batch has no room."""

    chosen: tuple[Chosen, ...]
    more: bool


def sweep(uow: UnitOfWork, part: Part, of: SearchFilter) -> Sweep:
    """What a commenter or the commenters of a domain wrote, as far as it lies in this part."""
    kept_to = replace(of, within=part.sections)
    found = uow.search.of_authors(part.site.id, kept_to, statuses=SWEPT, limit=MAX_BATCH + 1)
    return Sweep(chosen=tuple(found[:MAX_BATCH]), more=len(found) > MAX_BATCH)
