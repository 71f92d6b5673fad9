"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# SQLite makes only INTEGER PRIMARY KEY an alias of its row id, which is what keeps inserts and joins cheap there.
Id = BigInteger().with_variant(Integer(), "sqlite")


def to_milliseconds(at: datetime) -> int:
    return (at - _EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=milliseconds)


class Instant(TypeDecorator[datetime]):
    """A moment as whole milliseconds since 1970 in UTC, which both databases bucket and compare as integers."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else (value - _EPOCH) // _MILLISECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        try:
            return _EPOCH + timedelta(milliseconds=value)
        except (OverflowError, TypeError):
            # No calendar holds it, or it is no number, which SQLite takes as well: nobody here wrote it. A verification
            # must name its row and not fall over it.
            return datetime.max.replace(tzinfo=UTC)
