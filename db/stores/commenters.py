"""Commenters, and what their earlier comments say of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Subquery,
    bindparam,
    case,
    distinct,
    func,
    insert,
    select,
    update,
)

from db.schema import commenter_records, commenters, comments, flags, measures
from db.stores._counting import counted_as
from db.stores._findable import NAMES, match
from db.stores._lists import among
from db.stores._measures import measure_of, values_of
from db.stores._prepared import Prepared
from db.stores._records import Records, recount, wrong
from db.stores._sql import insert_rows
from db.types import to_milliseconds
from moderation.article import Commenter, Record
from moderation.comment import VISIBLE, Status
from moderation.flag import FlagKind
from moderation.measure import Measure, MeasureKind, Reported, Reporting
from moderation.ports import Known
from moderation.text.normalise import folded

_KNOWN = Prepared(
    select(commenters.c.id, commenters.c.external_id, commenters.c.name).where(
        commenters.c.site_id == bindparam("site_id"), among(commenters.c.external_id, "external_ids")
    )
)
_RECORDS = Prepared(
    select(
        commenter_records.c.commenter_id,
        commenter_records.c.visible,
        commenter_records.c.rejected,
        commenter_records.c.pending,
    ).where(among(commenter_records.c.commenter_id, "ids"))
)
_WRITTEN = Prepared(
    select(comments.c.commenter_id, comments.c.fold, comments.c.created_at).where(
        among(comments.c.commenter_id, "ids"),
        comments.c.created_at >= bindparam("since"),
        # Of an old file most of what came since is another text.
        among(comments.c.fold, "folds"),
    )
)
_MEASURES = Prepared(select(measures).where(measures.c.commenter_id == bindparam("id")).order_by(measures.c.id.desc()))
_DECIDING = Prepared(
    select(measures).where(among(measures.c.commenter_id, "ids"), measures.c.kind != MeasureKind.WARN.value)
)
# Of who wrote more, what they wrote in some sections is counted among so many.
LATEST = 1_000
# Where so many names at most have the trigrams, these are read; a tenth of a millisecond for a hundred.
_FEW = 2_000
_HAVING = Prepared(
    select(func.count()).select_from(
        select(NAMES.index.c.rowid).where(NAMES.matches()).limit(_FEW + 1).subquery("having")
    )
)


def _by_people(status: Status) -> ColumnElement[int]:
    decided = (counted_as == status.value) & comments.c.decided_by_machine.is_(False)
    return func.sum(case((decided, 1), else_=0))


def commenter_of(row: Row[tuple[object, ...]]) -> Commenter:
    return Commenter(
        id=row.id, site_id=row.site_id, external_id=row.external_id, name=row.name, first_seen_at=row.first_seen_at
    )


class CommenterStore:
    def __init__(self, connection: Connection, new_id: Callable[[], int], records: Records) -> None:
        self._connection, self._new_id, self._records = connection, new_id, records

    def get(self, commenter_id: int) -> Commenter | None:
        row = self._connection.execute(select(commenters).where(commenters.c.id == commenter_id)).first()
        return commenter_of(row) if row else None

    def by_external(self, site_id: int, external_id: str) -> Commenter | None:
        query = select(commenters).where(commenters.c.site_id == site_id, commenters.c.external_id == external_id)
        row = self._connection.execute(query).first()
        return commenter_of(row) if row else None

    def named(self, site_id: int, words: Sequence[str], *, limit: int) -> list[Commenter]:
        order = (commenters.c.folded, commenters.c.id)
        # The ids first: where names are gone through in their order, the index alone has them.
        ids = select(commenters.c.id).where(*self._named(site_id, words)).order_by(*order).limit(limit)
        query = select(commenters).where(commenters.c.id.in_(ids)).order_by(*order)
        return [commenter_of(row) for row in self._connection.execute(query)]

    def _named(self, site_id: int, words: Sequence[str]) -> list[ColumnElement[bool]]:
        """PostgreSQL knows by itself whether the trigrams or the order of the names are sooner done."""
        holds = [NAMES.holds(self._connection, word) for word in words]
        rare = self._rare(words) if self._connection.dialect.name == "sqlite" else None
        if rare is None:
            return [commenters.c.site_id == site_id, *holds]
        found = select(NAMES.index.c.rowid).where(NAMES.matches().bindparams(trigrams=rare))
        # As a sum no index serves the site: else SQLite goes through all its names.
        return [commenters.c.site_id + 0 == site_id, commenters.c.id.in_(found), *holds]

    def _rare(self, words: Sequence[str]) -> str | None:
        """The trigrams that few names have: of one word, for the lists of a common one take their time, else of all.

        What many have is soon met in the order of the names; to be put in it all of theirs would be read first.
        """
        longest_first = sorted(words, key=len, reverse=True)
        asked = dict.fromkeys(match(some) for some in (*([word] for word in longest_first), words))
        few = (one for one in asked if one and _HAVING.scalar(self._connection, trigrams=one) <= _FEW)
        return next(few, None)

    def reporting(self, commenter: Commenter) -> Reporting:
        reported = comments.join(flags, flags.c.comment_id == comments.c.id)
        query = (
            select(
                func.count().label("made"),
                _by_people(Status.REJECTED).label("upheld"),
                _by_people(Status.APPROVED).label("turned_down"),
            )
            .select_from(reported)
            .where(
                flags.c.site_id == commenter.site_id,
                flags.c.source == commenter.external_id,
                flags.c.kind == FlagKind.REPORTED.value,
            )
        )
        row = self._connection.execute(query).one()
        return Reporting(made=row.made, upheld=row.upheld or 0, turned_down=row.turned_down or 0)

    def reported(self, commenter_id: int, *, within: Sequence[int] | None = None) -> Reported:
        theirs = comments if within is None else _latest(commenter_id)
        query = (
            select(func.count().label("reports"), func.count(distinct(flags.c.comment_id)).label("comments"))
            .select_from(theirs.join(flags, flags.c.comment_id == theirs.c.id))
            .where(theirs.c.commenter_id == commenter_id, flags.c.kind == FlagKind.REPORTED.value)
        )
        if within is not None:
            query = query.where(theirs.c.section_id.in_(within))
        row = self._connection.execute(query).one()
        return Reported(reports=row.reports, comments=row.comments)

    def add_measure(self, measure: Measure) -> None:
        values = values_of(measure) | {"commenter_id": measure.commenter_id}
        self._connection.execute(insert(measures).values(values))

    def measure(self, measure_id: int) -> Measure | None:
        row = self._connection.execute(select(measures).where(measures.c.id == measure_id)).first()
        return measure_of(row) if row else None

    def measures(self, commenter_id: int) -> list[Measure]:
        return [measure_of(row) for row in _MEASURES.all(self._connection, id=commenter_id)]

    def deciding(self, commenter_ids: Iterable[int]) -> dict[int, list[Measure]]:
        found: dict[int, list[Measure]] = {}
        if wanted := list(commenter_ids):
            for row in _DECIDING.all(self._connection, ids=wanted):
                found.setdefault(row.commenter_id, []).append(measure_of(row))
        return found

    def lift(self, measure: Measure) -> bool:
        changed = self._connection.execute(
            update(measures)
            .where(measures.c.id == measure.id, measures.c.lifted_at.is_(None))
            .values(lifted_at=measure.lifted_at, lifted_by=measure.lifted_by)
        )
        return changed.rowcount == 1

    def ensure(self, site_id: int, wanted: Mapping[str, str | None], *, at: datetime) -> Known:
        known = self._known(site_id, list(wanted))
        missing = sorted(set(wanted) - set(known))
        made = {key: (self._new_id(), wanted[key] or "") for key in missing}
        if made:
            first_seen = to_milliseconds(at)
            insert_rows(
                self._connection,
                commenters,
                ("id", "site_id", "external_id", "name", "folded", "first_seen_at"),
                [(id_, site_id, key, name, folded(name), first_seen) for key, (id_, name) in sorted(made.items())],
                ignore=True,
            )
            NAMES.add(self._connection, [(id_, folded(name)) for id_, name in made.values()])
            # On PostgreSQL another transaction may have made one of them first; on SQLite we are the only writer.
            known |= made if self._connection.dialect.name == "sqlite" else self._known(site_id, missing)
        self._rename({known[key][0]: name for key, name in wanted.items() if name and name != known[key][1]})
        ids = {key: commenter_id for key, (commenter_id, _) in known.items()}
        return Known(ids=ids, new=frozenset(made[key][0] for key in made if ids[key] == made[key][0]))

    def recount(self, site_id: int) -> int:
        self._records.settle()
        if found := wrong(self._connection, site_id):
            recount(self._connection, site_id)
        return found

    def records(self, commenter_ids: Iterable[int]) -> dict[int, Record]:
        self._records.settle()
        wanted = list(set(commenter_ids))
        found = dict.fromkeys(wanted, Record())
        for commenter_id, *counts in _RECORDS.tuples(self._connection, ids=wanted):
            found[commenter_id] = Record(*counts)
        return found

    def record_within(self, commenter_id: int, sections: Sequence[int]) -> Record:
        latest = _latest(commenter_id)
        columns = (latest.c.section_id, latest.c.counted_as)
        counted = self._connection.execute(select(*columns, func.count()).group_by(*columns)).all()
        here = Counter[Status]()
        for section_id, status, count in counted:
            if section_id in sections:
                here[Status(status)] += count
        return Record(
            visible=sum(here[status] for status in VISIBLE),
            rejected=here[Status.REJECTED],
            pending=here[Status.PENDING],
            reported=self.reported(commenter_id, within=sections).comments,
            of_latest=LATEST if sum(count for _, _, count in counted) == LATEST else None,
        )

    def repeats(self, pairs: Iterable[tuple[int, int]], *, since: datetime) -> dict[tuple[int, int], list[datetime]]:
        wanted = set(pairs)
        found: dict[tuple[int, int], list[datetime]] = {}
        ids = sorted({commenter_id for commenter_id, _ in wanted})
        folds = sorted({fold for _, fold in wanted})
        for row in _WRITTEN.all(self._connection, ids=ids, since=since, folds=folds):
            if (row.commenter_id, row.fold) in wanted:
                found.setdefault((row.commenter_id, row.fold), []).append(row.created_at)
        return found

    def _known(self, site_id: int, external_ids: list[str]) -> dict[str, tuple[int, str]]:
        found = _KNOWN.all(self._connection, site_id=site_id, external_ids=external_ids)
        return {row.external_id: (row.id, row.name) for row in found}

    def _rename(self, names: Mapping[int, str]) -> None:
        if not names:
            return
        with NAMES.changing(self._connection, list(names)):
            self._connection.execute(
                update(commenters)
                .where(commenters.c.id == bindparam("which"))
                .values(name=bindparam("to"), folded=bindparam("to_folded")),
                [
                    {"which": commenter_id, "to": name, "to_folded": folded(name)}
                    for commenter_id, name in sorted(names.items())
                ],
            )


def _latest(commenter_id: int) -> Subquery:
    """Of one name for all guests it would be half of the site's comments, for each card that is shown."""
    columns = (comments.c.id, comments.c.commenter_id, comments.c.section_id, counted_as.label("counted_as"))
    return (
        select(*columns)
        .where(comments.c.commenter_id == commenter_id)
        .order_by(comments.c.created_at.desc())
        .limit(LATEST)
        .subquery()
    )
