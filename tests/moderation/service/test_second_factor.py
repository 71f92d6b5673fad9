"""A second factor: on by a first code, asked for at each sign-in, each code once, and ways back."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest

from moderation.errors import Conflict, Forbidden, Invalid, RateLimited, Unauthenticated
from moderation.roles import Role, Session
from moderation.service import accounts, attempts, audit, second_factor, sessions
from moderation.service.accounts import Challenged, Opened
from moderation.service.desk import Desk
from tests.builders import OPERATOR, Newsroom, sign_in

PASSWORD = "tulip-seventeen-boat"
NAME = "moderator-1"


def code(newsroom: Newsroom, secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(int(newsroom.clock().timestamp()) + 30 * steps)


def enrolled(newsroom: Newsroom) -> tuple[str, tuple[str, ...]]:
    accounts.set_password(newsroom.desk, OPERATOR, NAME, PASSWORD)
    newsroom.people[Role.MODERATOR] = sign_in(newsroom.desk, NAME)
    begun = second_factor.begin(newsroom.desk, newsroom.moderator, PASSWORD, address="here")
    assert begun.secret in begun.address
    codes = second_factor.confirm(newsroom.desk, newsroom.moderator, code(newsroom, begun.secret))
    newsroom.clock.advance(seconds=60)
    return begun.secret, codes


def challenged(newsroom: Newsroom) -> str:
    found = accounts.sign_in(newsroom.desk, NAME, PASSWORD, address="192.0.2.1")
    assert isinstance(found, Challenged)
    return found.token


def answered(newsroom: Newsroom, token: str, typed: str) -> Opened:
    return accounts.sign_in_by_code(newsroom.desk, token, typed, address="192.0.2.1")


def test_the_code_of_the_app_lets_in(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    opened = answered(newsroom, challenged(newsroom), code(newsroom, secret))
    assert opened.staff.name == NAME
    accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(opened.token)))


def test_a_code_counts_once(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    typed = code(newsroom, secret)
    token = challenged(newsroom)
    answered(newsroom, token, f" {typed[:3]} {typed[3:]} ")
    for again in (token, challenged(newsroom)):
        with pytest.raises(Unauthenticated):
            answered(newsroom, again, typed)


@pytest.mark.parametrize("zero", ["٠", "۰", "０"])
def test_a_code_may_be_typed_in_the_digits_of_the_keyboard(newsroom: Newsroom, zero: str) -> None:
    secret, codes = enrolled(newsroom)
    typed = code(newsroom, secret).translate({ord(str(digit)): chr(ord(zero) + digit) for digit in range(10)})
    answered(newsroom, challenged(newsroom), f"\u200f{typed[:3]}\u00a0{typed[3:]}")
    answered(newsroom, challenged(newsroom), f"\u2066{codes[0].replace('-', '–')}\u2069")


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_a_step_off(newsroom: Newsroom, steps: int, good: bool) -> None:
    secret, _ = enrolled(newsroom)
    newsroom.clock.advance(seconds=300)
    token = challenged(newsroom)
    if good:
        answered(newsroom, token, code(newsroom, secret, steps=steps))
        return
    with pytest.raises(Unauthenticated, match="code"):
        answered(newsroom, token, code(newsroom, secret, steps=steps))


def test_a_recovery_code_lets_in_once(newsroom: Newsroom) -> None:
    _, codes = enrolled(newsroom)
    assert len(set(codes)) == second_factor.RECOVERY_CODES
    opened = answered(newsroom, challenged(newsroom), codes[0].upper().replace("-", " "))
    here = Session(token_hash=accounts.token_hash(opened.token))
    assert second_factor.state(newsroom.desk, here) == second_factor.FactorState(on=True, codes_left=9)
    with pytest.raises(Unauthenticated):
        answered(newsroom, challenged(newsroom), codes[0])


def test_a_link_is_only_the_first_step(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    link = accounts.issue_link(newsroom.desk, OPERATOR, NAME)
    found = accounts.sign_in_by_link(newsroom.desk, link, address="192.0.2.1")
    assert isinstance(found, Challenged)
    # A phone loads the page anew when one comes back from the app that shows the code.
    again = accounts.sign_in_by_link(newsroom.desk, link, address="192.0.2.1")
    assert isinstance(again, Challenged)
    assert answered(newsroom, again.token, code(newsroom, secret)).staff.name == NAME
    with pytest.raises(Unauthenticated, match="link"):
        accounts.sign_in_by_link(newsroom.desk, link, address="192.0.2.1")


def test_the_second_step_does_not_wait_for_ever(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    token = challenged(newsroom)
    newsroom.clock.advance(minutes=5)
    with pytest.raises(Unauthenticated, match="challenge"):
        answered(newsroom, token, code(newsroom, secret))
    with pytest.raises(Unauthenticated, match="challenge"):
        answered(newsroom, "no token", code(newsroom, secret))


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: accounts.set_password(desk, OPERATOR, NAME, "another " + PASSWORD),
        lambda desk: sessions.end_others(desk, OPERATOR, NAME),
        lambda desk: (accounts.deactivate(desk, OPERATOR, NAME), accounts.reactivate(desk, OPERATOR, NAME)),
    ],
    ids=["password", "sessions", "closed"],
)
def test_who_waits_for_the_second_step_is_put_out_as_well(newsroom: Newsroom, act: Callable[[Desk], object]) -> None:
    secret, _ = enrolled(newsroom)
    token = challenged(newsroom)
    act(newsroom.desk)
    with pytest.raises(Unauthenticated, match="challenge"):
        answered(newsroom, token, code(newsroom, secret))


def test_a_link_that_was_opened_twice_lets_in_once(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    link = accounts.issue_link(newsroom.desk, OPERATOR, NAME)
    tokens = [accounts.sign_in_by_link(newsroom.desk, link, address="::1").token for _ in range(2)]
    assert answered(newsroom, tokens[0], code(newsroom, secret)).token
    newsroom.clock.advance(seconds=60)
    with pytest.raises(Unauthenticated, match="challenge"):
        answered(newsroom, tokens[1], code(newsroom, secret))


def test_guessing_is_slowed(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    token = challenged(newsroom)
    for _ in range(attempts.FAILURES_BY_NAME):
        with pytest.raises(Unauthenticated):
            answered(newsroom, token, "000000")
    with pytest.raises(RateLimited):
        answered(newsroom, token, code(newsroom, secret))


def test_turning_it_off_by_guessing_is_slowed_and_told(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    for _ in range(attempts.FAILURES_BY_NAME):
        with pytest.raises(Invalid):
            second_factor.remove(newsroom.desk, newsroom.moderator, "000000", address="here")
    with pytest.raises(RateLimited):
        second_factor.remove(newsroom.desk, newsroom.moderator, code(newsroom, secret), address="here")
    told = [row.type for row in audit.events(newsroom.desk, newsroom.admin, site=None, limit=100).rows]
    assert told.count("session:refused") == attempts.FAILURES_BY_NAME
    newsroom.clock.advance(minutes=15)
    second_factor.remove(newsroom.desk, newsroom.moderator, code(newsroom, secret), address="here")


def test_who_knows_only_the_name_keeps_nobody_from_the_second_step(newsroom: Newsroom) -> None:
    secret, _ = enrolled(newsroom)
    for _ in range(attempts.FAILURES_BY_NAME):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(newsroom.desk, NAME, "a wrong one", address="203.0.113.9")
    with pytest.raises(RateLimited):
        accounts.sign_in(newsroom.desk, NAME, PASSWORD, address="192.0.2.1")
    link = accounts.issue_link(newsroom.desk, OPERATOR, NAME)
    found = accounts.sign_in_by_link(newsroom.desk, link, address="192.0.2.1")
    assert isinstance(found, Challenged)
    answered(newsroom, found.token, code(newsroom, secret))
    challenged(newsroom)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٠٠٠٠٠٠", "x" * 1_000, "\ud800", "aaaaa-aaaaa"])
def test_what_is_no_code(newsroom: Newsroom, typed: str) -> None:
    enrolled(newsroom)
    with pytest.raises(Unauthenticated):
        answered(newsroom, challenged(newsroom), typed)


def test_a_wrong_first_code_turns_nothing_on(newsroom: Newsroom) -> None:
    begun = second_factor.begin(newsroom.desk, newsroom.moderator, address="here")
    with pytest.raises(Invalid, match="wrong_code"):
        second_factor.confirm(newsroom.desk, newsroom.moderator, code(newsroom, begun.secret, steps=9))
    assert not second_factor.state(newsroom.desk, newsroom.moderator).on
    assert isinstance(
        accounts.sign_in_by_link(newsroom.desk, accounts.issue_link(newsroom.desk, OPERATOR, NAME), address="a"), Opened
    )


def test_turning_it_on_ends_the_other_sessions_and_off_needs_a_code(newsroom: Newsroom) -> None:
    other = sign_in(newsroom.desk, NAME)
    secret, _ = enrolled(newsroom)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, other)
    with pytest.raises(Conflict):
        second_factor.begin(newsroom.desk, newsroom.moderator, PASSWORD, address="here")
    with pytest.raises(Invalid):
        second_factor.remove(newsroom.desk, newsroom.moderator, "000000", address="here")
    second_factor.remove(newsroom.desk, newsroom.moderator, code(newsroom, secret), address="here")
    assert isinstance(accounts.sign_in(newsroom.desk, NAME, PASSWORD, address="a"), Opened)
    with pytest.raises(Conflict):
        second_factor.remove(newsroom.desk, newsroom.moderator, "000000", address="here")


def test_who_has_a_password_must_know_it_to_turn_it_on(newsroom: Newsroom) -> None:
    """Another's phone, enrolled at an unlocked screen, would lock its owner out."""
    accounts.set_password(newsroom.desk, OPERATOR, NAME, PASSWORD)
    here = sign_in(newsroom.desk, NAME)
    for guess in ("", "guess", PASSWORD.upper()):
        with pytest.raises(Invalid, match="wrong_password"):
            second_factor.begin(newsroom.desk, here, guess, address="here")
    for _ in range(attempts.FAILURES_BY_NAME - 3):
        with pytest.raises(Invalid):
            second_factor.begin(newsroom.desk, here, "guess", address="here")
    with pytest.raises(RateLimited):
        second_factor.begin(newsroom.desk, here, PASSWORD, address="here")
    newsroom.clock.advance(seconds=attempts.FAILURE_WINDOW.total_seconds() + 1)
    assert second_factor.begin(newsroom.desk, here, PASSWORD, address="here").secret


