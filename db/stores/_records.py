"""Commenters' records, counted as comments come in and change: to be read they need not be counted.

Of one name for all guests it would be a hundred thousand comments, for each that comes in and each card that is shown.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Select, case, delete, distinct, exists, func, insert, or_, select

from db.schema import commenter_records, commenters, comments, flags
from db.stores._sql import add_rows
from moderation.comment import VISIBLE, Status
from moderation.flag import FlagKind

COUNTS = ("visible", "rejected", "pending", "reported")
_VISIBLE, _REJECTED, _PENDING, _REPORTED = range(len(COUNTS))
# What its author or the desk erased is in no record, unless it was rejected.
_PLACES = dict.fromkeys(VISIBLE, _VISIBLE) | {Status.REJECTED: _REJECTED, Status.PENDING: _PENDING}


class Records:
    """What a transaction adds to them: it is put in before it is read and at the end, when the log's head is held.

    Put in earlier, two transactions could each wait for a commenter of the other's.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._added: dict[tuple[int, int], list[int]] = {}

    def add(self, site_id: int, commenter_id: int, status: Status, count: int = 1) -> None:
        if (place := _PLACES.get(status)) is not None:
            self._of(site_id, commenter_id)[place] += count

    def add_reported(self, site_id: int, commenter_id: int) -> None:
        """A comment that nobody had reported before."""
        self._of(site_id, commenter_id)[_REPORTED] += 1

    def _of(self, site_id: int, commenter_id: int) -> list[int]:
        found = self._added.get((commenter_id, site_id))
        if found is None:
            found = self._added[commenter_id, site_id] = [0] * len(COUNTS)
        return found

    def settle(self) -> None:
        if not self._added:
            return
        # In their order, so that nobody who does the same waits for one that it holds itself.
        rows = [(*key, *counts) for key, counts in sorted(self._added.items()) if any(counts)]
        self._added = {}
        add_rows(self._connection, commenter_records, ("commenter_id",), COUNTS, rows, beside=("site_id",))


def recount(connection: Connection, site_id: int | None = None) -> None:
    """Of all sites or one, for who fills the tables without their stores."""
    here, of_all = delete(commenter_records), counted()
    if site_id is not None:
        here, of_all = here.where(commenter_records.c.site_id == site_id), of_all.where(commenters.c.site_id == site_id)
    connection.execute(here)
    columns = ("commenter_id", "site_id", *COUNTS)
    connection.execute(insert(commenter_records).from_select(columns, of_all))


def wrong(connection: Connection, site_id: int) -> int:
    """How many of a site's records are not what a recount would find. One that is missing is one of nothing."""
    true = counted().where(commenters.c.site_id == site_id).subquery()
    kept = commenter_records.c
    other = or_(*[func.coalesce(kept[name], 0) != true.c[name] for name in COUNTS])
    of_authors = (
        select(func.count()).select_from(true.outerjoin(commenter_records, kept.commenter_id == true.c.id)).where(other)
    )
    of_nobody = select(func.count()).where(
        kept.site_id == site_id,
        or_(*[kept[name] != 0 for name in COUNTS]),
        ~exists().where(comments.c.commenter_id == kept.commenter_id),
    )
    return sum(int(connection.execute(query).scalar_one()) for query in (of_authors, of_nobody))


def counted() -> Select[tuple[int, ...]]:
    """What the records of all who wrote should be, by their comments and the reports on them."""
    # By person alone, which an index has in order: the site is found afterwards.
    by_status = (
        select(
            comments.c.commenter_id,
            _how_many(_VISIBLE).label("visible"),
            _how_many(_REJECTED).label("rejected"),
            _how_many(_PENDING).label("pending"),
        )
        .group_by(comments.c.commenter_id)
        .subquery()
    )
    # By an index of these few: the status of all is in another, and to read as what each counts would be to read them.
    gone = (
        select(comments.c.commenter_id, func.count().label("rejected"))
        .where(comments.c.counts_as == Status.REJECTED.value)
        .group_by(comments.c.commenter_id)
        .subquery()
    )
    reported = (
        select(comments.c.commenter_id, func.count(distinct(flags.c.comment_id)).label("reported"))
        .join(flags, flags.c.comment_id == comments.c.id)
        .where(flags.c.kind == FlagKind.REPORTED.value)
        .group_by(comments.c.commenter_id)
        .subquery()
    )
    return (
        select(
            commenters.c.id,
            commenters.c.site_id,
            by_status.c.visible,
            (by_status.c.rejected + func.coalesce(gone.c.rejected, 0)).label("rejected"),
            by_status.c.pending,
            func.coalesce(reported.c.reported, 0).label("reported"),
        )
        .join(by_status, by_status.c.commenter_id == commenters.c.id)
        .outerjoin(gone, gone.c.commenter_id == commenters.c.id)
        .outerjoin(reported, reported.c.commenter_id == commenters.c.id)
    )


def _how_many(place: int) -> ColumnElement[int]:
    such = [status.value for status, one in _PLACES.items() if one == place]
    return func.sum(case((comments.c.status.in_(such), 1), else_=0))
