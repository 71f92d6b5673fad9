"""Invitations: an admin chooses role and place, the invited person chooses their name and their password.

The link is shown once and stored as a hash. It works once: what accepts it, makes the account and opens the session is
one transaction, and a second one finds it accepted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from moderation.audit import Event, EventType, instant
from moderation.comment import MAX_NAME
from moderation.errors import Conflict, Invalid, NotFound, Unauthenticated
from moderation.invitation import LENGTH, MAX_LENGTH, Invitation, InvitationState
from moderation.limits import Limit
from moderation.parsing import plain
from moderation.ports import UnitOfWork
from moderation.roles import Caller, Permission, Role, Way
from moderation.service import accounts, authority, placing
from moderation.service.accounts import Opened, token_hash
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled

SHORTEST = timedelta(hours=1)


@settled
def invite(
    desk: Desk,
    caller: Caller,
    role: Role,
    *,
    limits: Sequence[Limit] = (),
    display_name: str = "",
    lasts: timedelta = LENGTH,
) -> tuple[Invitation, str]:
    """The invitation and its token, which is shown once."""
    display_name = plain(display_name)
    if len(display_name) > MAX_NAME:
        raise Invalid(field="display_name", reason="too_long", high=MAX_NAME)
    if not SHORTEST <= lasts <= MAX_LENGTH:
        raise Invalid(field="lasts", reason="out_of_range", low=1, high=MAX_LENGTH.days)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        token = desk.token()
        invitation = Invitation(
            id=desk.new_id(),
            role=role,
            display_name=display_name,
            limits=tuple(placing.check(uow, role, limits)),
            invited_by=actor.name,
            created_at=now,
            expires_at=now + lasts,
        )
        uow.invitations.add(invitation, token_hash=token_hash(token))
        facts = {"role": role, "limits": placing.told(invitation.limits), "until": instant(invitation.expires_at)}
        _tell(uow, EventType.INVITATION_ISSUED, invitation, actor.name, now, **facts)
        return invitation, token


def all_of_them(desk: Desk, caller: Caller) -> list[Invitation]:
    """Newest first, those that are over as well."""
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        return uow.invitations.all()


@settled
def revoke(desk: Desk, caller: Caller, invitation_id: int) -> None:
    """At once; Conflict where it has been accepted meanwhile, which an account's deactivation is for."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        found = uow.invitations.get(invitation_id)
        if found is None:
            raise NotFound(what="invitation")
        if found.state(now) is InvitationState.REVOKED:
            return
        if not uow.invitations.revoke(invitation_id, at=now):
            raise Conflict(what="invitation_accepted")
        _tell(uow, EventType.INVITATION_REVOKED, found, actor.name, now)


def opened(desk: Desk, token: str) -> Invitation:
    """For the page behind the link; Unauthenticated once it is accepted, revoked or expired."""
    with desk.read() as uow:
        return _standing(uow, token, desk.now())


@settled
def accept(
    desk: Desk, token: str, *, name: str, display_name: str, language: str, password: str, address: str
) -> Opened:
    """The account and its first session. What is refused leaves the invitation as it was."""
    invitation = opened(desk, token)
    person = accounts.new_person(
        desk.new_id(), name=name, display_name=display_name, role=invitation.role, language=language
    )
    # Computed outside the transaction, which it would hold up.
    hashed = accounts.hashed_password(desk.passwords, name, password)
    with desk.begin() as uow:
        now = desk.now()
        invitation = _standing(uow, token, now)
        facts = {"invitation": str(invitation.id), "invited_by": invitation.invited_by}
        person = accounts.enrol(uow, person.actor, person, password=hashed, at=now, **facts)
        if not uow.invitations.accept(invitation.id, staff_id=person.id, now=now):
            raise Unauthenticated(kind="invitation")
        uow.limits.replace(person.id, invitation.limits)
        _tell(uow, EventType.INVITATION_ACCEPTED, invitation, person.actor, now)
        return accounts.open_session(desk, uow, person, way=Way.INVITATION, address=address, now=now)


def _standing(uow: UnitOfWork, token: str, now: datetime) -> Invitation:
    found = uow.invitations.by_token(token_hash(token))
    if found is None or found.state(now) is not InvitationState.OPEN:
        raise Unauthenticated(kind="invitation")
    return found


def _tell(
    uow: UnitOfWork, type_: EventType, invitation: Invitation, actor: str, now: datetime, **facts: object
) -> None:
    tell_desk(uow, Event(type=type_, actor=actor, subject=f"invitation:{invitation.id}", at=now, data=facts))
