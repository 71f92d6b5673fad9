"""API keys."""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from db.schema import api_keys
from db.stores._prepared import Prepared
from moderation.ports import ApiKey
from moderation.roles import Permission
from moderation.text.compact import compact_encoder

_encode = compact_encoder()
_KEY = Prepared(select(api_keys).where(api_keys.c.secret_hash == bindparam("secret_hash")))


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    return ApiKey(
        id=row.id,
        site_id=row.site_id,
        name=row.name,
        prefix=row.prefix,
        scopes=frozenset(Permission(scope) for scope in json.loads(row.scopes)),
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
        replaces=row.replaces,
    )


class KeyStore:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_secret(self, secret_hash: str) -> ApiKey | None:
        row = _KEY.first(self._connection, secret_hash=secret_hash)
        return _key(row) if row else None

    def touch(self, key_id: int, *, now: datetime) -> None:
        self._set(key_id, last_used_at=now)

    def of_site(self, site_id: int) -> list[ApiKey]:
        query = select(api_keys).where(api_keys.c.site_id == site_id).order_by(api_keys.c.id.desc())
        return [_key(row) for row in self._connection.execute(query)]

    def get(self, key_id: int) -> ApiKey | None:
        row = self._connection.execute(select(api_keys).where(api_keys.c.id == key_id)).first()
        return _key(row) if row else None

    def locked(self, key_id: int) -> ApiKey | None:
        row = self._connection.execute(select(api_keys).where(api_keys.c.id == key_id).with_for_update()).first()
        return _key(row) if row else None

    def successor(self, key_id: int) -> ApiKey | None:
        row = self._connection.execute(select(api_keys).where(api_keys.c.replaces == key_id)).first()
        return _key(row) if row else None

    def add(self, key: ApiKey, *, secret_hash: str) -> None:
        self._connection.execute(
            insert(api_keys).values(
                id=key.id,
                site_id=key.site_id,
                name=key.name,
                prefix=key.prefix,
                secret_hash=secret_hash,
                scopes=_encode(sorted(key.scopes)),
                created_by=key.created_by,
                created_at=key.created_at,
                expires_at=key.expires_at,
                replaces=key.replaces,
            )
        )

    def revoke(self, key_id: int, *, at: datetime) -> None:
        self._connection.execute(
            update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None)).values(revoked_at=at)
        )

    def end(self, key_id: int, *, at: datetime) -> None:
        self._set(key_id, expires_at=at)

    def _set(self, key_id: int, **columns: object) -> None:
        self._connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(**columns))
