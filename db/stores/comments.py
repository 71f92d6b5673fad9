"""Comments, their revisions, scores and flags."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, literal, select, tuple_, update

from db.schema import appeals, comments, flags, revisions, scores
from db.stores import _findable
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._records import Records
from db.stores._sql import chunks, insert_ignoring, insert_rows
from db.types import to_milliseconds
from moderation.comment import COUNTED_ON, Comment, Revision, Status
from moderation.decision import Reason
from moderation.flag import Flag, FlagKind
from moderation.ports import NewComment
from moderation.score import LABELS, Scores

COLUMNS = [
    comments.c[name]
    for name in (
        "id", "site_id", "article_id", "section_id", "commenter_id", "external_id", "parent_id", "body", "language",
        "status", "version", "revision", "created_at", "received_at", "edited_at",
    )
]  # fmt: skip

_INSERTED = (
    "id", "site_id", "article_id", "section_id", "commenter_id", "external_id", "parent_id", "parent_external_id",
    "body", "salt", "fold", "language", "status", "version", "revision", "civil", "decided_by_machine", "asks",
    "created_at", "received_at",
)  # fmt: skip

_get = select(*COLUMNS).where(comments.c.id == bindparam("id"))
_GET = Prepared(_get)
_LOCKED = Prepared(_get.with_for_update())
_BY_EXTERNAL = Prepared(
    select(*COLUMNS).where(comments.c.site_id == bindparam("site_id"), among(comments.c.external_id, "external_ids"))
)
_advance = (
    update(comments)
    .where(comments.c.id == bindparam("which"), comments.c.version == bindparam("seen"))
    .values(status=bindparam("to_status"), version=bindparam("to_version"))
)
_ADVANCE = Prepared(_advance)
_DECIDE = Prepared(_advance.values(decided_by_machine=bindparam("by_machine")))
_REVISIONS = Prepared(select(revisions).where(revisions.c.comment_id == bindparam("id")).order_by(revisions.c.number))
_SCORES = Prepared(
    select(scores).where(scores.c.comment_id == bindparam("id"), scores.c.revision == bindparam("revision"))
)
_FLAGS = Prepared(select(flags).where(flags.c.comment_id == bindparam("id")).order_by(flags.c.id))
_reports = (
    select(func.count())
    .select_from(flags)
    .where(flags.c.comment_id == bindparam("id"), flags.c.kind == FlagKind.REPORTED.value)
)
_REPORTS = Prepared(_reports)
_REPORTS_OF = Prepared(
    select(flags.c.comment_id, func.count().label("reports"))
    .where(among(flags.c.comment_id, "ids"), flags.c.kind == FlagKind.REPORTED.value)
    .group_by(flags.c.comment_id)
)
_NEW_REPORTS = Prepared(_reports.where(flags.c.created_at > bindparam("since")))


def comment_of(row: Row[tuple[object, ...]]) -> Comment:
    return Comment(
        id=row.id,
        site_id=row.site_id,
        article_id=row.article_id,
        section_id=row.section_id,
        commenter_id=row.commenter_id,
        external_id=row.external_id,
        parent_id=row.parent_id,
        body=row.body,
        language=row.language,
        status=Status(row.status),
        version=row.version,
        revision=row.revision,
        created_at=row.created_at,
        received_at=row.received_at,
        edited_at=row.edited_at,
    )


def scores_of(row: Row[tuple[object, ...]]) -> Scores:
    return Scores(model=row.model, reject=row.reject, **{label: getattr(row, label) for label in LABELS})


class CommentStore:
    def __init__(self, connection: Connection, records: Records) -> None:
        self._connection, self._records = connection, records

    def get(self, comment_id: int) -> Comment | None:
        row = _GET.first(self._connection, id=comment_id)
        return comment_of(row) if row else None

    def locked(self, comment_id: int) -> Comment | None:
        row = _LOCKED.first(self._connection, id=comment_id)
        return comment_of(row) if row else None

    def by_external(self, site_id: int, external_ids: Sequence[str]) -> dict[str, Comment]:
        found = _BY_EXTERNAL.all(self._connection, site_id=site_id, external_ids=external_ids)
        return {row.external_id: comment_of(row) for row in found}

    def insert(self, site_id: int, rows: Sequence[tuple[NewComment, Status, bool]], *, at: datetime) -> None:
        received = to_milliseconds(at)
        insert_rows(
            self._connection,
            comments,
            _INSERTED,
            [
                (
                    new.id,
                    site_id,
                    new.article_id,
                    new.section_id,
                    new.commenter_id,
                    new.incoming.external_id,
                    new.parent_id,
                    new.incoming.parent_id,
                    new.incoming.body,
                    new.salt,
                    new.fold,
                    new.language,
                    str(status),
                    1,
                    1,
                    new.civil,
                    by_machine,
                    new.asks,
                    to_milliseconds(new.incoming.created_at),
                    received,
                )
                for new, status, by_machine in rows
            ],
            together=True,
        )
        _findable.add(self._connection, [(new.id, new.folded) for new, _, _ in rows])
        for new, status, _ in rows:
            self._records.add(site_id, new.commenter_id, status)

    def advance(self, comment: Comment, *, status: Status, by_machine: bool | None) -> None:
        if not (status is Status.ERASED and comment.status in COUNTED_ON):
            self._records.add(comment.site_id, comment.commenter_id, comment.status, -1)
            self._records.add(comment.site_id, comment.commenter_id, status)
        statement, said = (_ADVANCE, {}) if by_machine is None else (_DECIDE, {"by_machine": by_machine})
        statement.defer(
            self._connection,
            must_change=True,
            which=comment.id,
            seen=comment.version,
            to_status=str(status),
            to_version=comment.version + 1,
            **said,
        )

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
        old_salt = self.salt(comment.id)
        self._connection.execute(
            insert(revisions).values(
                comment_id=comment.id,
                number=comment.revision,
                site_id=comment.site_id,
                body=comment.body,
                salt=old_salt,
                replaced_at=at,
            )
        )
        self._connection.execute(
            update(comments)
            .where(comments.c.id == comment.id)
            .values(
                body=body,
                salt=salt,
                fold=fold,
                language=language,
                civil=civil,
                asks=asks,
                revision=comment.revision + 1,
                edited_at=at,
            )
        )
        _findable.change(self._connection, comment.id, folded)

    def salt(self, comment_id: int) -> bytes | None:
        query = select(comments.c.salt).where(comments.c.id == comment_id)
        stored: bytes | None = self._connection.execute(query).scalar_one()
        return stored

    def erase(self, comment: Comment) -> None:
        _findable.remove(self._connection, comment.id)
        self._connection.execute(delete(revisions).where(revisions.c.comment_id == comment.id))
        counts_as = str(comment.status) if comment.status in COUNTED_ON else None
        self._connection.execute(
            update(comments)
            .where(comments.c.id == comment.id)
            .values(body="", salt=None, fold=0, asks=0, counts_as=counts_as)
        )
        self._connection.execute(update(appeals).where(appeals.c.comment_id == comment.id).values(text="", salt=None))

    def ancestors(self, comment_id: int, *, limit: int) -> list[int]:
        # The depth also ends a circle, which only a broken import could have made.
        first = select(comments.c.parent_id, literal(1).label("depth")).where(comments.c.id == comment_id)
        above = first.cte("above", recursive=True)
        further = select(comments.c.parent_id, above.c.depth + 1).where(
            comments.c.id == above.c.parent_id, above.c.depth < limit
        )
        chain = above.union_all(further)
        query = select(chain.c.parent_id).where(chain.c.parent_id.is_not(None)).order_by(chain.c.depth)
        return list(self._connection.execute(query).scalars())

    def replies(self, comment_id: int) -> list[int]:
        query = select(comments.c.id).where(comments.c.parent_id == comment_id).order_by(comments.c.id)
        return list(self._connection.execute(query).scalars())

    def revisions(self, comment_id: int) -> tuple[Revision, ...]:
        return tuple(
            Revision(number=row.number, body=row.body, replaced_at=row.replaced_at)
            for row in _REVISIONS.all(self._connection, id=comment_id)
        )

    def add_scores(self, site_id: int, rows: Sequence[tuple[int, int, Scores]]) -> None:
        insert_rows(
            self._connection,
            scores,
            ("comment_id", "revision", "site_id", "model", *LABELS, "reject"),
            [
                (comment_id, revision, site_id, given.model, *given.values(), given.reject)
                for comment_id, revision, given in rows
            ],
            together=True,
        )

    def scores(self, comment_id: int, revision: int) -> Scores | None:
        row = _SCORES.first(self._connection, id=comment_id, revision=revision)
        return scores_of(row) if row else None

    def scores_of(self, given: Sequence[Comment]) -> dict[int, Scores]:
        found = {}
        for some in chunks(given):
            keys = [(comment.id, comment.revision) for comment in some]
            query = select(scores).where(tuple_(scores.c.comment_id, scores.c.revision).in_(keys))
            for row in self._connection.execute(query):
                found[row.comment_id] = scores_of(row)
        return found

    def add_flag(self, flag_id: int, comment: Comment, flag: Flag) -> bool:
        row = {
            "id": flag_id,
            "site_id": comment.site_id,
            "comment_id": comment.id,
            "article_id": comment.article_id,
            "kind": flag.kind.value,
            "reason": flag.reason.value,
            "source": flag.source,
            "note": flag.note,
            "created_at": flag.created_at,
        }
        insert_ignoring(self._connection, flags, [row])
        if self._connection.execute(select(flags.c.id).where(flags.c.id == flag_id)).first() is None:
            return False
        if flag.kind is FlagKind.REPORTED and self.reports(comment.id) == 1:
            self._records.add_reported(comment.site_id, comment.commenter_id)
        return True

    def flags(self, comment_id: int) -> tuple[Flag, ...]:
        return tuple(
            Flag(
                kind=FlagKind(row.kind),
                reason=Reason(row.reason),
                source=row.source,
                note=row.note,
                created_at=row.created_at,
            )
            for row in _FLAGS.all(self._connection, id=comment_id)
        )

    def reports(self, comment_id: int, *, since: datetime | None = None) -> int:
        if since is not None:
            return int(_NEW_REPORTS.scalar(self._connection, id=comment_id, since=since))
        return int(_REPORTS.scalar(self._connection, id=comment_id))

    def reports_of(self, comment_ids: Sequence[int]) -> dict[int, int]:
        return {row.comment_id: row.reports for row in _REPORTS_OF.all(self._connection, ids=comment_ids)}
