"""Invitations: shown once, good once, not for ever, and nobody's way past the rules."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from moderation.errors import Conflict, Forbidden, Invalid, ModerationError, NotFound, Unauthenticated
from moderation.invitation import InvitationState
from moderation.limits import Limit, LimitKind
from moderation.roles import Role, Session
from moderation.service import accounts, audit, invitations, placing
from tests.builders import OPERATOR, Newsroom

PASSWORD = "tulip-seventeen-boat"
GIVEN = {"name": "amal", "display_name": "أمل", "language": "ar", "password": PASSWORD, "address": "::1"}


def invited(newsroom: Newsroom, role: Role = Role.MODERATOR, **given: object) -> tuple[int, str]:
    made, token = invitations.invite(newsroom.desk, newsroom.admin, role, **given)  # type: ignore[arg-type]
    return made.id, token


def state_of(newsroom: Newsroom, number: int) -> InvitationState:
    known = {one.id: one for one in invitations.all_of_them(newsroom.desk, newsroom.admin)}
    return known[number].state(newsroom.clock())


def test_who_accepts_is_in_with_the_role_and_the_place_that_were_chosen(newsroom: Newsroom) -> None:
    here = Limit(site_id=newsroom.site.id, kind=LimitKind.SITE, item_id=newsroom.site.id)
    number, token = invited(newsroom, limits=[here], display_name="الزميلة الجديدة")
    assert invitations.opened(newsroom.desk, token).display_name == "الزميلة الجديدة"
    opened = invitations.accept(newsroom.desk, token, **GIVEN)
    person = accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(opened.token)))
    assert (person.name, person.display_name, person.role, person.language) == ("amal", "أمل", Role.MODERATOR, "ar")
    assert placing.limits(newsroom.desk, newsroom.admin)[person.id] == [here]
    assert state_of(newsroom, number) is InvitationState.ACCEPTED
    assert accounts.sign_in(newsroom.desk, "amal", PASSWORD, address="::1")


def test_what_happened_stands_in_the_log_and_the_token_does_not(newsroom: Newsroom) -> None:
    number, token = invited(newsroom)
    invitations.accept(newsroom.desk, token, **GIVEN)
    rows = audit.events(newsroom.desk, newsroom.admin, site=None).rows
    told = [(row.type, row.actor) for row in rows if row.subject == f"invitation:{number}"]
    assert told == [("invitation:accepted", "moderator:amal"), ("invitation:issued", "admin:admin-1")]
    assert not any(token in row.body or accounts.token_hash(token) in row.body for row in rows)
    with newsroom.desk.read() as uow:
        assert uow.invitations.by_token(token) is None


@pytest.mark.parametrize("way", ["again", "revoked", "late", "unknown", "inviter gone"])
def test_a_link_that_is_over_lets_nobody_in(newsroom: Newsroom, way: str) -> None:
    number, token = invited(newsroom, lasts=timedelta(days=1))
    if way == "again":
        invitations.accept(newsroom.desk, token, **GIVEN | {"name": "first"})
    elif way == "revoked":
        invitations.revoke(newsroom.desk, newsroom.admin, number)
        invitations.revoke(newsroom.desk, newsroom.admin, number)
    elif way == "late":
        newsroom.clock.advance(days=1)
    elif way == "inviter gone":
        accounts.add_staff(newsroom.desk, OPERATOR, name="other", display_name="o", role=Role.ADMIN)
        accounts.deactivate(newsroom.desk, OPERATOR, "admin-1")
    else:
        token = "made up"
    for refused in (invitations.opened, lambda desk, given: invitations.accept(desk, given, **GIVEN)):
        with pytest.raises(Unauthenticated):
            refused(newsroom.desk, token)
    with newsroom.desk.read() as uow:
        assert uow.accounts.by_name("amal") is None


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"name": "a b"}, Invalid),
        ({"name": "admin-1"}, Conflict),
        ({"name": "Admin-1"}, Conflict),
        ({"password": "password1"}, Invalid),
        ({"password": "short"}, Invalid),
        ({"display_name": " "}, Invalid),
        ({"language": "fr"}, Invalid),
    ],
)
def test_what_is_refused_leaves_the_invitation_open(
    newsroom: Newsroom, changed: dict[str, str], error: type[ModerationError]
) -> None:
    number, token = invited(newsroom)
    with pytest.raises(error):
        invitations.accept(newsroom.desk, token, **GIVEN | changed)
    assert state_of(newsroom, number) is InvitationState.OPEN
    assert invitations.accept(newsroom.desk, token, **GIVEN)


def test_of_many_who_accept_at_once_one_is_in(newsroom: Newsroom) -> None:
    _, token = invited(newsroom)

    def accept(number: int) -> bool:
        try:
            invitations.accept(newsroom.desk, token, **GIVEN | {"name": f"racer-{number}"})
        except (Unauthenticated, Conflict):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(accept, range(4))) == 1
    people = [one.name for one in accounts.staff(newsroom.desk, newsroom.admin) if one.name.startswith("racer")]
    assert len(people) == 1


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR])
def test_only_an_admin_invites_sees_and_revokes(newsroom: Newsroom, role: Role) -> None:
    number, _ = invited(newsroom)
    caller = newsroom.people[role]
    for refused in (
        lambda: invitations.invite(newsroom.desk, caller, Role.ADMIN),
        lambda: invitations.all_of_them(newsroom.desk, caller),
        lambda: invitations.revoke(newsroom.desk, caller, number),
    ):
        with pytest.raises(Forbidden):
            refused()


def test_what_cannot_be_invited(newsroom: Newsroom) -> None:
    here = Limit(site_id=newsroom.site.id, kind=LimitKind.SITE, item_id=newsroom.site.id)
    nowhere = Limit(site_id=newsroom.site.id, kind=LimitKind.SECTION, item_id=77)
    for role, given, error in (
        (Role.ADMIN, {"limits": [here]}, Conflict),
        (Role.MODERATOR, {"limits": [nowhere]}, NotFound),
        (Role.MODERATOR, {"lasts": timedelta(days=31)}, Invalid),
        (Role.MODERATOR, {"display_name": "x" * 201}, Invalid),
    ):
        with pytest.raises(error):
            invited(newsroom, role, **given)
