"""The desk's rules of entry: one row."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from db.schema import desk_rules
from moderation.roles import Role
from moderation.rules_of_entry import DEFAULT, EntryRules
from moderation.text.compact import compact_encoder

RULES = 1
_encode = compact_encoder()
_MILLISECOND = timedelta(milliseconds=1)


class RuleStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> EntryRules:
        row = self._connection.execute(select(desk_rules).where(desk_rules.c.id == RULES)).first()
        if row is None:
            return DEFAULT
        return EntryRules(
            idle=row.idle_ms * _MILLISECOND,
            length=row.length_ms * _MILLISECOND,
            factor_roles=frozenset(Role(name) for name in json.loads(row.factor_roles)),
        )

    def set(self, rules: EntryRules) -> None:
        values = {
            "idle_ms": milliseconds(rules.idle),
            "length_ms": milliseconds(rules.length),
            # A list of quoted words, so that a query finds one by its quotes.
            "factor_roles": _encode(sorted(rules.factor_roles)),
        }
        changed = self._connection.execute(update(desk_rules).where(desk_rules.c.id == RULES).values(**values))
        if changed.rowcount == 0:
            self._connection.execute(insert(desk_rules).values(id=RULES, **values))


def milliseconds(span: timedelta) -> int:
    return span // _MILLISECOND
