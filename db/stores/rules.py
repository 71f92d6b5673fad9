"""The desk's rules of entry: one row."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import Connection, select, update

from db.schema import desk_rules
from moderation.roles import Role
from moderation.rules_of_entry import EntryRules
from moderation.text.compact import compact_encoder

RULES = 1
_encode = compact_encoder()
_MILLISECOND = timedelta(milliseconds=1)


class RuleStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> EntryRules:
        row = self._connection.execute(select(desk_rules).where(desk_rules.c.id == RULES)).one()
        return EntryRules(
            idle=row.idle_ms * _MILLISECOND,
            length=row.length_ms * _MILLISECOND,
            factor_roles=frozenset(Role(name) for name in json.loads(row.factor_roles)),
        )

    def set(self, rules: EntryRules) -> None:
        self._connection.execute(
            update(desk_rules)
            .where(desk_rules.c.id == RULES)
            .values(
                idle_ms=rules.idle // _MILLISECOND,
                length_ms=rules.length // _MILLISECOND,
                # A list of quoted words, so that a query finds one by its quotes.
                factor_roles=_encode(sorted(rules.factor_roles)),
            )
        )
