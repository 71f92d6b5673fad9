"""Editors' picks: good comments that the site may set off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """`external_id` is the site's name of the comment. It holds for the text it was given to, while readers see it."""

    comment_id: int
    external_id: str
    picked_at: datetime
