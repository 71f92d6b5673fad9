"""The time, as the desk keeps it."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """In whole milliseconds, as the database stores it."""
    at = datetime.now(UTC)
    return at.replace(microsecond=at.microsecond // 1000 * 1000)
