"""A second factor beside the password: a code of an authenticator app, or a recovery code where the phone is lost."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from moderation.audit import Event, EventType
from moderation.errors import Conflict, Invalid, NotFound, Unauthenticated
from moderation.ports import SecondFactor, UnitOfWork
from moderation.roles import Caller, Permission, Session, Staff
from moderation.service import attempts, authority, reauthentication
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk
from moderation.service.settled import settled

RECOVERY_CODES = 10
# How long one may look for the phone after the password was right.
CHALLENGE_LENGTH = timedelta(minutes=5)
_DIGITS = re.compile("[0-9]{6}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH, _GROUP = 24, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolment:
    """For the person's screen alone: the secret to type, and the same as an address for a square code."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorState:
    on: bool
    codes_left: int


def state(desk: Desk, caller: Session) -> FactorState:
    with desk.read() as uow:
        person = authority.staff_of(uow, caller, now=desk.now(), enrolling=True)
        found = uow.factors.of(person.id)
        on = found is not None and found.confirmed
        return FactorState(on=on, codes_left=uow.factors.codes_left(person.id) if on else 0)


@settled
def begin(desk: Desk, caller: Session, present: str = "", *, address: str) -> Enrolment:
    """A new secret, which counts once a code of it has been typed. Conflict where a factor is on already.

    Who has a password must know it: a factor of another's phone would lock its owner out.
    """
    reauthentication.by_password(desk, caller, present, address=address, enrolling=True)
    with desk.begin() as uow:
        person = authority.staff_of(uow, caller, now=desk.now(), enrolling=True)
        found = uow.factors.of(person.id)
        if found is not None and found.confirmed:
            raise Conflict(what="second_factor")
        secret = desk.codes.new_secret()
        uow.factors.put(person.id, sealed=desk.codes.sealed(secret))
        return Enrolment(secret=secret, address=desk.codes.address(secret, person.name))


@settled
def confirm(desk: Desk, caller: Session, code: str, *, secret: str | None = None) -> tuple[str, ...]:
    """Turn it on by a first code; the recovery codes, which nobody sees again. The person's other sessions end.

    Conflict where `secret`, which the person was shown, is not the one that was begun last: no code of it is good.
    """
    with desk.begin() as uow:
        now = desk.now()
        person = authority.staff_of(uow, caller, now=now, enrolling=True)
        found = uow.factors.of(person.id)
        if found is not None and found.confirmed:
            raise Conflict(what="second_factor")
        if found is None or (secret is not None and desk.codes.opened(found.sealed) != secret):
            raise Conflict(what="enrolment")
        if not _spent(desk, uow, person, found, code, now):
            raise Invalid(field="code", reason="wrong_code")
        codes = tuple(_recovery_code(desk) for _ in range(RECOVERY_CODES))
        uow.factors.confirm(person.id, codes=[_hashed(one) for one in codes])
        uow.accounts.close_sessions_of(person.id, except_for=caller.token_hash)
        _tell(uow, EventType.SECOND_FACTOR_ADDED, person, person.actor, now)
        return codes


@settled
def remove(desk: Desk, caller: Session, code: str, *, address: str) -> None:
    """Turn one's own off, by a code of it. RateLimited after many wrong ones: a stolen session could try them all."""
    now = desk.now()
    with desk.read() as uow:
        person = authority.staff_of(uow, caller, now=now)
        subjects = attempts.of_code(person, address)
        attempts.check(uow, subjects, now)
    with desk.begin() as uow:
        person = authority.staff_of(uow, caller, now=now)
        found = uow.factors.of(person.id)
        if found is None or not found.confirmed:
            raise Conflict(what="no_second_factor")
        if person.role in uow.rules.get().factor_roles:
            raise Conflict(what="second_factor_required")
        if _spent(desk, uow, person, found, code, now):
            uow.factors.drop(person.id)
            return _tell(uow, EventType.SECOND_FACTOR_REMOVED, person, person.actor, now)
    attempts.failed(desk, subjects, person, now)
    raise Invalid(field="code", reason="wrong_code")


