"""What one filter of a search leaves, on SQLite, which goes by one index alone.

With the index of words it looks up the filter in every text that has the word; without words it reads from the newest
comment on. Where hardly anything fits, either is the whole site: then what fits is read through instead.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from db.schema import HIGH, HIGH_FROM, articles, commenter_emails, comments, scores
from db.stores.emails import within
from moderation.comment import Status
from moderation.search import SearchFilter

# So many texts are read through in a few milliseconds, and as many ids are bound to one statement.
FEW = 2_000
# From the newest on, so many are passed over as soon.
_PASSED = 20_000


def few(connection: Connection, site_id: int, where: SearchFilter) -> list[int] | None:
    """The comments that one of the filters leaves, if they are few: others than the search finds may be among them."""
    for query in _left(connection.dialect.name, site_id, where):
        found = connection.execute(query.limit(FEW + 1)).scalars().all()
        if len(found) <= FEW:
            return list(found)
    return None


def last(connection: Connection, site_id: int, where: SearchFilter) -> int | None:
    """The highest id of those written before `until`, where many came later: from there on the newest are read."""
    if where.until is None:
        return None
    of_site = comments.c.site_id == site_id
    later = select(comments.c.id).where(of_site, comments.c.created_at >= where.until).limit(_PASSED)
    if len(connection.execute(later).all()) < _PASSED:
        return None
    return connection.execute(select(func.max(comments.c.id)).where(of_site, *written(where))).scalar()


def newest(connection: Connection, before: int | None) -> int | None:
    """From which id on the newest are passed over as soon as many; None where there are no more than these."""
    ids = select(comments.c.id).order_by(comments.c.id.desc()).limit(1).offset(_PASSED)
    return connection.execute(ids if before is None else ids.where(comments.c.id < before)).scalar()


def has_status(status: Status) -> ColumnElement[bool]:
    """Written out, because a partial index serves only what is known to lie in it."""
    return comments.c.status == bindparam("status", status.value, literal_execute=True)


def of_domain(site_id: int | ColumnElement[int], domain: str) -> Select[Any]:
    """The commenters with such an address."""
    return select(commenter_emails.c.commenter_id).where(commenter_emails.c.site_id == site_id, within(domain))


def written(where: SearchFilter) -> list[ColumnElement[bool]]:
    found = [comments.c.created_at >= where.since] if where.since else []
    return [*found, comments.c.created_at < where.until] if where.until else found


def by_score(where: SearchFilter) -> list[ColumnElement[bool]]:
    score = scores.c[where.label or "reject"]
    found = [score >= where.at_least] if where.at_least is not None else []
    return [*found, score <= where.at_most] if where.at_most is not None else found


def _left(dialect: str, site_id: int, where: SearchFilter) -> Iterator[Select[Any]]:
    """Of each filter the comments that its index finds. Low scores have none: all that are stored are read, which is a
    tenth of reading the comments."""
    of_site, ids = comments.c.site_id == site_id, select(comments.c.id)
    if where.commenter_id is not None:
        yield ids.where(comments.c.commenter_id == where.commenter_id)
    if where.article_id is not None:
        yield ids.where(comments.c.article_id == where.article_id)
    if where.section_id is not None:
        yield ids.where(_of_sections(articles.c.section_id == where.section_id))
    if where.within is not None:
        yield ids.where(_of_sections(articles.c.section_id.in_(where.within)))
    if where.status in (Status.PENDING, Status.REJECTED):
        yield ids.where(of_site, has_status(where.status))
    if where.language is not None:
        yield ids.where(of_site, comments.c.language == where.language)
    if where.domain is not None:
        yield ids.where(comments.c.commenter_id.in_(of_domain(site_id, where.domain)))
    if where.since is not None or where.until is not None:
        yield ids.where(of_site, *written(where))
    if asked := by_score(where):
        high = [HIGH[dialect]] if where.at_least is not None and where.at_least >= HIGH_FROM else []
        yield select(scores.c.comment_id).where(scores.c.site_id == site_id, *asked, *high)


def _of_sections(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return comments.c.article_id.in_(select(articles.c.id).where(condition))
