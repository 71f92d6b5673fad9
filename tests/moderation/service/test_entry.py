"""The rules of entry: sessions end by them at once, and who needs a second factor can do nothing without it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from moderation.errors import Conflict, Forbidden, Invalid, Unauthenticated
from moderation.roles import Role, Session
from moderation.service import accounts, entry, review, second_factor, sessions
from tests.builders import OPERATOR, SITE, Newsroom, sign_in


def ruled(newsroom: Newsroom, **changes: object) -> None:
    rules = entry.rules(newsroom.desk, newsroom.admin)
    entry.set_rules(newsroom.desk, OPERATOR, replace(rules, **changes))  # type: ignore[arg-type]


def lives(newsroom: Newsroom, session: Session) -> bool:
    try:
        accounts.whoami(newsroom.desk, session)
    except Unauthenticated:
        with pytest.raises(Unauthenticated):
            review.counts(newsroom.desk, session, site=SITE)
        return False
    return True


@pytest.mark.parametrize(("minutes", "alive"), [(9, True), (10, False)])
def test_a_session_that_nobody_uses_ends(newsroom: Newsroom, minutes: int, alive: bool) -> None:
    ruled(newsroom, idle=timedelta(minutes=10))
    newsroom.clock.advance(minutes=minutes)
    assert lives(newsroom, newsroom.moderator) is alive


@pytest.mark.parametrize(("minutes", "alive"), [(119, True), (120, False)])
def test_a_session_that_is_used_ends_all_the_same(newsroom: Newsroom, minutes: int, alive: bool) -> None:
    ruled(newsroom, length=timedelta(hours=2))
    for _ in range(minutes // 7):
        newsroom.clock.advance(minutes=7)
        accounts.whoami(newsroom.desk, newsroom.moderator)
    newsroom.clock.advance(minutes=minutes % 7)
    assert lives(newsroom, newsroom.moderator) is alive


def test_a_change_ends_open_sessions_at_once(newsroom: Newsroom) -> None:
    newsroom.clock.advance(hours=3)
    assert lives(newsroom, newsroom.moderator)
    newsroom.clock.advance(hours=3)
    ruled(newsroom, length=timedelta(hours=5))
    assert not lives(newsroom, newsroom.moderator)
    assert not lives(newsroom, newsroom.admin)
    assert len(sessions.of(newsroom.desk, OPERATOR, "moderator-1")) == 0


@pytest.mark.parametrize(
    "changes",
    [{"idle": timedelta(minutes=4)}, {"idle": timedelta(days=15)}, {"length": timedelta()}, {"length": timedelta(91)}],
)
def test_rules_have_bounds(newsroom: Newsroom, changes: dict[str, timedelta]) -> None:
    with pytest.raises(Invalid):
        ruled(newsroom, **changes)


def test_what_was_not_seen_is_not_changed(newsroom: Newsroom) -> None:
    seen = entry.rules(newsroom.desk, newsroom.admin)
    ruled(newsroom, factor_roles=frozenset({Role.ADMIN}))
    for wanted, refused in (
        (replace(seen, length=timedelta(hours=9)), True),
        (entry.rules(newsroom.desk, OPERATOR), False),
    ):
        with pytest.raises(Conflict) if refused else nullcontext():
            entry.set_rules(newsroom.desk, OPERATOR, wanted, seen=seen)
    assert entry.rules(newsroom.desk, OPERATOR) == replace(seen, factor_roles=frozenset({Role.ADMIN}))


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR])
def test_only_an_admin_sees_and_sets_them(newsroom: Newsroom, role: Role) -> None:
    rules = entry.rules(newsroom.desk, newsroom.admin)
    for refused in (
        lambda: entry.rules(newsroom.desk, newsroom.people[role]),
        lambda: entry.set_rules(newsroom.desk, newsroom.people[role], rules),
    ):
        with pytest.raises(Forbidden):
            refused()


def enrolled(newsroom: Newsroom, session: Session) -> str:
    secret = second_factor.begin(newsroom.desk, session, address="here").secret
    code = pyotp.TOTP(secret).at(int(newsroom.clock().timestamp()))
    second_factor.confirm(newsroom.desk, session, code)
    return secret


def test_who_lacks_a_required_factor_can_set_it_up_and_do_nothing_else(newsroom: Newsroom) -> None:
    desk, here = newsroom.desk, newsroom.moderator
    ruled(newsroom, factor_roles=frozenset({Role.MODERATOR}))
    kept: list[Callable[[], object]] = [
        lambda: review.next_card(desk, here, site=SITE),
        lambda: accounts.sites(desk, here),
        lambda: accounts.change_password(desk, here, "", "tulip-seventeen-boat", address="a"),
        lambda: accounts.set_blurs(desk, here, True),
        lambda: sessions.end_others(desk, here, "moderator-1"),
        lambda: sessions.own(desk, here),
    ]
    for act in kept:
        with pytest.raises(Forbidden) as refused:
            act()
        assert refused.value.fields["permission"] == "second_factor"
    assert accounts.whoami(desk, here).lacks_factor
    assert not any(accounts.whoami(desk, newsroom.people[role]).lacks_factor for role in Role if role != "moderator")
    accounts.set_language(desk, here, "en")
    enrolled(newsroom, here)
    assert not accounts.whoami(desk, here).lacks_factor
    for act in kept:
        act()


def test_a_required_factor_cannot_be_turned_off_by_oneself(newsroom: Newsroom) -> None:
    secret = enrolled(newsroom, newsroom.moderator)
    ruled(newsroom, factor_roles=frozenset({Role.MODERATOR}))
    newsroom.clock.advance(seconds=60)
    code = pyotp.TOTP(secret).at(int(newsroom.clock().timestamp()))
    with pytest.raises(Conflict):
        second_factor.remove(newsroom.desk, newsroom.moderator, code, address="here")
    second_factor.reset(newsroom.desk, newsroom.admin, "moderator-1")
    again = sign_in(newsroom.desk, "moderator-1")
    assert accounts.whoami(newsroom.desk, again).lacks_factor


def test_who_must_set_up_a_factor_may_leave(newsroom: Newsroom) -> None:
    ruled(newsroom, factor_roles=frozenset({Role.MODERATOR}))
    accounts.sign_out(newsroom.desk, newsroom.moderator)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.moderator)
