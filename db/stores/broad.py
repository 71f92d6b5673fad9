"""Measures that reach further than one commenter of one site: by the domain of an e-mail, or on all sites."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, literal, select, update

from db.schema import commenter_emails, commenters, domain_measures, measures, sites
from db.stores._lists import among
from db.stores._measures import measure_of, values_of
from db.stores._prepared import Prepared
from db.stores.commenters import commenter_of
from moderation.addresses import above, domain_of
from moderation.article import Commenter
from moderation.measure import Elsewhere, Measure, MeasureKind

# Asked with every batch of comments; most desks have none, and then nothing else is asked.
_ANY = Prepared(
    select(
        exists(select(domain_measures.c.id)).label("domains"),
        exists(select(literal(1)).select_from(measures).where(measures.c.everywhere)).label("people"),
    )
)
_ADDRESSES = Prepared(
    select(commenter_emails.c.commenter_id, commenter_emails.c.address).where(
        among(commenter_emails.c.commenter_id, "ids")
    )
)
_KEYS = Prepared(select(commenters.c.id, commenters.c.external_id).where(among(commenters.c.id, "ids")))
_BY_DOMAIN = Prepared(
    select(domain_measures).where(
        among(domain_measures.c.domain, "domains"),
        (domain_measures.c.site_id == bindparam("site_id")) | domain_measures.c.everywhere,
    )
)
_abroad = select(measures).where(
    measures.c.everywhere, measures.c.site_id != bindparam("site_id"), measures.c.kind != MeasureKind.WARN.value
)
_BY_ADDRESS = Prepared(
    _abroad.add_columns(commenter_emails.c.address.label("by"))
    .join(commenter_emails, commenter_emails.c.commenter_id == measures.c.commenter_id)
    .where(among(commenter_emails.c.address, "keys"))
)
_BY_KEY = Prepared(
    _abroad.add_columns(commenters.c.external_id.label("by"))
    .join(commenters, commenters.c.id == measures.c.commenter_id)
    .where(among(commenters.c.external_id, "keys"))
)


class BroadStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, measure: Measure) -> None:
        values = values_of(measure) | {"domain": measure.domain}
        self._connection.execute(insert(domain_measures).values(values))

    def get(self, measure_id: int) -> Measure | None:
        row = self._connection.execute(select(domain_measures).where(domain_measures.c.id == measure_id)).first()
        return measure_of(row) if row else None

    def lift(self, measure: Measure) -> bool:
        changed = self._connection.execute(
            update(domain_measures)
            .where(domain_measures.c.id == measure.id, domain_measures.c.lifted_at.is_(None))
            .values(lifted_at=measure.lifted_at, lifted_by=measure.lifted_by)
        )
        return changed.rowcount == 1

    def of_site(self, site_id: int, *, limit: int) -> list[Measure]:
        holds = (domain_measures.c.site_id == site_id) | domain_measures.c.everywhere
        query = select(domain_measures).where(holds).order_by(domain_measures.c.id.desc()).limit(limit)
        return [measure_of(row) for row in self._connection.execute(query)]

    def against(
        self, site_id: int, commenter_ids: Collection[int], *, shared_accounts: bool
    ) -> dict[int, list[Measure]]:
        there_are = _ANY.first(self._connection)
        if not commenter_ids or there_are is None or not (there_are.domains or there_are.people):
            return {}
        ids = sorted(commenter_ids)
        addresses = {row.commenter_id: row.address for row in _ADDRESSES.all(self._connection, ids=ids)}
        found: dict[int, list[Measure]] = {}
        if there_are.domains and addresses:
            _join(found, addresses, self._by_domain(site_id, addresses))
        if there_are.people and addresses:
            _join(found, addresses, self._abroad(_BY_ADDRESS, site_id, addresses))
        if there_are.people and shared_accounts:
            keys = {row.id: row.external_id for row in _KEYS.all(self._connection, ids=ids)}
            _join(found, keys, self._abroad(_BY_KEY, site_id, keys))
        return found

    def _by_domain(self, site_id: int, addresses: Mapping[int, str]) -> dict[str, list[Measure]]:
        """Measures by the addresses that they reach."""
        over = {address: above(domain_of(address)) for address in addresses.values()}
        wanted = sorted({domain for domains in over.values() for domain in domains})
        stored: dict[str, list[Measure]] = {}
        for row in _BY_DOMAIN.all(self._connection, site_id=site_id, domains=wanted):
            stored.setdefault(row.domain, []).append(measure_of(row))
        return {
            address: [one for domain in domains for one in stored.get(domain, ())] for address, domains in over.items()
        }

    def _abroad(self, query: Prepared, site_id: int, keys: Mapping[int, str]) -> dict[str, list[Measure]]:
        found: dict[str, list[Measure]] = {}
        for row in query.all(self._connection, site_id=site_id, keys=sorted(set(keys.values()))):
            found.setdefault(row.by, []).append(measure_of(row))
        return found

    def elsewhere(self, commenter: Commenter, *, shared_accounts: bool) -> list[Elsewhere]:
        same: Any = commenters.c.id.in_(self._same_address(commenter.id))
        if shared_accounts:
            same = same | (commenters.c.external_id == commenter.external_id)
        query = (
            select(commenters, sites.c.name.label("site_name"), sites.c.title.label("site_title"))
            .join(sites, sites.c.id == commenters.c.site_id)
            .where(same, commenters.c.site_id != commenter.site_id)
            .order_by(sites.c.name, commenters.c.id)
        )
        return [
            Elsewhere(commenter=commenter_of(row), site_name=row.site_name, site_title=row.site_title)
            for row in self._connection.execute(query)
        ]

    def _same_address(self, commenter_id: int) -> Any:
        own = select(commenter_emails.c.address).where(commenter_emails.c.commenter_id == commenter_id)
        return select(commenter_emails.c.commenter_id).where(commenter_emails.c.address.in_(own))


def _join(found: dict[int, list[Measure]], keys: Mapping[int, str], measures_by: Mapping[str, list[Measure]]) -> None:
    for commenter_id, key in keys.items():
        if measures_by.get(key):
            found.setdefault(commenter_id, []).extend(measures_by[key])
