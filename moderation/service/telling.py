"""What a site has been told of the decisions on its comments (docs/decisions/0035)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from moderation import grace
from moderation.comment import Comment
from moderation.decision import Recorded
from moderation.policy import MAX_GRACE
from moderation.ports import UnitOfWork

_LONGEST = timedelta(seconds=MAX_GRACE)


def newest_told(
    uow: UnitOfWork, site_id: int, newest: Mapping[int, Recorded], *, at: datetime
) -> Mapping[int, Recorded]:
    """By comment, the last decision that the site was told, given the last that was made.

    Where all of these are a machine's or older than any grace period, nothing more is read for it.
    """
    lately = [one for one in newest.values() if not one.decision.by_machine and one.decided_at > at - _LONGEST]
    if not lately:
        return newest
    waits = uow.policies.grace(site_id, since=at)
    untold = [one.comment_id for one in lately if not waits.is_due(one.decided_at, at)]
    if not untold:
        return newest
    made = uow.decisions.of_comments(untold)
    since = _taken_back_since([one for own in made.values() for one in own], at)
    if since < at - _LONGEST:
        waits = uow.policies.grace(site_id, since=since)
    return {**newest, **{key: grace.told(own, waits, at)[-1] for key, own in made.items()}}


def told_of(uow: UnitOfWork, comment: Comment, *, at: datetime) -> tuple[Recorded, ...]:
    """All decisions on it that the site has been told, in their order; the first, a machine's, always is."""
    made = uow.decisions.of_comments([comment.id])[comment.id]
    return grace.told(made, uow.policies.grace(comment.site_id, since=_taken_back_since(made, at)), at)


def _taken_back_since(made: Sequence[Recorded], at: datetime) -> datetime:
    """The first moment at which it matters how long the site waited: whether what was taken back then was told."""
    return min([at, *(one.decided_at for one in made if one.undoes is not None)])
