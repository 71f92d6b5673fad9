"""Notes that the newsroom pins to its days."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Row, delete, insert, select

from db.schema import pins
from moderation.engagement import Pin


def _pin_of(row: Row[tuple[object, ...]]) -> Pin:
    return Pin(id=row.id, day=date.fromisoformat(row.day), text=row.text, by=row.actor, made_at=row.made_at)


class PinStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def between(self, site_id: int, first: date, last: date) -> list[Pin]:
        query = (
            select(pins)
            .where(pins.c.site_id == site_id, pins.c.day >= first.isoformat(), pins.c.day <= last.isoformat())
            .order_by(pins.c.day, pins.c.id)
        )
        return [_pin_of(row) for row in self._connection.execute(query)]

    def get(self, site_id: int, pin_id: int) -> Pin | None:
        row = self._connection.execute(select(pins).where(pins.c.id == pin_id, pins.c.site_id == site_id)).first()
        return _pin_of(row) if row else None

    def add(self, site_id: int, pin: Pin) -> None:
        self._connection.execute(
            insert(pins).values(
                id=pin.id, site_id=site_id, day=pin.day.isoformat(), text=pin.text, actor=pin.by, made_at=pin.made_at
            )
        )

    def remove(self, site_id: int, pin_id: int) -> bool:
        removed = self._connection.execute(delete(pins).where(pins.c.id == pin_id, pins.c.site_id == site_id))
        return removed.rowcount == 1
