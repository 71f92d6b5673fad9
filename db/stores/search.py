"""Comments by what is in them: an index of trigrams narrows, the words themselves decide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, literal, select
from sqlalchemy import text as literal_text

from db.schema import articles, commenter_emails, commenters, comments, scores, search_texts
from db.stores._findable import INDEX
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import chunks
from db.stores.comments import COLUMNS, comment_of, scores_of
from db.stores.emails import within
from moderation.comment import Status
from moderation.score import LABELS
from moderation.search import Chosen, Folded, Found, SearchFilter
from moderation.text.finding import trigrams

# So many texts are read through in a few milliseconds, and as many ids are bound to one statement.
RARE = 2_000
_SCORES = [scores.c[name] for name in ("model", *LABELS, "reject")]


_TEXTS = Prepared(
    select(search_texts.c.comment_id, search_texts.c.folded).where(among(search_texts.c.comment_id, "ids"))
)


class SearchStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def page(self, site_id: int, where: SearchFilter, *, before: int | None, limit: int) -> list[Found]:
        # The ids first: what a row shows is then fetched for these alone.
        return self.rows([one.comment_id for one in self._ids(site_id, where, before=before, limit=limit)])

    def rows(self, comment_ids: Sequence[int]) -> list[Found]:
        if not comment_ids:
            return []
        query: Select[Any] = (
            select(
                *COLUMNS,
                *_SCORES,
                commenters.c.name.label("commenter_name"),
                articles.c.title.label("article_title"),
                comments.c.decided_by_machine,
            )
            .join(scores, _present)
            .join(commenters, commenters.c.id == comments.c.commenter_id)
            .join(articles, articles.c.id == comments.c.article_id)
            .where(comments.c.id.in_(comment_ids))
            .order_by(comments.c.id.desc())
        )
        return [
            Found(
                comment=comment_of(row),
                scores=scores_of(row),
                commenter_name=row.commenter_name,
                article_title=row.article_title,
                by_machine=row.decided_by_machine,
            )
            for row in self._connection.execute(query)
        ]

    def texts(self, comment_ids: Sequence[int]) -> dict[int, str]:
        found = _TEXTS.all(self._connection, ids=list(comment_ids)) if comment_ids else []
        return {row.comment_id: row.folded for row in found}

    def folded(self, site_id: int, where: SearchFilter, *, limit: int) -> list[Folded]:
        query = (
            select(
                comments.c.id,
                comments.c.version,
                comments.c.commenter_id,
                comments.c.article_id,
                search_texts.c.folded,
            )
            .join(search_texts, search_texts.c.comment_id == comments.c.id)
            .where(self._of_site(site_id, where), *_conditions(where))
            .order_by(comments.c.id.desc())
            .limit(limit)
        )
        return [Folded(*row) for row in self._connection.execute(query)]

    def still(self, site_id: int, comment_ids: Sequence[int], *, status: Status | None) -> list[Folded]:
        found: list[Folded] = []
        for some in chunks(comment_ids):
            query = select(
                comments.c.id, comments.c.version, comments.c.commenter_id, comments.c.article_id, literal("")
            ).where(comments.c.id.in_(some), comments.c.site_id == site_id, *_conditions(SearchFilter(status=status)))
            found += [Folded(*row) for row in self._connection.execute(query)]
        return found

    def spread(self, site_id: int, where: SearchFilter, *, limit: int) -> list[tuple[float, Status]]:
        ids = [one.comment_id for one in self._ids(site_id, where, before=None, limit=limit)]
        query = (
            select(scores.c[where.label or "reject"].label("score"), comments.c.status)
            .join(comments, _present)
            .where(comments.c.id.in_(ids))
        )
        return [(row.score, Status(row.status)) for row in self._connection.execute(query)] if ids else []

    def choose(self, site_id: int, where: SearchFilter, *, limit: int) -> list[Chosen]:
        return self._ids(site_id, where, before=None, limit=limit)

    def _ids(self, site_id: int, where: SearchFilter, *, before: int | None, limit: int) -> list[Chosen]:
        query: Select[Any] = select(comments.c.id, comments.c.version).where(
            self._of_site(site_id, where), *_conditions(where)
        )
        order: ColumnElement[int] = comments.c.id
        if where.words:
            query = query.join(search_texts, search_texts.c.comment_id == comments.c.id)
            query = query.where(*[self._holds(word) for word in where.words])
            rare = self._rare(site_id, where) if self._sqlite else None
            if rare is not None:
                query = query.where(comments.c.id.in_(rare))
            elif self._sqlite:
                # The index delivers its rows in the order of their ids, so a page of a common word is soon full.
                order = INDEX.c.rowid
                query = query.join(INDEX, INDEX.c.rowid == search_texts.c.comment_id)
                query = query.where(literal_text("search_index MATCH :trigrams").bindparams(trigrams=_match(where)))
        if where.at_least is not None or where.at_most is not None:
            query = query.join(scores, _present)
        if before is not None:
            query = query.where(order < before)
        rows = self._connection.execute(query.order_by(order.desc()).limit(limit))
        return [Chosen(row.id, row.version) for row in rows]

    def _rare(self, site_id: int, where: SearchFilter) -> list[int] | None:
        """The comments that one of the filters leaves, where an index finds them and they are few.

        SQLite takes the index of words or that of the filter, never both: a common word with a filter that nothing fits
        would be looked up in every text that has the word. Few comments are quickly read through instead.
        """
        for condition in _indexed(site_id, where):
            found = self._connection.execute(select(comments.c.id).where(*condition).limit(RARE + 1)).scalars().all()
            if len(found) <= RARE:
                return list(found)
        return None

    def _of_site(self, site_id: int, where: SearchFilter) -> ColumnElement[bool]:
        """As a sum no index serves it: SQLite would fetch and sort a whole site instead of reading from its end."""
        if self._sqlite and where.status is None:
            return comments.c.site_id + 0 == site_id
        return comments.c.site_id == site_id

    def _holds(self, word: str) -> ColumnElement[bool]:
        if self._sqlite:
            return func.instr(search_texts.c.folded, word) > 0
        return search_texts.c.folded.contains(word, autoescape=True)


_present = (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision)


def _match(where: SearchFilter) -> str:
    """FTS5's own language: each trigram is a string, in which a double quote is doubled."""
    return " AND ".join('"' + one.replace('"', '""') + '"' for one in trigrams(where.words))


