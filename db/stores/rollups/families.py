"""What is counted beforehand of comments, and by what: one table each, filled and read alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Table, func, literal

from db.schema import article_tallies, comment_tallies, comments, decisions, reason_tallies
from db.stores._counting import counted_as, made_it_so
from db.stores.insights.measures import MEASURES
from db.stores.rollups.clock import Kind
from moderation.comment import Status

Cell = tuple[Any, ...]
"""(kind, at, and the family's keys in their order); the kind as a plain word, which is quicker to look up."""
Counts = dict[Cell, Sequence[int]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Family:
    """`keys` by the names of the table's columns, `counts` likewise. `bases`: the kinds that are counted from comments,
    each with what of the keys it keeps; the others are sums of these. `of` adds what the keys need to the comments."""

    table: Table
    keys: Mapping[str, ColumnElement[Any]]
    counts: Mapping[str, ColumnElement[Any]]
    bases: Mapping[Kind, Callable[[Cell], Cell]]
    of: Callable[[FromClause], FromClause] = lambda found: found
    where: tuple[ColumnElement[bool], ...] = ()


OF_ARTICLES = (Kind.ARTICLE_DAY, Kind.ARTICLE_MONTH)
_REJECTED = Status.REJECTED.value
_section = func.coalesce(comments.c.section_id, literal(0))

COMMENTS = Family(
    table=comment_tallies,
    keys={
        "section_id": _section,
        "article_id": comments.c.article_id,
        "language": comments.c.language,
        "status": counted_as,
    },
    counts={name: MEASURES[name] for name in ("comments", "civil", "replies", "characters", "machine", "waiting")},
    bases={Kind.HOUR: lambda keys: (keys[0], 0, *keys[2:]), Kind.ARTICLE_DAY: lambda keys: keys},
)
REASONS = Family(
    table=reason_tallies,
    keys={"section_id": _section, "language": comments.c.language, "reasons": decisions.c.reasons},
    counts={"comments": func.count()},
    bases={Kind.HOUR: lambda keys: keys},
    of=lambda found: found.join(decisions, made_it_so),
    where=(counted_as == _REJECTED,),
)
COUNTED = (COMMENTS, REASONS)
ARTICLES = Family(
    table=article_tallies,
    keys={"section_id": COMMENTS.keys["section_id"], "article_id": comments.c.article_id},
    counts={name: MEASURES[name] for name in ("comments", "civil", "rejected")},
    bases={Kind.ARTICLE_DAY: lambda keys: keys},
)
"""Not counted from comments: sums of what is counted by language and status."""
FAMILIES = (*COUNTED, ARTICLES)


def of_articles(counts: Counts) -> Counts:
    """The cells of `ARTICLES`, of those of `COMMENTS`."""
    found: dict[Cell, list[int]] = {}
    for (kind, at, section_id, article_id, _, status), numbers in counts.items():
        if kind not in OF_ARTICLES:
            continue
        received, civil = numbers[:2]
        rejected = received if status == _REJECTED else 0
        cell = (kind, at, section_id, article_id)
        have = found.get(cell)
        if have is None:
            found[cell] = [received, civil, rejected]
        else:
            have[0] += received
            have[1] += civil
            have[2] += rejected
    return {**found}
