"""Staff: signing in and out, roles, and the sites that the desk serves."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NoReturn
from zoneinfo import ZoneInfo, available_timezones

from moderation import passwords
from moderation.article import Mode, Site
from moderation.audit import Event, EventType
from moderation.comment import MAX_NAME, MAX_TITLE
from moderation.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from moderation.parsing import is_visible, plain
from moderation.policy import Policy
from moderation.ports import Passwords, UnitOfWork
from moderation.roles import GRANTS, Actor, Caller, Permission, Role, Session, Staff, Way
from moderation.service import attempts, authority, placing, reauthentication, second_factor
from moderation.service.desk import Desk
from moderation.service.logs import DESK_SITE, origin_of, tell_desk

LANGUAGES = ("ar", "en")
_NAME = re.compile(r"[\w.@+-]{1,100}", re.ASCII)
_SITE_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A new session; the token is known to nobody else and stored only as a hash."""

    token: str
    staff: Staff
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenged:
    """The first factor was right; `token` goes with the code that is asked for now."""

    token: str
    staff: Staff


def token_hash(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def sign_in(desk: Desk, name: str, password: str, *, address: str) -> Opened | Challenged:
    """RateLimited after many failures of the name or the address, Unauthenticated on a wrong name or password.

    Who has a second factor is asked for its code: `sign_in_by_code`.
    """
    now = desk.now()
    subjects = attempts.of_password(name, address)
    with desk.read() as uow:
        attempts.check(uow, subjects, now)
        staff = uow.accounts.by_name(name)
        stored = uow.accounts.password_of(staff.id) if staff is not None else None
    # The hash is computed outside the transaction, for an unknown name too: else its absence would show in the time.
    known = desk.passwords.verify(stored, password)
    if staff is None or not known or not staff.active:
        attempts.failed(desk, subjects, staff, now)
        raise Unauthenticated(kind="password")
    with desk.begin() as uow:
        # Meanwhile the account may have been closed, the password changed, or too much been guessed by others.
        attempts.check(uow, subjects, now)
        present = uow.accounts.by_name(name)
        if present is None or not present.active or uow.accounts.password_of(present.id) != stored:
            raise Unauthenticated(kind="password")
        if second_factor.is_on(uow, staff.id):
            return Challenged(token=second_factor.challenge(desk, uow, staff.id, now=now), staff=staff)
        uow.accounts.clear_failures(subjects[0])
        return open_session(desk, uow, staff, way=Way.PASSWORD, address=address, now=now)


def sign_in_by_code(desk: Desk, token: str, code: str, *, address: str) -> Opened:
    """The second step. Unauthenticated on a wrong code (kind `code`, the token still good) or a token that is over."""
    now = desk.now()
    with desk.read() as uow:
        staff = second_factor.challenged(uow, token, now=now)
        subjects = attempts.of_code(staff, address)
        attempts.check(uow, subjects, now)
    with desk.begin() as uow:
        # Once more, for what has been done and guessed meanwhile.
        staff = second_factor.challenged(uow, token, now=now)
        attempts.check(uow, subjects, now)
        if second_factor.answered(desk, uow, staff, code, now=now):
            for past in (subjects[0], attempts.of_password(staff.name, address)[0]):
                uow.accounts.clear_failures(past)
            uow.accounts.withdraw_links(staff.id, now=now)
            return open_session(desk, uow, staff, way=Way.PASSWORD, address=address, now=now)
    attempts.failed(desk, subjects, staff, now)
    raise Unauthenticated(kind="code")


def sign_in_by_link(desk: Desk, link: str, *, address: str) -> Opened | Challenged:
    """A one-time link stands for the password; Unauthenticated if it is unknown, used or expired.

    Whoever has a second factor spends it by the code: a phone may load the page anew on the way back from the app that
    shows it.
    """
    with desk.begin() as uow:
        now = desk.now()
        staff = uow.accounts.of_link(token_hash(link), now=now)
        if staff is not None and second_factor.is_on(uow, staff.id):
            return Challenged(token=second_factor.challenge(desk, uow, staff.id, now=now), staff=staff)
        if staff is None or not uow.accounts.use_link(token_hash(link), now=now):
            raise Unauthenticated(kind="link")
        return open_session(desk, uow, staff, way=Way.LINK, address=address, now=now)


def open_session(desk: Desk, uow: UnitOfWork, staff: Staff, *, way: Way, address: str, now: datetime) -> Opened:
    """For who has proved who they are, in the transaction that saw the proof."""
    token = desk.token()
    expires_at = now + uow.rules.get().length
    uow.accounts.open_session(
        token_hash(token), staff.id, address=address[:MAX_NAME], way=way, now=now, expires_at=expires_at
    )
    name, data = staff.actor, {"way": way}
    tell_desk(uow, Event(type=EventType.SESSION_OPENED, actor=name, subject=f"staff:{staff.name}", at=now, data=data))
    return Opened(token=token, staff=staff, expires_at=expires_at)


def sign_out(desk: Desk, caller: Session) -> None:
    """End the session and give back its leases; nothing happens when it has ended already."""
    with desk.begin() as uow:
        now = desk.now()
        try:
            staff = authority.staff_of(uow, caller, now=now, enrolling=True)
        except Unauthenticated:
            return
        uow.queue.release(staff.id)
        uow.accounts.close_session(caller.token_hash)
        name = staff.actor
        tell_desk(uow, Event(type=EventType.SESSION_CLOSED, actor=name, subject=f"staff:{staff.name}", at=now, data={}))


def whoami(desk: Desk, caller: Session) -> Staff:
    """The signed-in person; Unauthenticated if the session has ended."""
    now = desk.now()
    with desk.read() as uow:
        found = authority.signed_in(uow, caller, now=now)
    # Noted once a minute at most, so that reading a page does not write to the database.
    if now - found.seen_at > authority.NOTED_EVERY:
        with desk.begin() as uow:
            uow.accounts.touch_session(caller.token_hash, now=now)
    return found.staff


def refuse(desk: Desk, caller: Caller, permission: Permission, *, where: str) -> NoReturn:
    """For a door that turns somebody away before it asks a use case: Forbidden, and told as any other."""
    with desk.read() as uow:
        actor = authority.require(uow, caller, permission, now=desk.now())
        raise Forbidden(permission=permission.value, where=where, by=actor.name)


def issue_link(desk: Desk, caller: Caller, name: str, *, minutes: int = 60) -> str:
    """A token that signs this person in once within the time. Conflict where the account is closed."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        staff = named(uow, name)
        if not staff.active:
            raise Conflict(what="inactive")
        token = desk.token()
        uow.accounts.add_link(token_hash(token), staff.id, expires_at=now + timedelta(minutes=minutes))
        _tell(uow, actor, EventType.LINK_ISSUED, staff.name, now, {"minutes": minutes})
        return token


def staff(desk: Desk, caller: Caller) -> list[Staff]:
    with desk.read() as uow:
        authority.require(uow, caller, Permission.STAFF_MANAGE, now=desk.now())
        return uow.accounts.all()


def add_staff(
    desk: Desk,
    caller: Caller,
    *,
    name: str,
    display_name: str,
    role: Role,
    language: str = "ar",
    password: str | None = None,
) -> Staff:
    """Without a password the person signs in by a one-time link."""
    person = new_person(desk.new_id(), name=name, display_name=display_name, role=role, language=language)
    hashed = hashed_password(desk.passwords, name, password) if password is not None else None
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        return enrol(uow, actor.name, person, password=hashed, at=now)


def new_person(person_id: int, *, name: str, display_name: str, role: Role, language: str) -> Staff:
    """Invalid where a name or the language cannot be accepted; stored nowhere yet."""
    if not _NAME.fullmatch(name):
        raise Invalid(field="name", reason="bad_characters")
    display_name = shown_name(display_name)
    if language not in LANGUAGES:
        raise Invalid(field="language", reason="not_listed")
    return Staff(
        id=person_id,
        name=name,
        display_name=display_name,
        role=role,
        language=language,
        active=True,
        has_password=False,
    )


def shown_name(text: str) -> str:
    """What colleagues call somebody, without what is invisible in it; Invalid where nothing is left, or too much."""
    name = plain(text)
    if not is_visible(name):
        raise Invalid(field="display_name", reason="missing")
    if len(name) > MAX_NAME:
        raise Invalid(field="display_name", reason="too_long", high=MAX_NAME)
    return name


def enrol(uow: UnitOfWork, actor: str, person: Staff, *, password: str | None, at: datetime, **facts: object) -> Staff:
    """Store the account with its event, in whose name `actor` says; Conflict where there is one of that name."""
    # `Amal` beside `amal` would be taken for her in the queue and in the log; two who are added at once take turns.
    uow.accounts.admins()
    if uow.accounts.is_taken(person.name):
        raise Conflict(what="staff")
    person = replace(person, has_password=password is not None)
    uow.accounts.add(person, password=password, at=at)
    data = {"role": person.role.value, **facts}
    tell_desk(uow, Event(type=EventType.STAFF_ADDED, actor=actor, subject=f"staff:{person.name}", at=at, data=data))
    return person


def hashed_password(hasher: Passwords, name: str, password: str) -> str:
    passwords.check(password, about=(name, "taliq"))
    return hasher.hash(password)


def change_role(desk: Desk, caller: Caller, name: str, role: Role) -> None:
    """What the person holds goes back to the queue where the new role reviews nothing. Conflict for an auditor who is
    limited to sections, and could read no log."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        person = named(uow, name)
        if person.role is role:
            return
        if role is not Role.ADMIN:
            _keep_an_admin(uow, person)
        placing.check_suit(role, uow.limits.of(person.id))
        uow.accounts.set_role(person.id, role)
        if Permission.COMMENTS_REVIEW not in GRANTS[role]:
            uow.queue.release(person.id)
        # Nobody comes in any more by the word of who may not give it.
        uow.invitations.revoke_of(name, at=now)
        data = {"from": person.role.value, "to": role.value}
        _tell(uow, actor, EventType.STAFF_ROLE_CHANGED, name, now, data)


def deactivate(desk: Desk, caller: Caller, name: str) -> None:
    """Ends the person's sessions and leases at once, and their one-time links, also for when they are back."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        person = named(uow, name)
        _keep_an_admin(uow, person)
        uow.accounts.set_active(person.id, False)
        uow.accounts.close_sessions_of(person.id)
        uow.accounts.withdraw_links(person.id, now=now)
        uow.factors.close_challenges_of(person.id)
        uow.queue.release(person.id)
        uow.invitations.revoke_of(name, at=now)
        _tell(uow, actor, EventType.STAFF_DEACTIVATED, name, now, {})


def reactivate(desk: Desk, caller: Caller, name: str) -> None:
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        uow.accounts.set_active(named(uow, name).id, True)
        _tell(uow, actor, EventType.STAFF_REACTIVATED, name, now, {})


def set_password(desk: Desk, caller: Caller, name: str, password: str) -> None:
    """Somebody's, by whoever may; every other session of that person ends, and so do their one-time links."""
    hashed = hashed_password(desk.passwords, name, password)
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        _set_password(uow, caller, named(uow, name), hashed, now)
        _tell(uow, actor, EventType.STAFF_PASSWORD_CHANGED, name, now, {})


def change_password(desk: Desk, caller: Session, present: str, password: str, *, address: str) -> None:
    """One's own. Who has one already must know it."""
    person = reauthentication.by_password(desk, caller, present, address=address)
    hashed = hashed_password(desk.passwords, person.name, password)
    with desk.begin() as uow:
        now = desk.now()
        person = authority.staff_of(uow, caller, now=now)
        _set_password(uow, caller, person, hashed, now)
        name = person.actor
        event = Event(
            type=EventType.STAFF_PASSWORD_CHANGED, actor=name, subject=f"staff:{person.name}", at=now, data={}
        )
        tell_desk(uow, event)


def _set_password(uow: UnitOfWork, caller: Caller, person: Staff, hashed: str, now: datetime) -> None:
    uow.accounts.set_password(person.id, hashed)
    uow.accounts.withdraw_links(person.id, now=now)
    uow.factors.close_challenges_of(person.id)
    # Whoever knew the old password must be out; only the session that changed it goes on.
    uow.accounts.close_sessions_of(person.id, except_for=caller.token_hash if isinstance(caller, Session) else "")


def set_language(desk: Desk, caller: Session, language: str) -> None:
    """The caller's own preference; it is no state that anyone audits."""
    if language not in LANGUAGES:
        raise Invalid(field="language", reason="not_listed")
    with desk.begin() as uow:
        person = authority.staff_of(uow, caller, now=desk.now(), enrolling=True)
        uow.accounts.set_language(person.id, language)


def set_blurs(desk: Desk, caller: Session, blurs: bool) -> None:
    """Whether the caller wants harsh words blurred; their own preference, no state that anyone audits."""
    with desk.begin() as uow:
        person = authority.staff_of(uow, caller, now=desk.now())
        uow.accounts.set_blurs(person.id, blurs)


def named(uow: UnitOfWork, name: str) -> Staff:
    person = uow.accounts.by_name(name)
    if person is None:
        raise NotFound(what="staff", name=name)
    return person


def _keep_an_admin(uow: UnitOfWork, leaving: Staff) -> None:
    others = [one for one in uow.accounts.admins() if one.id != leaving.id]
    if leaving.role is Role.ADMIN and not others:
        raise Conflict(what="last_admin")


def _tell(
    uow: UnitOfWork, actor: Actor, type_: EventType, name: str, at: datetime, facts: Mapping[str, object]
) -> None:
    tell_desk(uow, Event(type=type_, actor=actor.name, subject=f"staff:{name}", at=at, data=facts))


def sites(desk: Desk, caller: Caller) -> list[Site]:
    """Every site of which the caller may see anything: a key its own, staff those that they are not kept from."""
    with desk.read() as uow:
        actor = authority.identify(uow, caller, now=desk.now())
        everything = uow.sites.all()
    reached = [site for site in everything if actor.site_id in (None, site.id)]
    return [site for site in reached if actor.limits is None or actor.limits.touches(site.id)]


def add_site(
    desk: Desk,
    caller: Caller,
    *,
    name: str,
    title: str,
    language: str = "ar",
    time_zone: str = "Africa/Cairo",
    mode: Mode = Mode.POST,
) -> Site:
    """Makes the site, its log and its first policy."""
    if not _SITE_NAME.fullmatch(name):
        raise Invalid(field="name", reason="bad_characters")
    title = plain(title) or name
    if len(title) > MAX_TITLE:
        raise Invalid(field="title", reason="too_long", high=MAX_TITLE)
    if language not in LANGUAGES:
        raise Invalid(field="language", reason="not_listed")
    if time_zone not in available_timezones():
        raise Invalid(field="time_zone", reason="not_listed")
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.POLICY_MANAGE, now=now)
        # The desk's own log goes by that name, and what is signed of two logs of one name could not be told apart.
        if name == DESK_SITE or uow.sites.by_name(name) is not None:
            raise Conflict(what="site")
        site = Site(id=desk.new_id(), name=name, title=title, language=language, time_zone=ZoneInfo(time_zone).key)
        uow.sites.add(site, created_at=now)
        uow.log.open(site.id, origin=origin_of(name))
        policy = replace(Policy(site_id=site.id, number=1), mode=mode)
        uow.policies.add(policy, by=actor.name, note="", at=now)
        data: dict[str, object] = {"name": name, "policy": 1}
        event = Event(type=EventType.SITE_ADDED, actor=actor.name, subject=f"site:{site.id}", at=now, data=data)
        uow.log.append(site.id, [event])
        return site
