"""A site's API keys: what each may do, until when, and its replacement by a new one without a gap."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from moderation.audit import Event, EventType, instant
from moderation.comment import MAX_NAME
from moderation.errors import Conflict, Invalid, NotFound
from moderation.parsing import plain
from moderation.ports import ApiKey, UnitOfWork
from moderation.roles import SCOPES, Actor, Caller, Permission
from moderation.service import authority
from moderation.service.accounts import token_hash
from moderation.service.desk import Desk
from moderation.service.settled import settled

KEY_PREFIX = "tq_"
OVERLAP, MAX_OVERLAP = timedelta(days=1), timedelta(days=30)
MAX_LIFE = timedelta(days=3_660)
_SHOWN = 11


def keys(desk: Desk, caller: Caller, *, site: str) -> list[ApiKey]:
    """Newest first."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=desk.now())
        return uow.keys.of_site(authority.site_for(uow, actor, site).id)


def issue_key(
    desk: Desk,
    caller: Caller,
    *,
    site: str,
    name: str,
    scopes: Iterable[Permission] = SCOPES,
    expires_at: datetime | None = None,
) -> tuple[ApiKey, str]:
    """The key and its secret, which is shown once and stored only as a hash."""
    name, wanted = plain(name), frozenset(scopes)
    if not name or len(name) > MAX_NAME:
        raise Invalid(field="name", reason="missing" if not name else "too_long", high=MAX_NAME)
    if not wanted or not wanted <= set(SCOPES):
        raise Invalid(field="scopes", reason="not_listed" if wanted else "missing")
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=now)
        place = authority.site_for(uow, actor, site)
        if expires_at is not None and not now < expires_at <= now + MAX_LIFE:
            raise Invalid(field="expires", reason="out_of_range", low=1, high=MAX_LIFE.days)
        key, secret = _made(desk, actor, now, site_id=place.id, name=name)
        key = replace(key, scopes=wanted, expires_at=expires_at)
        uow.keys.add(key, secret_hash=token_hash(secret))
        _tell(uow, EventType.KEY_ISSUED, key, actor, now, scopes=sorted(wanted), until=_until(key))
        return key, secret


@settled
def rotate_key(desk: Desk, caller: Caller, key_id: int, *, overlap: timedelta = OVERLAP) -> tuple[ApiKey, str]:
    """A new key of the same name, scopes and length of life; the old one works until the overlap is over.

    Conflict where the old one does not work any more, or was replaced already.
    """
    if not timedelta(0) <= overlap <= MAX_OVERLAP:
        raise Invalid(field="overlap", reason="out_of_range", low=0, high=MAX_OVERLAP.days)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=now)
        old = uow.keys.locked(key_id)
        if old is None:
            raise NotFound(what="key")
        if not old.works(now):
            raise Conflict(what="key_over")
        if uow.keys.successor(key_id) is not None:
            raise Conflict(what="key_replaced")
        key, secret = _made(desk, actor, now, site_id=old.site_id, name=old.name)
        life = old.expires_at - old.created_at if old.expires_at else None
        key = replace(key, scopes=old.scopes, expires_at=now + life if life else None, replaces=old.id)
        uow.keys.add(key, secret_hash=token_hash(secret))
        ends = now + overlap
        uow.keys.end(old.id, at=min(ends, old.expires_at) if old.expires_at else ends)
        _tell(uow, EventType.KEY_ROTATED, key, actor, now, replaces=str(old.id), until=_until(key))
        return key, secret


def _made(desk: Desk, actor: Actor, now: datetime, *, site_id: int, name: str) -> tuple[ApiKey, str]:
    secret = KEY_PREFIX + desk.token()
    key = ApiKey(
        id=desk.new_id(),
        site_id=site_id,
        name=name,
        prefix=secret[:_SHOWN],
        scopes=frozenset(),
        created_at=now,
        created_by=actor.name,
        expires_at=None,
        revoked_at=None,
        last_used_at=None,
    )
    return key, secret


def _until(key: ApiKey) -> str | None:
    return instant(key.expires_at) if key.expires_at else None


def revoke_key(desk: Desk, caller: Caller, key_id: int) -> None:
    """At once and for good; revoking a revoked key changes nothing."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=now)
        key = uow.keys.get(key_id)
        if key is None:
            raise NotFound(what="key")
        if key.revoked_at is not None:
            return
        uow.keys.revoke(key_id, at=now)
        _tell(uow, EventType.KEY_REVOKED, key, actor, now)


def _tell(uow: UnitOfWork, type_: EventType, key: ApiKey, actor: Actor, now: datetime, **facts: object) -> None:
    data = {"key": str(key.id), **facts}
    event = Event(type=type_, actor=actor.name, subject=f"key:{key.prefix}", at=now, data=data)
    uow.log.append(key.site_id, [event])
