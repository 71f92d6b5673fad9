"""Admins: the policy of a site, and its API keys (`keys`)."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.errors import Invalid, NotFound, StaleVersion
from moderation.parsing import plain
from moderation.policy import Policy, to_json
from moderation.ports import PolicyVersion
from moderation.roles import Caller, Permission
from moderation.service import authority
from moderation.service.desk import Desk
from moderation.service.keys import issue_key, keys, revoke_key, rotate_key
from moderation.text.links import domain_of
from moderation.text.words import is_found

__all__ = ["MAX_NOTE", "history", "issue_key", "keys", "policy", "publish", "revoke_key", "rotate_key"]

MAX_NOTE = 1_000


def policy(desk: Desk, caller: Caller, *, site: str, number: int | None = None) -> Policy:
    """The one in force, or the one of that number, which decisions name as `policy:7`."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        place = authority.site_for(uow, actor, site)
        found = uow.policies.active(place.id) if number is None else uow.policies.numbered(place.id, number)
        if found is None:
            raise NotFound(what="policy", number=number)
        return found


def history(desk: Desk, caller: Caller, *, site: str) -> list[PolicyVersion]:
    with desk.read() as uow:
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=desk.now())
        return uow.policies.history(authority.site_for(uow, actor, site).id)


def publish(desk: Desk, caller: Caller, draft: Policy, *, site: str, seen_number: int, note: str = "") -> Policy:
    """The draft becomes the next number and is in force at once; StaleVersion if someone published meanwhile."""
    if len(note) > MAX_NOTE:
        raise Invalid(field="note", reason="too_long", high=MAX_NOTE)
    check_meant(draft)
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


def check_meant(draft: Policy) -> None:
    """Invalid for an entry that would do nothing, or something else than it says. Policies in force may have some."""
    for name, entries in (("banned", draft.banned), ("suspect", draft.suspect)):
        for entry in entries:
            if not is_found(entry):
                raise Invalid(field=name, reason="not_looked_for", word=entry)
    for entry in draft.allowed_domains:
        if not domain_of(entry):
            raise Invalid(field="allowed_domains", reason="no_domain", word=entry)
