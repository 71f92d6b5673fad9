"""How long the desk keeps what it need not keep for ever: a period for each kind of data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MAX_DAYS = 36_500
FOR_EVER = 0


class Kind(StrEnum):
    REJECTED_TEXTS = "rejected_texts"
    EARLIER_VERSIONS = "earlier_versions"
    REPORT_NOTES = "report_notes"
    REPORTERS = "reporters"
    APPEAL_TEXTS = "appeal_texts"
    DECISION_NOTES = "decision_notes"
    COMMENTER_NOTES = "commenter_notes"
    QUIET_COMMENTERS = "quiet_commenters"
    HANDOVERS = "handovers"
    SIGN_INS = "sign_ins"


# What concerns no reader and nobody asks for after weeks goes by itself; all else goes when an admin says so.
DEFAULTS: Mapping[Kind, int] = {kind: FOR_EVER for kind in Kind} | {Kind.HANDOVERS: 30, Kind.SIGN_INS: 90}
# No site's: they are told in the desk's own log.
OF_THE_DESK = frozenset({Kind.SIGN_INS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """`days` of 0 is for ever; `set_by` and `set_at` are None as long as it is the default."""

    kind: Kind
    days: int
    set_by: str | None = None
    set_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """How many of a kind went, or would go; `site` is None for what is no site's."""

    kind: Kind
    site: str | None
    days: int
    count: int
