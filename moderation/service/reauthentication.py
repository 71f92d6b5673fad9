"""Who is in proves once more that it is them, before what would give the account away (ASVS 7.5.1)."""

from __future__ import annotations

from moderation.errors import Invalid
from moderation.roles import Session, Staff
from moderation.service import attempts, authority
from moderation.service.desk import Desk


def by_password(desk: Desk, caller: Session, present: str, *, address: str, enrolling: bool = False) -> Staff:
    """Whose session it is. Invalid unless `present` is the password, where there is one; RateLimited after many tries.

    An unlocked screen must not be enough to take an account over.
    """
    now = desk.now()
    with desk.read() as uow:
        person = authority.staff_of(uow, caller, now=now, enrolling=enrolling)
        stored = uow.accounts.password_of(person.id)
        subjects = attempts.of_password(person.name, address)
        attempts.check(uow, subjects, now)
    if stored is not None and not desk.passwords.verify(stored, present):
        attempts.failed(desk, subjects, person, now)
        raise Invalid(field="present", reason="wrong_password")
    return person