@settled
def reset(desk: Desk, caller: Caller, name: str) -> None:
    """For somebody who lost the phone and the codes: an admin who knows them turns it off, and their sessions end."""
    with desk.begin() as uow:
        now = desk.now()
        actor = authority.require(uow, caller, Permission.STAFF_MANAGE, now=now)
        person = uow.accounts.by_name(name)
        if person is None:
            raise NotFound(what="staff", name=name)
        if not is_on(uow, person.id):
            raise Conflict(what="no_second_factor")
        uow.factors.drop(person.id)
        uow.accounts.close_sessions_of(person.id, except_for=caller.token_hash if isinstance(caller, Session) else "")
        _tell(uow, EventType.SECOND_FACTOR_REMOVED, person, actor.name, now, by_admin=True)


def is_on(uow: UnitOfWork, staff_id: int) -> bool:
    found = uow.factors.of(staff_id)
    return found is not None and found.confirmed


def challenge(desk: Desk, uow: UnitOfWork, staff_id: int, *, now: datetime) -> str:
    """A token that says: this person's first factor was right, a little while ago."""
    token = desk.token()
    hashed = sha256(token.encode()).hexdigest()
    uow.factors.add_challenge(hashed, staff_id, expires_at=now + CHALLENGE_LENGTH, now=now)
    return token


def challenged(uow: UnitOfWork, token: str, *, now: datetime) -> Staff:
    """Whose token it is; Unauthenticated once it has expired or was used."""
    hashed = sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
    person = uow.factors.challenged(hashed, now=now)
    if person is None:
        raise Unauthenticated(kind="challenge")
    return person


def answered(desk: Desk, uow: UnitOfWork, person: Staff, code: str, *, now: datetime) -> bool:
    """Whether the code is right; then it is spent, and all that waits for one: a link may have been opened twice."""
    found = uow.factors.of(person.id)
    if found is None or not found.confirmed or not _spent(desk, uow, person, found, code, now):
        return False
    uow.factors.close_challenges_of(person.id)
    return True


def _spent(desk: Desk, uow: UnitOfWork, person: Staff, found: SecondFactor, code: str, now: datetime) -> bool:
    """Whether the code is good, which it is once: a time step is not gone back to, a recovery code is crossed out."""
    code = _meant(code)
    if _DIGITS.fullmatch(code):
        step = desk.codes.step(desk.codes.opened(found.sealed), code, at=now, after=found.last_step)
        if step is None:
            return False
        return uow.factors.advance(person.id, seen=found.last_step, to=step)
    return found.confirmed and uow.factors.spend(person.id, _hashed(code), at=now)


def _meant(typed: str) -> str:
    """Letters and digits alone, in whatever script the keyboard has its digits; blanks, dashes and what a copy out of a
    page that runs from right to left brings along say nothing."""
    plain = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(str(unicodedata.decimal(one, one)) for one in plain if one.isalnum())


def _recovery_code(desk: Desk) -> str:
    # 24 of 31 letters that cannot be mistaken for each other are 118 bits: from 112 on nobody can try them all, and a
    # plain hash of them may be stored (ASVS 6.5.2).
    number = int.from_bytes(desk.salt(), "big")
    letters = []
    for _ in range(_LENGTH):
        number, place = divmod(number, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "-".join("".join(letters[at : at + _GROUP]) for at in range(0, _LENGTH, _GROUP))


def _hashed(code: str) -> str:
    return sha256(code.replace("-", "").encode("utf-8", "surrogatepass")).hexdigest()


def _tell(uow: UnitOfWork, type_: EventType, person: Staff, actor: str, now: datetime, **facts: object) -> None:
    given: Mapping[str, object] = facts
    tell_desk(uow, Event(type=type_, actor=actor, subject=f"staff:{person.name}", at=now, data=given))
