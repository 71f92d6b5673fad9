"""Guessing is slowed: failures of a name, of a person's codes and from an address, in the last quarter of an hour.

Codes are counted apart from passwords: whoever knows no more than a name could else keep its owner from the second step
as well, to which a one-time link leads past the first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

from moderation.audit import Event, EventType
from moderation.errors import RateLimited
from moderation.ports import UnitOfWork
from moderation.roles import Staff
from moderation.service.desk import Desk
from moderation.service.logs import tell_desk

FAILURE_WINDOW = timedelta(minutes=15)
FAILURES_BY_NAME, FAILURES_BY_ADDRESS = 8, 40
_MOST = {"name": FAILURES_BY_NAME, "code": FAILURES_BY_NAME, "address": FAILURES_BY_ADDRESS}


def of_password(name: str, address: str) -> list[str]:
    return [_subject("name", name), _subject("address", _one_of_theirs(address))]


def of_code(person: Staff, address: str) -> list[str]:
    return [_subject("code", person.name), _subject("address", _one_of_theirs(address))]


def _one_of_theirs(address: str) -> str:
    """What stands for all the addresses of a household or machine: of IPv6 the first half, as the rest it may choose
    anew for each request (RFC 7421)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or found.packed[:8].hex(":", 2))


def _subject(kind: str, of: str) -> str:
    # Hashed, so that a password typed into the name field is not stored.
    return f"{kind}:{sha256(of.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def check(uow: UnitOfWork, subjects: list[str], now: datetime) -> None:
    """RateLimited after too many failures of any of them, until enough of them have been so long ago."""
    since = now - FAILURE_WINDOW
    nth = [(subject, _MOST[subject.partition(":")[0]]) for subject in subjects]
    found = [uow.accounts.nth_failure(subject, most, since=since) for subject, most in nth]
    if shut := [at for at in found if at is not None]:
        raise RateLimited(retry_after=(max(shut) - since).total_seconds())


def failed(desk: Desk, subjects: list[str], staff: Staff | None, now: datetime) -> None:
    """One more, in a transaction of its own: the one that found it out has left nothing.

    RateLimited where others used up meanwhile what may be guessed: of many at once no more count than one by one.
    """
    with desk.begin() as uow:
        check(uow, subjects, now)
        for subject in subjects:
            uow.accounts.add_failure(desk.new_id(), subject, at=now, forget_before=now - FAILURE_WINDOW)
        subject = f"staff:{staff.name}" if staff else "staff:?"
        tell_desk(uow, Event(type=EventType.SESSION_REFUSED, actor="visitor:?", subject=subject, at=now, data={}))