def test_an_admin_resets_it_and_nobody_else(newsroom: Newsroom) -> None:
    enrolled(newsroom)
    with pytest.raises(Forbidden):
        second_factor.reset(newsroom.desk, newsroom.people[Role.EDITOR], NAME)
    second_factor.reset(newsroom.desk, newsroom.admin, NAME)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.moderator)
    assert isinstance(accounts.sign_in(newsroom.desk, NAME, PASSWORD, address="a"), Opened)
    with pytest.raises(Conflict):
        second_factor.reset(newsroom.desk, newsroom.admin, NAME)
    told = [row.type for row in audit.events(newsroom.desk, newsroom.admin, site=None, limit=100).rows]
    assert told.count("staff:second_factor:added") == told.count("staff:second_factor:removed") == 1


def test_what_was_begun_and_never_confirmed_is_nothing_to_reset(newsroom: Newsroom) -> None:
    begun = second_factor.begin(newsroom.desk, newsroom.moderator, address="here")
    with pytest.raises(Conflict, match="no_second_factor"):
        second_factor.reset(newsroom.desk, newsroom.admin, NAME)
    assert accounts.whoami(newsroom.desk, newsroom.moderator)
    assert second_factor.confirm(newsroom.desk, newsroom.moderator, code(newsroom, begun.secret))


