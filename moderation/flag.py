"""A flag is evidence: `detected` by a machine or `reported` by a reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from moderation.decision import Reason


class FlagKind(StrEnum):
    DETECTED = "detected"
    REPORTED = "reported"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """`source` is the rule or label that fired, or the site's id of the reader who reported."""

    kind: FlagKind
    reason: Reason
    source: str
    created_at: datetime
    note: str = ""
