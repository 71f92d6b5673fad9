"""Sites, sections and articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, func, select, update

from db.schema import articles, comments, queue, sections, sites
from db.stores._lists import among
from db.stores._prepared import Prepared
from db.stores._sql import insert_ignoring
from moderation.article import Article, IncomingArticle, Site
from moderation.errors import NotFound
from moderation.ports import ArticlePlace
from moderation.queue import BUSIEST

_BY_NAME = Prepared(select(sites).where(sites.c.name == bindparam("name")))
_SITE = Prepared(select(sites).where(sites.c.id == bindparam("id")))


def _site(row: Row[tuple[object, ...]]) -> Site:
    return Site(id=row.id, name=row.name, title=row.title, language=row.language, time_zone=row.time_zone)


class SiteStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_name(self, name: str) -> Site | None:
        row = _BY_NAME.first(self._connection, name=name)
        return _site(row) if row else None

    def get(self, site_id: int) -> Site | None:
        row = _SITE.first(self._connection, id=site_id)
        return _site(row) if row else None

    def all(self) -> list[Site]:
        return [_site(row) for row in self._connection.execute(select(sites).order_by(sites.c.id))]

    def add(self, site: Site, *, created_at: datetime) -> None:
        self._connection.execute(
            sites.insert().values(
                id=site.id,
                name=site.name,
                title=site.title,
                language=site.language,
                time_zone=site.time_zone,
                created_at=created_at,
            )
        )


SECTION = func.coalesce(sections.c.name, "").label("section")
_ARTICLE = Prepared(
    select(articles, SECTION)
    .select_from(articles.outerjoin(sections, sections.c.id == articles.c.section_id))
    .where(articles.c.id == bindparam("id"))
)
_last = (
    select(comments.c.created_at)
    .where(comments.c.article_id == articles.c.id)
    .order_by(comments.c.id.desc())
    .limit(BUSIEST)
    .correlate(articles)
    .subquery()
)
_lately = select(func.count()).where(_last.c.created_at >= bindparam("since")).scalar_subquery()
_TRAFFIC = Prepared(select(articles.c.id, _lately).where(among(articles.c.id, "ids")))
_PLACES = Prepared(
    select(articles.c.id, articles.c.external_id, articles.c.section_id).where(
        articles.c.site_id == bindparam("site_id"), among(articles.c.external_id, "external_ids")
    )
)


def article_of(row: Row[tuple[object, ...]]) -> Article:
    return Article(
        id=row.id,
        site_id=row.site_id,
        external_id=row.external_id,
        title=row.title,
        url=row.url,
        section=row.section,
        published_at=row.published_at,
    )


class ArticleStore:
    def __init__(self, connection: Connection, new_id: Callable[[], int]) -> None:
        self._connection = connection
        self._new_id = new_id

    def get(self, article_id: int) -> Article:
        found = self.find(article_id)
        if found is None:
            raise NotFound(what="article")
        return found

    def by_external(self, site_id: int, external_id: str) -> int | None:
        place = self._places(site_id, [external_id]).get(external_id)
        return place.id if place else None

    def find(self, article_id: int) -> Article | None:
        row = _ARTICLE.first(self._connection, id=article_id)
        return article_of(row) if row else None

    def save(self, site_id: int, article: IncomingArticle, *, at: datetime) -> tuple[Article, bool]:
        known = self._places(site_id, [article.external_id])
        place = self.ensure(site_id, {article.external_id: article}, at=at)[article.external_id]
        if known:
            given = {"title": article.title, "url": article.url, "published_at": article.published_at}
            said: dict[str, object] = {name: value for name, value in given.items() if value is not None}
            if article.section is not None:
                section_id = said["section_id"] = self._sections(site_id, {article.section}).get(article.section)
                if section_id != place.section_id:
                    self._move(place.id, section_id)
            self._connection.execute(update(articles).where(articles.c.id == place.id).values(said))
        return self.get(place.id), not known

    def _move(self, article_id: int, section_id: int | None) -> None:
        """Comments often come before the article is announced; filters and charts find them by its section."""
        for table in (comments, queue):
            self._connection.execute(
                update(table).where(table.c.article_id == article_id).values(section_id=section_id)
            )

    def ensure(self, site_id: int, wanted: Mapping[str, IncomingArticle], *, at: datetime) -> dict[str, ArticlePlace]:
        places = self._places(site_id, list(wanted))
        missing = sorted(set(wanted) - set(places))
        if missing:
            named = self._sections(site_id, {wanted[key].section or "" for key in missing})
            insert_ignoring(
                self._connection,
                articles,
                [
                    {
                        "id": self._new_id(),
                        "site_id": site_id,
                        "external_id": key,
                        "title": wanted[key].title,
                        "url": wanted[key].url or "",
                        "section_id": named.get(wanted[key].section or ""),
                        "published_at": wanted[key].published_at,
                        "created_at": at,
                    }
                    for key in missing
                ],
            )
            places |= self._places(site_id, missing)
        return places

    def traffic(self, article_ids: Iterable[int], *, since: datetime) -> dict[int, int]:
        return dict(_TRAFFIC.tuples(self._connection, ids=list(article_ids), since=since))

    def sections(self, site_id: int) -> list[tuple[int, str]]:
        query = select(sections.c.id, sections.c.name).where(sections.c.site_id == site_id).order_by(sections.c.name)
        return [(row.id, row.name) for row in self._connection.execute(query)]

    def newest(self, site_id: int, *, limit: int, within: Sequence[int] | None = None) -> list[tuple[int, str]]:
        sections = [] if within is None else [articles.c.section_id.in_(within)]
        query = (
            select(articles.c.id, articles.c.title)
            .where(articles.c.site_id == site_id, *sections)
            .order_by(func.coalesce(articles.c.published_at, articles.c.created_at).desc())
            .limit(limit)
        )
        return [(row.id, row.title) for row in self._connection.execute(query)]

    def _places(self, site_id: int, external_ids: list[str]) -> dict[str, ArticlePlace]:
        found = _PLACES.all(self._connection, site_id=site_id, external_ids=external_ids)
        return {row.external_id: ArticlePlace(id=row.id, section_id=row.section_id) for row in found}

    def _sections(self, site_id: int, names: set[str]) -> dict[str, int]:
        wanted = sorted(name for name in names if name)
        if not wanted:
            return {}
        query = select(sections.c.name, sections.c.id).where(sections.c.site_id == site_id, sections.c.name.in_(wanted))
        found = {row.name: row.id for row in self._connection.execute(query)}
        missing = [name for name in wanted if name not in found]
        if missing:
            insert_ignoring(
                self._connection,
                sections,
                [{"id": self._new_id(), "site_id": site_id, "name": name} for name in missing],
            )
            found = {row.name: row.id for row in self._connection.execute(query)}
        return found
