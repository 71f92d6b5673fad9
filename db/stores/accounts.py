"""Staff, sessions, one-time links, failed sign-ins and API keys."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, select, update

from db.schema import api_keys, sessions, sign_in_failures, sign_in_links, staff
from db.stores._prepared import Prepared
from moderation.ports import ApiKey, OpenSession
from moderation.roles import Role, Staff

_OF_SESSION = Prepared(
    select(staff, sessions.c.seen_at)
    .join(sessions, sessions.c.staff_id == staff.c.id)
    .where(
        sessions.c.token_hash == bindparam("token_hash"),
        sessions.c.expires_at > bindparam("now"),
        sessions.c.seen_at > bindparam("idle_since"),
        staff.c.active,
    )
)
_KEY = Prepared(
    select(api_keys).where(api_keys.c.secret_hash == bindparam("secret_hash"), api_keys.c.revoked_at.is_(None))
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


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        id=row.id,
        site_id=row.site_id,
        name=row.name,
        prefix=row.prefix,
        created_at=row.created_at,
        created_by=row.created_by,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


class AccountStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def staff_of_session(
        self, token_hash: str, *, now: datetime, idle_since: datetime
    ) -> tuple[Staff, datetime] | None:
        row = _OF_SESSION.first(self._connection, token_hash=token_hash, now=now, idle_since=idle_since)
        return (staff_of(row), row.seen_at) if row else None

    def touch_session(self, token_hash: str, *, now: datetime) -> None:
        self._connection.execute(update(sessions).where(sessions.c.token_hash == token_hash).values(seen_at=now))

    def open_session(
        self, token_hash: str, staff_id: int, *, address: str, now: datetime, expires_at: datetime
    ) -> None:
        self._connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
        self._connection.execute(
            insert(sessions).values(
                token_hash=token_hash,
                staff_id=staff_id,
                address=address,
                created_at=now,
                seen_at=now,
                expires_at=expires_at,
            )
        )

    def sessions(self, staff_id: int, *, now: datetime, idle_since: datetime) -> list[OpenSession]:
        query = (
            select(sessions)
            .where(sessions.c.staff_id == staff_id, sessions.c.expires_at > now, sessions.c.seen_at > idle_since)
            .order_by(sessions.c.seen_at.desc())
        )
        return [
            OpenSession(token_hash=row.token_hash, address=row.address, created_at=row.created_at, seen_at=row.seen_at)
            for row in self._connection.execute(query)
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

    def use_link(self, token_hash: str, *, now: datetime) -> Staff | None:
        link = sign_in_links.c
        spent = self._connection.execute(
            update(sign_in_links)
            .where(link.token_hash == token_hash, link.used_at.is_(None), link.expires_at > now)
            .values(used_at=now)
        )
        if spent.rowcount != 1:
            return None
        query = select(staff).join(sign_in_links, link.staff_id == staff.c.id)
        row = self._connection.execute(query.where(link.token_hash == token_hash, staff.c.active)).first()
        return staff_of(row) if row else None

    def failures(self, subject: str, *, since: datetime) -> int:
        query = select(func.count()).where(sign_in_failures.c.subject == subject, sign_in_failures.c.at > since)
        return self._connection.execute(query).scalar_one()

    def add_failure(self, failure_id: int, subject: str, *, at: datetime, forget_before: datetime) -> None:
        self._connection.execute(delete(sign_in_failures).where(sign_in_failures.c.at <= forget_before))
        self._connection.execute(insert(sign_in_failures).values(id=failure_id, subject=subject, at=at))

    def clear_failures(self, subject: str) -> None:
        self._connection.execute(delete(sign_in_failures).where(sign_in_failures.c.subject == subject))

    def key(self, secret_hash: str) -> ApiKey | None:
        row = _KEY.first(self._connection, secret_hash=secret_hash)
        return _key(row) if row else None

    def touch_key(self, key_id: int, *, now: datetime) -> None:
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=now))

    def keys(self, site_id: int) -> list[ApiKey]:
        query = select(api_keys).where(api_keys.c.site_id == site_id).order_by(api_keys.c.id.desc())
        return [_key(row) for row in self._connection.execute(query)]

    def key_by_id(self, key_id: int) -> ApiKey | None:
        row = self._connection.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
        return _key(row) if row else None

    def add_key(self, key: ApiKey, *, secret_hash: str) -> None:
        self._connection.execute(
            insert(api_keys).values(
                id=key.id,
                site_id=key.site_id,
                name=key.name,
                prefix=key.prefix,
                secret_hash=secret_hash,
                created_by=key.created_by,
                created_at=key.created_at,
            )
        )

    def revoke_key(self, key_id: int, *, at: datetime) -> None:
        self._connection.execute(
            update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=at)
        )
