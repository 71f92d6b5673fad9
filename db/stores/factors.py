"""Second factors, recovery codes, and sign-ins that wait for a code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from db.schema import recovery_codes, second_factors, sign_in_challenges, staff
from db.stores.accounts import staff_of
from moderation.ports import SecondFactor
from moderation.roles import Staff


class FactorStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, staff_id: int) -> SecondFactor | None:
        row = self._connection.execute(select(second_factors).where(second_factors.c.staff_id == staff_id)).first()
        if row is None:
            return None
        return SecondFactor(sealed=row.sealed, confirmed=row.confirmed, last_step=row.last_step)

    def put(self, staff_id: int, *, sealed: bytes) -> None:
        self.drop(staff_id)
        self._connection.execute(
            insert(second_factors).values(staff_id=staff_id, sealed=sealed, confirmed=False, last_step=0)
        )

    def confirm(self, staff_id: int, *, codes: Sequence[str]) -> None:
        self._connection.execute(
            update(second_factors).where(second_factors.c.staff_id == staff_id).values(confirmed=True)
        )
        self._connection.execute(
            insert(recovery_codes), [{"staff_id": staff_id, "code_hash": code, "used_at": None} for code in codes]
        )

    def advance(self, staff_id: int, *, seen: int, to: int) -> bool:
        changed = self._connection.execute(
            update(second_factors)
            .where(second_factors.c.staff_id == staff_id, second_factors.c.last_step == seen)
            .values(last_step=to)
        )
        return changed.rowcount == 1

    def spend(self, staff_id: int, code_hash: str, *, at: datetime) -> bool:
        changed = self._connection.execute(
            update(recovery_codes)
            .where(
                recovery_codes.c.staff_id == staff_id,
                recovery_codes.c.code_hash == code_hash,
                recovery_codes.c.used_at.is_(None),
            )
            .values(used_at=at)
        )
        return changed.rowcount == 1

    def codes_left(self, staff_id: int) -> int:
        query = select(func.count()).select_from(recovery_codes)
        unused = query.where(recovery_codes.c.staff_id == staff_id, recovery_codes.c.used_at.is_(None))
        return self._connection.execute(unused).scalar_one()

    def drop(self, staff_id: int) -> None:
        self._connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
        self._connection.execute(delete(second_factors).where(second_factors.c.staff_id == staff_id))
        self.close_challenges_of(staff_id)

    def add_challenge(self, token_hash: str, staff_id: int, *, expires_at: datetime, now: datetime) -> None:
        self._connection.execute(delete(sign_in_challenges).where(sign_in_challenges.c.expires_at <= now))
        row = {"token_hash": token_hash, "staff_id": staff_id, "expires_at": expires_at}
        self._connection.execute(insert(sign_in_challenges).values(row))

    def challenged(self, token_hash: str, *, now: datetime) -> Staff | None:
        query = (
            select(staff)
            .join(sign_in_challenges, sign_in_challenges.c.staff_id == staff.c.id)
            .where(sign_in_challenges.c.token_hash == token_hash, sign_in_challenges.c.expires_at > now, staff.c.active)
        )
        row = self._connection.execute(query).first()
        return staff_of(row) if row else None

    def close_challenges_of(self, staff_id: int) -> None:
        self._connection.execute(delete(sign_in_challenges).where(sign_in_challenges.c.staff_id == staff_id))
