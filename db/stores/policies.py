"""Policies: every version is kept, the highest number is in force."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, bindparam, insert, select

from db.schema import policies
from db.stores._prepared import Prepared
from moderation.decision import Decision
from moderation.grace import Grace, Step
from moderation.policy import MAX_GRACE, Policy, from_json, to_json
from moderation.ports import PolicyVersion

_NEWEST = Prepared(
    select(policies.c.number).where(policies.c.site_id == bindparam("id")).order_by(policies.c.number.desc()).limit(1)
)
_LATELY = Prepared(
    select(policies.c.number, policies.c.created_at)
    .where(policies.c.site_id == bindparam("id"))
    .order_by(policies.c.number.desc())
    .limit(32)
)
# A decision may be as old as the longest grace period when it is taken back, and that be as old again when it is told.
_MATTERS = timedelta(seconds=2 * MAX_GRACE)
_ALWAYS = datetime.min.replace(tzinfo=UTC)


class PolicyStore:
    # A policy's content never changes, so what was read once is true for ever, for every unit of work of the process.
    _read: dict[tuple[str, int, int], Policy] = {}  # noqa: RUF012
    _KEPT = 256

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def active(self, site_id: int) -> Policy:
        row = _NEWEST.first(self._connection, id=site_id)
        if row is None:
            return Policy(site_id=site_id, number=0)
        return self._of(site_id, row.number)

    def numbered(self, site_id: int, number: int) -> Policy | None:
        query = select(policies.c.number).where(policies.c.site_id == site_id, policies.c.number == number)
        return self._of(site_id, number) if self._connection.execute(query).first() else None

    def behind(self, site_id: int, decision: Decision) -> Policy | None:
        """The policy that a decision was made by, where it was no person's."""
        number = int(decision.actor.partition(":")[2]) if decision.by_machine else 0
        return self._of(site_id, number) if number else None

    def grace(self, site_id: int, *, since: datetime) -> Grace:
        steps = []
        for row in _LATELY.all(self._connection, id=site_id):
            length = timedelta(seconds=self._of(site_id, row.number).grace_seconds)
            steps.append(Step(since=row.created_at, length=length))
            if row.created_at <= since - _MATTERS:
                return Grace(tuple(steps))
        before = Policy(site_id=site_id, number=0)
        return Grace((*steps, Step(since=_ALWAYS, length=timedelta(seconds=before.grace_seconds))))

    def _of(self, site_id: int, number: int) -> Policy:
        key = (str(self._connection.engine.url), site_id, number)
        policy = self._read.get(key)
        if policy is None:
            policy = self._get(site_id, number)
            if len(self._read) >= self._KEPT:
                self._read.clear()
            self._read[key] = policy
        return policy

    def _get(self, site_id: int, number: int) -> Policy:
        query = select(policies.c.content).where(policies.c.site_id == site_id, policies.c.number == number)
        return from_json(json.loads(self._connection.execute(query).scalar_one()), site_id=site_id, number=number)

    def add(self, policy: Policy, *, by: str, note: str, at: datetime) -> None:
        content = json.dumps(to_json(policy), ensure_ascii=False, sort_keys=True)
        self._connection.execute(
            insert(policies).values(
                site_id=policy.site_id, number=policy.number, content=content, note=note, created_by=by, created_at=at
            )
        )

    def history(self, site_id: int) -> list[PolicyVersion]:
        query = select(policies).where(policies.c.site_id == site_id).order_by(policies.c.number.desc()).limit(200)
        return [
            PolicyVersion(number=row.number, created_at=row.created_at, created_by=row.created_by, note=row.note)
            for row in self._connection.execute(query)
        ]
