"""Signing in by the word of the newsroom's identity provider, and who of the staff somebody there is.

An admin says by which e-mail a person is expected. From the first time they come, the provider's own name of them (the
subject) is what counts: addresses are given to others, subjects never. Nobody gets an account by this door alone,
unless the deployment names a role for it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from moderation.audit import Event, EventType
from moderation.comment import MAX_NAME
from moderation.errors import Conflict, Invalid, ModerationError, NotFound, Unauthenticated
from moderation.parsing import is_visible, plain
from moderation.ports import Identity, UnitOfWork
from moderation.roles import Caller, Permission, Role, Staff, Way
from moderation.service import accounts, authority
from moderation.service.accounts import Opened
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled

MAX_EMAIL, MAX_SUBJECT = 320, 255
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a provider says of somebody, its signature checked."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str

    @property
    def address(self) -> str:
        return self.email.casefold()


class _Unknown(Exception):
    """Why the provider's word is not enough; an exception, so that the transaction leaves nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@settled
def sign_in(
    desk: Desk,
    claimed: Claimed,
    *,
    domains: Collection[str] = (),
    default_role: Role | None = None,
    language: str = "ar",
    address: str,
) -> Opened:
    """Unauthenticated with `why`: `unknown`, `inactive`, `unverified` (e-mail) or `domain` (not one let in).

    A second factor is the provider's business and not asked for here. A new account begins in `language`.
    """
    now = desk.now()
    try:
        if not 0 < len(claimed.subject) <= MAX_SUBJECT:
            raise _Unknown("unknown")
        with desk.begin() as uow:
            person = _person(desk, uow, claimed, domains=domains, role=default_role, language=language, now=now)
            if not person.active:
                raise _Unknown("inactive")
            return accounts.open_session(desk, uow, person, way=Way.PROVIDER, address=address, now=now)
    except _Unknown as refused:
        with desk.begin() as uow:
            data = {"way": Way.PROVIDER, "why": refused.why}
            event = Event(type=EventType.SESSION_REFUSED, actor="visitor:?", subject="staff:?", at=now, data=data)
            tell_desk(uow, event)
        raise Unauthenticated(kind="provider", why=refused.why) from None


def _person(
    desk: Desk,
    uow: UnitOfWork,
    claimed: Claimed,
    *,
    domains: Collection[str],
    role: Role | None,
    language: str,
    now: datetime,
) -> Staff:
    known = uow.identities.by_subject(claimed.issuer, claimed.subject)
    if known is not None:
        return known[1]
    _check_email(claimed, domains)
    expected = uow.identities.by_email(claimed.issuer, claimed.address)
    if expected is not None and expected[0].subject is None:
        person = expected[1]
    elif expected is None and role is not None:
        person = _made(desk, uow, claimed, role=role, language=language, now=now)
    else:
        raise _Unknown("unknown")
    bound = Identity(staff_id=person.id, issuer=claimed.issuer, email=claimed.address, subject=claimed.subject)
    uow.identities.put(bound, at=now)
    _tell(uow, EventType.IDENTITY_LINKED, person.actor, person, now)
    return person


def _check_email(claimed: Claimed, domains: Collection[str]) -> None:
    if not claimed.email_verified or not _EMAIL.fullmatch(claimed.email):
        raise _Unknown("unverified")
    if domains and claimed.address.rpartition("@")[2] not in {domain.casefold() for domain in domains}:
        raise _Unknown("domain")


def _made(desk: Desk, uow: UnitOfWork, claimed: Claimed, *, role: Role, language: str, now: datetime) -> Staff:
    """An account of its own, under the e-mail as sign-in name. Never one that is there already: that is an admin's."""
    try:
        person = accounts.new_person(
            desk.new_id(),
            name=claimed.address,
            display_name=name if is_visible(name := plain(claimed.name)[:MAX_NAME]) else claimed.address,
            role=role,
            language=language,
        )
        return accounts.enrol(uow, f"{role}:{person.name}", person, password=None, at=now, way=Way.PROVIDER)
    except ModerationError as error:
        if isinstance(error, Invalid) or error.fields.get("what") == "staff":
            raise _Unknown("unknown") from error
        raise


def identities(desk: Desk, caller: Caller) -> dict[int, Identity]:
    """By the person's id."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        return uow.identities.all()


@settled
def expect(desk: Desk, caller: Caller, name: str, email: str, *, issuer: str) -> bool:
    """By which e-mail this person is known when they first come; an empty one forbids it. Their sessions go on.

    Whether they have come by this very e-mail before: then the provider's id of them goes on counting, whoever else has
    the address by now, until it is taken away and given anew.
    """
    email = email.strip().casefold()
    if email and (len(email) > MAX_EMAIL or not _EMAIL.fullmatch(email)):
        raise Invalid(field="email", reason="not_an_email")
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        person = uow.accounts.by_name(name)
        if person is None:
            raise NotFound(what="staff", name=name)
        before = uow.identities.of(person.id)
        if before is not None and (before.issuer, before.email) == (issuer, email):
            return before.subject is not None
        if not email:
            if before is not None:
                uow.identities.drop(person.id)
                _tell(uow, EventType.IDENTITY_UNLINKED, actor.name, person, now)
            return False
        taken = uow.identities.by_email(issuer, email)
        if taken is not None and taken[1].id != person.id:
            raise Conflict(what="identity")
        uow.identities.put(Identity(staff_id=person.id, issuer=issuer, email=email, subject=None), at=None)
        _tell(uow, EventType.IDENTITY_LINKED, actor.name, person, now)
        return False


def _tell(uow: UnitOfWork, type_: EventType, actor: str, person: Staff, now: datetime) -> None:
    # The address is personal and may change hands; the log names the account.
    tell_desk(uow, Event(type=type_, actor=actor, subject=f"staff:{person.name}", at=now, data={}))
