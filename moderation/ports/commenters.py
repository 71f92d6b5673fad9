"""Commenters, measures against them, notes about them, and all that is held about one."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from moderation.article import Commenter, Record
from moderation.comment import Comment
from moderation.measure import Elsewhere, Measure, Reach, Remark, Reported, Reporting


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Commenters by the site's id; those in `new` have no past to ask for."""

    ids: Mapping[str, int]
    new: frozenset[int]


class Commenters(Protocol):
    def get(self, commenter_id: int) -> Commenter | None: ...
    def by_external(self, site_id: int, external_id: str) -> Commenter | None: ...
    def named(self, site_id: int, words: Sequence[str], *, limit: int) -> list[Commenter]:
        """Whose folded name holds all of these folded words, in the order of their names."""
        ...

    def reporting(self, commenter: Commenter) -> Reporting: ...
    def reported(self, commenter_id: int, *, within: Sequence[int] | None = None) -> Reported:
        """In these sections alone, if some are given."""
        ...

    def add_measure(self, measure: Measure) -> None: ...
    def measure(self, measure_id: int) -> Measure | None: ...
    def measures(self, commenter_id: int) -> list[Measure]:
        """All that there ever were, newest first."""
        ...

    def deciding(self, commenter_ids: Iterable[int]) -> dict[int, list[Measure]]:
        """Those that are more than a warning, by commenter, whether in force or not: a comment may be of long ago."""
        ...

    def lift(self, measure: Measure) -> bool:
        """Store its end; False if it had been lifted already."""
        ...

    def ensure(self, site_id: int, wanted: Mapping[str, str | None], *, at: datetime) -> Known:
        """Makes those that are new; a name that is given renews the stored one."""
        ...

    def record_within(self, commenter_id: int, sections: Sequence[int]) -> Record:
        """Of what they wrote in these sections alone; who wrote very much, of their latest comments."""
        ...

    def records(self, commenter_ids: Iterable[int]) -> dict[int, Record]:
        """Of each, without the reports, which no verdict asks for."""
        ...

    def recount(self, site_id: int) -> int:
        """Count all records of the site by its comments and reports; how many were wrong. Hold the log before."""
        ...

    def repeats(self, pairs: Iterable[tuple[int, int]], *, since: datetime) -> dict[tuple[int, int], list[datetime]]:
        """(commenter id, fold) to when such comments were written, since then; absent means none."""
        ...


class Emails(Protocol):
    """Addresses of commenters, each at most one; a new one takes the old one's place."""

    def keep(self, site_id: int, addresses: Mapping[int, str]) -> None:
        """Commenter id to address, as `addresses.address` spells it."""
        ...

    def of(self, commenter_id: int) -> str | None: ...
    def reach(self, site_id: int | None, domain: str, *, sample: int) -> Reach:
        """The commenters of this domain and those below it; None is all sites."""
        ...


class BroadMeasures(Protocol):
    """Measures that reach further than one commenter of one site."""

    def add(self, measure: Measure) -> None:
        """One against a domain."""
        ...

    def get(self, measure_id: int) -> Measure | None: ...
    def lift(self, measure: Measure) -> bool:
        """Store its end; False if it had been lifted already."""
        ...

    def of_site(self, site_id: int, *, limit: int) -> list[Measure]:
        """Those against domains that hold there, newest first."""
        ...

    def against(
        self, site_id: int, commenter_ids: Collection[int], *, shared_accounts: bool
    ) -> dict[int, list[Measure]]:
        """What reaches these commenters by their domain, or from other sites by their address or, where the sites share
        accounts, by their id; lifted or not, without warnings."""
        ...

    def elsewhere(self, commenter: Commenter, *, shared_accounts: bool) -> list[Elsewhere]:
        """The same person on other sites, as `against` knows them."""
        ...


class CommenterNotes(Protocol):
    def add(self, remark: Remark) -> None: ...
    def of(self, commenter_id: int) -> list[Remark]:
        """Newest first."""
        ...

    def get(self, remark_id: int) -> Remark | None: ...
    def remove(self, remark_id: int) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is stored of one commenter, as JSON values; `email` is None where none is known."""

    email: str | None

    comments: list[dict[str, object]]
    reports: list[dict[str, object]]
    appeals: list[dict[str, object]]
    measures: list[dict[str, object]]
    notes: list[dict[str, object]]


class Personal(Protocol):
    def count(self, commenter_id: int) -> int:
        """Comments that are not erased."""
        ...

    def comments(self, commenter_id: int, *, limit: int) -> list[Comment]:
        """Of those, the first, as they stay until this transaction ends."""
        ...

    def reports_since(self, site_id: int, external_id: str) -> datetime | None:
        """When the reader of that id first reported a comment; None if they never did."""
        ...

    def held(self, found: Commenter) -> Held: ...
    def forget(self, found: Commenter, *, alias: str) -> None:
        """Name, id, notes and reports; `alias` takes the id's place."""
        ...