def test_the_secret_is_nowhere_in_the_database(newsroom: Newsroom) -> None:
    secret, codes = enrolled(newsroom)
    with newsroom.desk.read() as uow:
        person = uow.accounts.by_name(NAME)
        assert person is not None
        found = uow.factors.of(person.id)
        assert found is not None
        assert secret.encode() not in found.sealed
    rows = audit.events(newsroom.desk, newsroom.admin, site=None, limit=200).rows
    assert not any(word in row.body for row in rows for word in (secret, *codes))


def test_sessions_are_seen_and_ended(newsroom: Newsroom) -> None:
    here, other = newsroom.moderator, sign_in(newsroom.desk, NAME)
    found = sessions.own(newsroom.desk, here)
    assert {one.token_hash for one in found} == {here.token_hash, other.token_hash}
    sessions.end(newsroom.desk, here, NAME, other.token_hash)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, other)
    third = sign_in(newsroom.desk, NAME)
    assert sessions.end_others(newsroom.desk, here, NAME) == 1
    assert sessions.end_others(newsroom.desk, here, NAME) == 0
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, third)
    accounts.whoami(newsroom.desk, here)


def test_an_admin_ends_anybody_s_sessions_and_others_only_their_own(newsroom: Newsroom) -> None:
    editor = newsroom.people[Role.EDITOR]
    with pytest.raises(Forbidden):
        sessions.end_others(newsroom.desk, editor, NAME)
    with pytest.raises(Forbidden):
        sessions.of(newsroom.desk, editor, NAME)
    assert len(sessions.of(newsroom.desk, newsroom.admin, NAME)) == 1
    link = accounts.issue_link(newsroom.desk, OPERATOR, NAME)
    assert sessions.end_others(newsroom.desk, newsroom.admin, NAME) == 1
    with pytest.raises(Unauthenticated):
        accounts.sign_in_by_link(newsroom.desk, link, address="a")
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.moderator)


def test_one_s_own_password_is_changed_by_who_knows_it(newsroom: Newsroom) -> None:
    accounts.change_password(newsroom.desk, newsroom.moderator, "", PASSWORD, address="a")
    other = sign_in(newsroom.desk, NAME)
    with pytest.raises(Invalid, match="wrong_password"):
        accounts.change_password(newsroom.desk, newsroom.moderator, "guess", "another good one", address="a")
    with pytest.raises(Invalid, match="too_common"):
        accounts.change_password(newsroom.desk, newsroom.moderator, PASSWORD, "password1", address="a")
    accounts.change_password(newsroom.desk, newsroom.moderator, PASSWORD, "another good one", address="a")
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, other)
    accounts.whoami(newsroom.desk, newsroom.moderator)
    assert isinstance(accounts.sign_in(newsroom.desk, NAME, "another good one", address="a"), Opened)
