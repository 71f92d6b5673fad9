"""Where a person of the staff works: everywhere, or on some sites and in some sections only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class LimitKind(StrEnum):
    SITE = "site"
    SECTION = "section"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Limit:
    """One whole site (`item_id` is the site's), or one section of it."""

    site_id: int
    kind: LimitKind
    item_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All that a limited person may touch; who has none of these works everywhere."""

    sites: frozenset[int]
    sections: frozenset[tuple[int, int]]

    def touches(self, site_id: int) -> bool:
        """Whether anything of the site is theirs."""
        return site_id in self.sites or any(site == site_id for site, _ in self.sections)

    def whole(self, site_id: int) -> bool:
        return site_id in self.sites

    def sections_of(self, site_id: int) -> tuple[int, ...]:
        return tuple(sorted(section for site, section in self.sections if site == site_id))

    def covers(self, site_id: int, section_id: int | None) -> bool:
        """A comment of no section belongs to nobody who is limited to sections."""
        return site_id in self.sites or (site_id, section_id) in self.sections


def limits_of(given: Iterable[Limit]) -> Limits | None:
    """None where there is none, which means everywhere."""
    known = list(given)
    if not known:
        return None
    return Limits(
        sites=frozenset(one.item_id for one in known if one.kind is LimitKind.SITE),
        sections=frozenset((one.site_id, one.item_id) for one in known if one.kind is LimitKind.SECTION),
    )
