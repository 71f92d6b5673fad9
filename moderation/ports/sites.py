"""Sites and their articles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.article import Article, IncomingArticle, Site


class Sites(Protocol):
    def by_name(self, name: str) -> Site | None: ...
    def get(self, site_id: int) -> Site | None: ...
    def all(self) -> list[Site]: ...
    def add(self, site: Site, *, created_at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePlace:
    id: int
    section_id: int | None


class Articles(Protocol):
    def get(self, article_id: int) -> Article: ...
    def by_external(self, site_id: int, external_id: str) -> int | None:
        """The article's id."""
        ...

    def find(self, article_id: int) -> Article | None: ...
    def save(self, site_id: int, article: IncomingArticle, *, at: datetime) -> tuple[Article, bool]:
        """Store or renew; True when it was made."""
        ...

    def ensure(self, site_id: int, wanted: Mapping[str, IncomingArticle], *, at: datetime) -> dict[str, ArticlePlace]:
        """External id to place; those not known yet are made, those known are left as they are."""
        ...

    def traffic(self, article_ids: Iterable[int], *, since: datetime) -> dict[int, int]:
        """How many of each article's latest comments were written since then, counted up to `BUSIEST`."""
        ...

    def sections(self, site_id: int) -> list[tuple[int, str]]: ...
    def newest(self, site_id: int, *, limit: int, within: Sequence[int] | None = None) -> list[tuple[int, str]]: ...
