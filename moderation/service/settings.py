"""Admins: the policy and the API keys of a site."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.comment import MAX_NAME
from moderation.errors import Invalid, NotFound, StaleVersion
from moderation.parsing import plain
from moderation.policy import Policy, to_json
from moderation.ports import ApiKey, PolicyVersion
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.accounts import token_hash
from moderation.service.desk import Desk

MAX_NOTE = 1_000
KEY_PREFIX = "tq_"
_SHOWN = 11


def policy(desk: Desk, caller: Caller, *, site: str) -> Policy:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        return uow.policies.active(authority.site_for(uow, actor, site).id)


def history(desk: Desk, caller: Caller, *, site: str) -> list[PolicyVersion]:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        return uow.policies.history(authority.site_for(uow, actor, site).id)


def publish(desk: Desk, caller: Caller, draft: Policy, *, site: str, seen_number: int, note: str = "") -> Policy:
    """The draft becomes the next number and is in force at once; StaleVersion if someone published meanwhile."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=now)
        place = authority.site_for(uow, actor, site)
        current = uow.policies.active(place.id)
        if current.number != seen_number:
            raise StaleVersion(seen=seen_number, version=current.number)
        published = replace(draft, site_id=place.id, number=current.number + 1)
        uow.policies.add(published, by=actor.name, note=plain(note), at=now)
        content = json.dumps(to_json(published), ensure_ascii=False, sort_keys=True)
        event = Event(
            type=EventType.POLICY_PUBLISHED,
            actor=actor.name,
            subject=f"policy:{published.number}",
            at=now,
            data={"number": published.number, "content": sha256(content.encode()).hexdigest()},
        )
        uow.log.append(place.id, [event])
        return published


def keys(desk: Desk, caller: Caller, *, site: str) -> list[ApiKey]:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=desk.now())
        return uow.accounts.keys(authority.site_for(uow, actor, site).id)


def issue_key(desk: Desk, caller: Caller, *, site: str, name: str) -> tuple[ApiKey, str]:
    """The key and its secret, which is shown once and stored only as a hash."""
    name = plain(name)
    if not name or len(name) > MAX_NAME:
        raise Invalid(field="name", reason="missing" if not name else "too_long", high=MAX_NAME)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=now)
        place = authority.site_for(uow, actor, site)
        secret = KEY_PREFIX + desk.token()
        key = ApiKey(
            id=desk.new_id(),
            site_id=place.id,
            name=name,
            prefix=secret[:_SHOWN],
            created_at=now,
            created_by=actor.name,
            revoked_at=None,
            last_used_at=None,
        )
        uow.accounts.add_key(key, secret_hash=token_hash(secret))
        event = Event(
            type=EventType.KEY_ISSUED, actor=actor.name, subject=f"key:{key.prefix}", at=now, data={"key": str(key.id)}
        )
        uow.log.append(place.id, [event])
        return key, secret


def revoke_key(desk: Desk, caller: Caller, key_id: int) -> None:
    """At once and for good; revoking a revoked key changes nothing."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.KEYS_MANAGE, now=now)
        key = uow.accounts.key_by_id(key_id)
        if key is None:
            raise NotFound(what="key")
        if key.revoked_at is not None:
            return
        uow.accounts.revoke_key(key_id, at=now)
        event = Event(
            type=EventType.KEY_REVOKED, actor=actor.name, subject=f"key:{key.prefix}", at=now, data={"key": str(key.id)}
        )
        uow.log.append(key.site_id, [event])
