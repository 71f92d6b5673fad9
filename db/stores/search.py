"""Comments by what is in them: an index of trigrams narrows, the words themselves decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    Select,
    Text,
    bindparam,
    exists,
    func,
    literal,
    literal_column,
    select,
)

from db.engine import leave_no_trace
from db.schema import articles, commenter_emails, commenters, comments, queue, scores, search_texts, staff
from db.stores import _narrowing
from db.stores._findable import TEXTS, match
from db.stores._lists import among
from db.stores._narrowing import by_score, has_status, of_domain, written
from db.stores._prepared import Prepared
from db.stores._sql import chunks
from db.stores.comments import COLUMNS, comment_of, scores_of
from db.stores.emails import within
from moderation.comment import Status
from moderation.score import LABELS
from moderation.search import Chosen, Claim, Folded, Found, SearchFilter

# Of a wave so many are compared.
_WAVE = 2_000
_SCORES = [scores.c[name] for name in ("model", *LABELS, "reject")]
_present = (scores.c.comment_id == comments.c.id) & (scores.c.revision == comments.c.revision)
_ROWS = Prepared(
    select(
        *COLUMNS,
        *_SCORES,
        commenters.c.name.label("commenter_name"),
        articles.c.title.label("article_title"),
        comments.c.decided_by_machine,
        queue.c.claimed_by,
        queue.c.claimed_until,
        func.coalesce(func.nullif(staff.c.display_name, ""), staff.c.name).label("holder"),
    )
    .join(scores, _present)
    .join(commenters, commenters.c.id == comments.c.commenter_id)
    .join(articles, articles.c.id == comments.c.article_id)
    .outerjoin(queue, queue.c.comment_id == comments.c.id)
    .outerjoin(staff, staff.c.id == queue.c.claimed_by)
    .where(among(comments.c.id, "ids"))
    .order_by(comments.c.id.desc())
)
_PLACES = ("one", "other", "third", "fourth")
_WORDS = tuple(bindparam(name, type_=Text()) for name in _PLACES)
_ESCAPE = "/"


def _sharing(*, sqlite: bool, placed: bool) -> list[Prepared]:
    """Of one of two pairs both words, the newest first; what each finds is part of it."""
    return [_newest(*way, sqlite=sqlite, placed=placed) for way in (_of_fts5() if sqlite else [_of_patterns()])]


def _newest(query: Select[Any], order: ColumnElement[int], *, sqlite: bool, placed: bool) -> Prepared:
    query = query.where(comments.c.status != Status.ERASED.value)
    if placed:
        query = query.where(among(comments.c.section_id, "within"))
    if not sqlite:
        # Of a wave no more than can be sorted at once.
        found = query.limit(_WAVE).subquery("ours")
        query, order = select(found), found.c.id
    newest = query.order_by(order.desc()).limit(bindparam("most", type_=Integer()))
    return Prepared(newest, one_plan=True)


def _of_fts5() -> list[tuple[Select[Any], ColumnElement[int]]]:
    """Its index delivers rows in the order of their ids, so that it is soon done also where the words are common."""
    one, other, third, fourth = [func.instr(search_texts.c.folded, word) > 0 for word in _WORDS]
    query = (
        select(comments.c.id, search_texts.c.folded)
        .join(search_texts, search_texts.c.comment_id == comments.c.id)
        .where(
            (one & other) | (third & fourth),
            comments.c.site_id + literal_column("0") == bindparam("site"),
        )
    )
    return TEXTS.found(query)


def _of_patterns() -> tuple[Select[Any], ColumnElement[int]]:
    """What the index of trigrams finds comes first, one after another as it is asked for.

    Left to itself PostgreSQL takes rare words for common ones, and reads all comments from the newest on.
    """
    one, other, third, fourth = [search_texts.c.folded.like(word, escape=_ESCAPE) for word in _WORDS]
    found = (
        select(search_texts.c.comment_id, search_texts.c.folded)
        .where((one & other) | (third & fourth))
        .cte("found")
        .prefix_with("MATERIALIZED")
    )
    query = (
        select(comments.c.id, found.c.folded)
        .join(found, found.c.comment_id == comments.c.id)
        .where(comments.c.site_id == bindparam("site"))
    )
    return query, comments.c.id


_SHARING = {
    (sqlite, placed): _sharing(sqlite=sqlite, placed=placed) for sqlite in (False, True) for placed in (False, True)
}


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
        return [
            Found(
                comment=comment_of(row),
                scores=scores_of(row),
                commenter_name=row.commenter_name,
                article_title=row.article_title,
                by_machine=row.decided_by_machine,
                claim=_claim_of(row),
            )
            for row in _ROWS.all(self._connection, ids=list(comment_ids))
        ]

    def sharing(
        self, site_id: int, pairs: Sequence[Sequence[str]], *, within: Sequence[int] | None, limit: int
    ) -> dict[int, str]:
        found = [word for pair in pairs for word in (pair[0], pair[-1])]
        asked: dict[str, object] = {"site": site_id, "most": limit}
        asked |= {} if within is None else {"within": list(within)}
        if self._sqlite:
            asked |= zip(_PLACES, found, strict=True)
            asked["trigrams"] = " OR ".join(f"({match(pair)})" for pair in pairs)
        else:
            asked |= {name: _pattern(word) for name, word in zip(_PLACES, found, strict=True)}
        found_by = _SHARING[self._sqlite, within is not None]
        rows = [row for one in found_by for row in one.all(self._connection, **asked)]
        newest = sorted(rows, key=lambda row: -row.id)[:limit]
        return {row.id: row.folded for row in newest}

    def tidy(self, going: int | None) -> int | None:
        going = TEXTS.tidy(self._connection, going)
        if going is None:
            leave_no_trace(self._connection)
        return going

    def folded(self, site_id: int, where: SearchFilter, *, limit: int, waiting: bool = False) -> list[Folded]:
        # From the queue where it is asked for: among many comments few wait.
        newest = queue.c.comment_id if waiting else comments.c.id
        query = (
            select(
                comments.c.id,
                comments.c.version,
                comments.c.revision,
                comments.c.commenter_id,
                comments.c.article_id,
                search_texts.c.folded,
            )
            .join(search_texts, search_texts.c.comment_id == comments.c.id)
            .where(self._of_site(site_id, where), *_conditions(where))
            .order_by(newest.desc())
            .limit(limit)
        )
        if waiting:
            query = query.join(queue, queue.c.comment_id == comments.c.id).where(queue.c.site_id == site_id)
        return [Folded(*row) for row in self._connection.execute(query)]

    def still(self, site_id: int, comment_ids: Sequence[int], *, waiting: bool) -> list[Folded]:
        found: list[Folded] = []
        for some in chunks(comment_ids):
            query = select(
                comments.c.id,
                comments.c.version,
                comments.c.revision,
                comments.c.commenter_id,
                comments.c.article_id,
                literal(""),
            ).where(comments.c.id.in_(some), comments.c.site_id == site_id, *_conditions(SearchFilter()))
            if waiting:
                query = query.join(queue, queue.c.comment_id == comments.c.id)
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

    def of_authors(self, site_id: int, where: SearchFilter, *, statuses: Sequence[Status], limit: int) -> list[Chosen]:
        whose = [comments.c.commenter_id == where.commenter_id] if where.commenter_id is not None else []
        if where.domain is not None:
            whose.append(comments.c.commenter_id.in_(of_domain(site_id, where.domain)))
        if where.within is not None:
            whose.append(comments.c.section_id.in_(where.within))
        # The index of commenters has the status; to be put in order all of theirs would be read first.
        query = (
            select(comments.c.id, comments.c.version)
            .where(self._site_alone(site_id), *whose, comments.c.status.in_(statuses))
            .limit(limit)
        )
        return [Chosen(row.id, row.version) for row in self._connection.execute(query)]

    def _ids(self, site_id: int, where: SearchFilter, *, before: int | None, limit: int) -> list[Chosen]:
        if where.words and where.status is Status.ERASED:
            # No text of theirs is kept, and to know that a common word is in none all texts would be read.
            return []
        query = self._asked(site_id, where)
        few = _narrowing.few(self._connection, site_id, where)
        if few == []:
            return []
        if where.words:
            query = query.join(search_texts, search_texts.c.comment_id == comments.c.id)
            query = query.where(*[TEXTS.holds(self._connection, word) for word in where.words])
        ways: list[tuple[Select[Any], ColumnElement[int]]] = [(query, comments.c.id)]
        if few is not None:
            ways = [(query.where(comments.c.id.in_(few)), comments.c.id)]
        elif self._sqlite:
            if (last := _narrowing.last(self._connection, site_id, where)) is not None:
                before = last + 1 if before is None else min(last + 1, before)
            if where.words:
                # The index delivers its rows in the order of their ids, so a page of a common word is soon full.
                ways = TEXTS.found(query, match(where.words))
            elif where.commenter_id is not None:
                found = self._among_newest(site_id, where, before=before, limit=limit)
                if len(found) == limit:
                    return found
        rows = [row for way in ways for row in self._newest(*way, before=before, limit=limit)]
        return sorted((Chosen(row.id, row.version) for row in rows), key=lambda one: -one.comment_id)[:limit]

    def _asked(self, site_id: int, where: SearchFilter) -> Select[Any]:
        query = select(comments.c.id, comments.c.version).where(self._of_site(site_id, where), *_conditions(where))
        asks_scores = where.at_least is not None or where.at_most is not None
        return query.join(scores, _present) if asks_scores else query

    def _among_newest(self, site_id: int, where: SearchFilter, *, before: int | None, limit: int) -> list[Chosen]:
        """Of who writes much: their own index has all of it in another order, and would sort it for each page."""
        query = self._asked(site_id, replace(where, commenter_id=None))
        query = query.where(comments.c.commenter_id + 0 == where.commenter_id)
        if (first := _narrowing.newest(self._connection, before)) is not None:
            query = query.where(comments.c.id >= first)
        return [Chosen(row.id, row.version) for row in self._newest(query, comments.c.id, before=before, limit=limit)]

    def _newest(
        self, query: Select[Any], order: ColumnElement[int], *, before: int | None, limit: int
    ) -> Sequence[Row[Any]]:
        if before is not None:
            query = query.where(order < before)
        return self._connection.execute(query.order_by(order.desc()).limit(limit)).all()

    def _of_site(self, site_id: int, where: SearchFilter) -> ColumnElement[bool]:
        """`_site_alone`, for SQLite would fetch and sort a whole site instead of reading from its end.

        That of what readers do not see or, where no words are looked for, of a language delivers in the order of ids.
        """
        ordered = where.status in (Status.PENDING, Status.REJECTED) or (where.language is not None and not where.words)
        return comments.c.site_id == site_id if ordered else self._site_alone(site_id)

    def _site_alone(self, site_id: int) -> ColumnElement[bool]:
        """As a sum no index serves it."""
        return comments.c.site_id + 0 == site_id if self._sqlite else comments.c.site_id == site_id


def _claim_of(row: Any) -> Claim | None:
    if row.claimed_by is None:
        return None
    return Claim(staff_id=row.claimed_by, name=row.holder, until=row.claimed_until)


def _pattern(word: str) -> str:
    return "%" + re.sub(r"[/%_]", r"/\g<0>", word) + "%"


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
        found.append(has_status(where.status))
    if where.domain is not None:
        # A look-up for each comment; a list of the domain's commenters SQLite would make anew for each.
        of_them = commenter_emails.c.commenter_id == comments.c.commenter_id
        found.append(exists().where(of_them, within(where.domain)))
    if where.within is not None:
        found.append(comments.c.section_id.in_(where.within))
    return [*found, *written(where), *by_score(where)]