def _indexed(site_id: int, where: SearchFilter) -> Iterator[list[ColumnElement[bool]]]:
    """Of each filter that an index serves, what that index is asked."""
    if where.commenter_id is not None:
        yield [comments.c.commenter_id == where.commenter_id]
    if where.article_id is not None:
        yield [comments.c.article_id == where.article_id]
    if where.section_id is not None:
        yield [comments.c.article_id.in_(select(articles.c.id).where(articles.c.section_id == where.section_id))]
    if where.status in (Status.PENDING, Status.REJECTED):
        yield [comments.c.site_id == site_id, _has_status(where.status)]
    if where.since is not None or where.until is not None:
        written = [comments.c.created_at >= where.since] if where.since else []
        written += [comments.c.created_at < where.until] if where.until else []
        yield [comments.c.site_id == site_id, *written]


def _has_status(status: Status) -> ColumnElement[bool]:
    """Written out, because a partial index serves only what is known to lie in it."""
    return comments.c.status == bindparam("status", status.value, literal_execute=True)


def _conditions(where: SearchFilter) -> list[ColumnElement[bool]]:
    equal = {
        comments.c.article_id: where.article_id,
        comments.c.section_id: where.section_id,
        comments.c.commenter_id: where.commenter_id,
        comments.c.language: where.language,
    }
    found: list[ColumnElement[bool]] = [one == value for one, value in equal.items() if value is not None]
    if where.status is None:
        found.append(comments.c.status != Status.ERASED.value)
    else:
        found.append(_has_status(where.status))
    if where.domain is not None:
        theirs = select(commenter_emails.c.commenter_id).where(
            commenter_emails.c.site_id == comments.c.site_id, within(where.domain)
        )
        found.append(comments.c.commenter_id.in_(theirs.correlate(comments)))
    if where.within is not None:
        found.append(comments.c.section_id.in_(where.within))
    if where.since is not None:
        found.append(comments.c.created_at >= where.since)
    if where.until is not None:
        found.append(comments.c.created_at < where.until)
    score = scores.c[where.label or "reject"]
    if where.at_least is not None:
        found.append(score >= where.at_least)
    if where.at_most is not None:
        found.append(score <= where.at_most)
    return found
