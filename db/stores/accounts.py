"""Staff, sessions, one-time links and failed sign-ins."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    type_coerce,
    update,
)

from db.schema import (
    desk_rules,
    second_factors,
    sessions,
    sign_in_failures,
    sign_in_links,
    staff,
    staff_limits,
)
from db.stores._prepared import Prepared
from db.stores.rules import RULES, milliseconds
from db.types import Instant
from moderation.ports import OpenSession, SignedIn
from moderation.roles import Role, Staff, Way
from moderation.rules_of_entry import DEFAULT

_idle = func.coalesce(desk_rules.c.idle_ms, milliseconds(DEFAULT.idle))
_length = func.coalesce(desk_rules.c.length_ms, milliseconds(DEFAULT.length))
_required = func.coalesce(desk_rules.c.factor_roles, "[]").contains(literal('"') + staff.c.role + literal('"'))
_lacks_factor = (
    _required
    & (sessions.c.way != Way.PROVIDER.value)
    & ~exists().where(second_factors.c.staff_id == staff.c.id, second_factors.c.confirmed)
)
_lives = (
    sessions.c.expires_at > bindparam("now"),
    type_coerce(sessions.c.seen_at + _idle, Instant) > bindparam("now"),
    type_coerce(sessions.c.created_at + _length, Instant) > bindparam("now"),
)
_OF_SESSION = Prepared(
    select(
        staff,
        sessions.c.seen_at,
        exists().where(staff_limits.c.staff_id == staff.c.id).label("limited"),
        _lacks_factor.label("lacks_factor"),
    )
    .join(sessions, sessions.c.staff_id == staff.c.id)
    .outerjoin(desk_rules, desk_rules.c.id == RULES)
    .where(sessions.c.token_hash == bindparam("token_hash"), *_lives, staff.c.active)
)
_SESSIONS = Prepared(
    select(sessions)
    .outerjoin(desk_rules, desk_rules.c.id == RULES)
    .where(sessions.c.staff_id == bindparam("staff_id"), *_lives)
    .order_by(sessions.c.seen_at.desc())
)


def staff_of(row: Row[tuple[object, ...]]) -> Staff:
    return Staff(
        id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        language=row.language,
        active=row.active,
        has_password=row.password is not None,
        blurs=row.blurs,
    )


def _unspent(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return sign_in_links.c.used_at.is_(None), sign_in_links.c.expires_at > now


class AccountStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def signed_in(self, token_hash: str, *, now: datetime) -> SignedIn | None:
        row = _OF_SESSION.first(self._connection, token_hash=token_hash, now=now)
        if row is None:
            return None
        person = replace(staff_of(row), lacks_factor=bool(row.lacks_factor))
        return SignedIn(staff=person, seen_at=row.seen_at, limited=bool(row.limited))

    def touch_session(self, token_hash: str, *, now: datetime) -> None:
        self._connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))

    def open_session(
        self, token_hash: str, staff_id: int, *, address: str, way: Way, now: datetime, expires_at: datetime
    ) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        self._connection.execute(
            insert(sessions).values(
                token_hash=token_hash,
                staff_id=staff_id,
                address=address,
                way=way.value,
                created_at=now,
                seen_at=now,
                expires_at=expires_at,
            )
        )

    def sessions(self, staff_id: int, *, now: datetime) -> list[OpenSession]:
        return [
            OpenSession(token_hash=row.token_hash, address=row.address, created_at=row.created_at, seen_at=row.seen_at)
            for row in _SESSIONS.all(self._connection, staff_id=staff_id, now=now)
        ]

    def close_session(self, token_hash: str) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.token_hash == token_hash))

    def close_sessions_of(self, staff_id: int, *, except_for: str = "") -> None:
        ended = delete(sessions).where(sessions.c.staff_id == staff_id, sessions.c.token_hash != except_for)
        self._connection.execute(ended)

    def admins(self) -> list[Staff]:
        query = select(staff).where(staff.c.role == Role.ADMIN.value, staff.c.active).with_for_update()
        return [staff_of(row) for row in self._connection.execute(query)]

    def by_name(self, name: str) -> Staff | None:
        row = self._connection.execute(select(staff).where(staff.c.name == name)).first()
        return staff_of(row) if row else None

    def is_taken(self, name: str) -> bool:
        query = select(exists().where(func.lower(staff.c.name) == name.lower()))
        return bool(self._connection.execute(query).scalar_one())

    def password_of(self, staff_id: int) -> str | None:
        stored: str | None = self._connection.execute(
            select(staff.c.password).where(staff.c.id == staff_id)
        ).scalar_one()
        return stored

    def all(self) -> list[Staff]:
        return [staff_of(row) for row in self._connection.execute(select(staff).order_by(staff.c.name))]

    def add(self, person: Staff, *, password: str | None, at: datetime) -> None:
        self._connection.execute(
            insert(staff).values(
                id=person.id,
                name=person.name,
                display_name=person.display_name,
                role=person.role.value,
                language=person.language,
                password=password,
                active=person.active,
                blurs=person.blurs,
                created_at=at,
            )
        )

    def set_role(self, staff_id: int, role: Role) -> None:
        self._set(staff_id, role=role.value)

    def set_active(self, staff_id: int, active: bool) -> None:
        self._set(staff_id, active=active)

    def set_password(self, staff_id: int, password: str) -> None:
        self._set(staff_id, password=password)

    def set_display_name(self, staff_id: int, display_name: str) -> None:
        self._set(staff_id, display_name=display_name)

    def set_language(self, staff_id: int, language: str) -> None:
        self._set(staff_id, language=language)

    def set_blurs(self, staff_id: int, blurs: bool) -> None:
        self._set(staff_id, blurs=blurs)

    def _set(self, staff_id: int, **columns: object) -> None:
        self._connection.execute(update(staff).where(staff.c.id == staff_id).values(**columns))

    def add_link(self, token_hash: str, staff_id: int, *, expires_at: datetime) -> None:
        self._connection.execute(
            insert(sign_in_links).values(token_hash=token_hash, staff_id=staff_id, expires_at=expires_at)
        )

    def of_link(self, token_hash: str, *, now: datetime) -> Staff | None:
        query = select(staff).join(sign_in_links, sign_in_links.c.staff_id == staff.c.id)
        found = query.where(sign_in_links.c.token_hash == token_hash, *_unspent(now), staff.c.active)
        row = self._connection.execute(found).first()
        return staff_of(row) if row else None

    def use_link(self, token_hash: str, *, now: datetime) -> bool:
        return self._spend(sign_in_links.c.token_hash == token_hash, now) == 1

    def withdraw_links(self, staff_id: int, *, now: datetime) -> int:
        return self._spend(sign_in_links.c.staff_id == staff_id, now)

    def _spend(self, which: ColumnElement[bool], now: datetime) -> int:
        return self._connection.execute(update(sign_in_links).where(which, *_unspent(now)).values(used_at=now)).rowcount

    def nth_failure(self, subject: str, nth: int, *, since: datetime) -> datetime | None:
        failed = sign_in_failures.c
        query = select(failed.at).where(failed.subject == subject, failed.at > since)
        return self._connection.execute(query.order_by(failed.at.desc()).offset(nth - 1).limit(1)).scalar()

    def add_failure(self, failure_id: int, subject: str, *, at: datetime, forget_before: datetime) -> None:
        self._connection.execute(delete(sign_in_failures).where(sign_in_failures.c.at <= forget_before))
        self._connection.execute(insert(sign_in_failures).values(id=failure_id, subject=subject, at=at))

    def clear_failures(self, subject: str) -> None:
        self._connection.execute(delete(sign_in_failures).where(sign_in_failures.c.subject == subject))
