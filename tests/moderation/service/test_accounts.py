"""Signing in and out, roles, and that a change works at once."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from dashboard.wiring import Plant
from moderation.article import Mode
from moderation.decision import Outcome
from moderation.errors import Conflict, Forbidden, Invalid, NotFound, RateLimited, StaleVersion, Unauthenticated
from moderation.ports import Passwords
from moderation.roles import Key, Role, Session
from moderation.service import accounts, attempts, review, sessions, settings
from moderation.service.desk import Desk
from tests.builders import OPERATOR, SITE, Newsroom, sign_in

PASSWORD = "a long enough secret"


def with_password(newsroom: Newsroom) -> None:
    accounts.set_password(newsroom.desk, OPERATOR, "moderator-1", PASSWORD)


def test_a_password_opens_a_session_and_signing_out_ends_it(newsroom: Newsroom) -> None:
    with_password(newsroom)
    opened = accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address="::1")
    session = Session(token_hash=accounts.token_hash(opened.token))
    assert accounts.whoami(newsroom.desk, session).name == "moderator-1"
    accounts.sign_out(newsroom.desk, session)
    accounts.sign_out(newsroom.desk, session)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, session)
    with pytest.raises(Unauthenticated):
        review.counts(newsroom.desk, session, site=SITE)


def test_a_password_is_hashed_as_the_standard_asks_at_least(plant: Plant) -> None:
    # As `build` makes them: the tests' own hash faster.
    assert type(plant.desk.passwords)().hash(PASSWORD).startswith("$argon2id$v=19$m=47104,t=1,p=1$")


# An accent, alef with madda, vowel signs in either order, and lam-alef as one sign.
SPELLINGS = [
    ("caf\u00e9 at the harbour", "cafe\u0301 at the harbour"),
    ("\u0622\u062e\u0631 قمر في البحر", "\u0627\u0653\u062e\u0631 قمر في البحر"),
    ("محم\u0651\u064eد في المرسى", "محم\u064e\u0651د في المرسى"),
    ("سفينة بلا شراع", "سفينة ب\ufefc شراع"),
]


@pytest.mark.parametrize(("one", "other"), SPELLINGS + [(other, one) for one, other in SPELLINGS])
def test_another_keyboards_spelling_of_a_password_is_the_same(newsroom: Newsroom, one: str, other: str) -> None:
    accounts.set_password(newsroom.desk, OPERATOR, "moderator-1", one)
    for typed in (one, other):
        assert accounts.sign_in(newsroom.desk, "moderator-1", typed, address="::1").token
    here = sign_in(newsroom.desk, "moderator-1")
    accounts.change_password(newsroom.desk, here, other, PASSWORD, address="::1")


@pytest.mark.parametrize("spelling", SPELLINGS[1])
def test_a_password_that_was_hashed_as_it_was_typed_goes_on(newsroom: Newsroom, spelling: str) -> None:
    hashed = newsroom.desk.passwords._hasher.hash(spelling)  # type: ignore[attr-defined]
    with newsroom.desk.begin() as uow:
        person = uow.accounts.by_name("moderator-1")
        assert person is not None
        uow.accounts.set_password(person.id, hashed)
    assert accounts.sign_in(newsroom.desk, "moderator-1", spelling, address="::1").token


@pytest.mark.parametrize(("name", "password"), [("moderator-1", "wrong"), ("nobody", PASSWORD), ("editor-1", PASSWORD)])
def test_a_wrong_name_a_wrong_password_and_none_are_refused_alike(newsroom: Newsroom, name: str, password: str) -> None:
    with_password(newsroom)
    with pytest.raises(Unauthenticated) as refused:
        accounts.sign_in(newsroom.desk, name, password, address="::1")
    assert refused.value.fields == {"kind": "password"}


def test_guessing_is_slowed_down_and_forgiven_after_a_while(newsroom: Newsroom) -> None:
    with_password(newsroom)
    for _ in range(attempts.FAILURES_BY_NAME):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(newsroom.desk, "moderator-1", "guess", address="::1")
    with pytest.raises(RateLimited):
        accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address="::2")
    newsroom.clock.advance(minutes=16)
    assert accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address="::1").token


@pytest.mark.parametrize(
    ("guessing", "own", "refused"),
    [
        ("2001:db8:1:2:{:x}::1", "2001:db8:1:2::9", True),
        ("2001:db8:1:2:{:x}::1", "2001:db8:1:3::9", False),
        ("fe80::{:x}%eth0", "fe80::9", True),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("::ffff:192.0.2.{:d}", "192.0.2.200", False),
        ("192.0.2.{:d}", "192.0.2.200", False),
        ("unknown", "unknown", True),
    ],
)
def test_all_the_addresses_that_one_guesser_has_count_as_one(
    newsroom: Newsroom, guessing: str, own: str, refused: bool
) -> None:
    with_password(newsroom)
    for number in range(attempts.FAILURES_BY_ADDRESS):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(newsroom.desk, f"nobody-{number}", "guess", address=guessing.format(number))
    if refused:
        with pytest.raises(RateLimited):
            accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address=own)
    else:
        assert accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address=own).token


class Meanwhile:
    """Checks passwords as ever, and lets something happen while the hash is computed, outside any transaction."""

    def __init__(self, passwords: Passwords, then: Callable[[], object]) -> None:
        self._passwords, self._then = passwords, then

    def verify(self, hashed: str | None, password: str) -> bool:
        known = self._passwords.verify(hashed, password)
        self._then()
        return known


def met_by(newsroom: Newsroom, then: Callable[[], object]) -> Desk:
    return replace(newsroom.desk, passwords=Meanwhile(newsroom.desk.passwords, then))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "act",
    [
        lambda desk: accounts.set_password(desk, OPERATOR, "moderator-1", "tulip-seventeen-boat"),
        lambda desk: accounts.deactivate(desk, OPERATOR, "moderator-1"),
    ],
    ids=["changed", "closed"],
)
def test_a_password_that_was_changed_while_it_was_checked_opens_nothing(
    newsroom: Newsroom, act: Callable[[Desk], object]
) -> None:
    """Its sessions were ended a moment before, and this one would go on."""
    with_password(newsroom)
    with pytest.raises(Unauthenticated):
        accounts.sign_in(met_by(newsroom, lambda: act(newsroom.desk)), "moderator-1", PASSWORD, address="::1")
    assert sessions.of(newsroom.desk, OPERATOR, "moderator-1") == []


@pytest.mark.parametrize("password", [PASSWORD, "guess"])
def test_of_many_guesses_at_once_no_more_count_than_one_by_one(newsroom: Newsroom, password: str) -> None:
    """And the right one is answered as a wrong one: it came too late."""
    with_password(newsroom)

    def guess() -> None:
        for _ in range(attempts.FAILURES_BY_NAME):
            with pytest.raises(Unauthenticated):
                accounts.sign_in(newsroom.desk, "moderator-1", "guess", address="::2")

    with pytest.raises(RateLimited):
        accounts.sign_in(met_by(newsroom, guess), "moderator-1", password, address="::1")


def test_it_is_told_how_long_guessing_is_shut(newsroom: Newsroom) -> None:
    """The eighth of the newest failures is what counts, and it was ten minutes before."""
    with_password(newsroom)
    for number in range(attempts.FAILURES_BY_NAME):
        with pytest.raises(Unauthenticated):
            accounts.sign_in(newsroom.desk, "moderator-1", "guess", address="::1")
        newsroom.clock.advance(minutes=10 if number == 0 else 0)
    with pytest.raises(RateLimited) as refused:
        accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address="::2")
    assert refused.value.fields["retry_after"] == 5 * 60
    newsroom.clock.advance(minutes=5)
    assert accounts.sign_in(newsroom.desk, "moderator-1", PASSWORD, address="::2").token


def test_a_link_works_once_and_not_for_ever(newsroom: Newsroom) -> None:
    link = accounts.issue_link(newsroom.desk, OPERATOR, "editor-1", minutes=10)
    late = accounts.issue_link(newsroom.desk, OPERATOR, "editor-1", minutes=10)
    assert accounts.sign_in_by_link(newsroom.desk, link, address="::1").staff.role is Role.EDITOR
    newsroom.clock.advance(minutes=10)
    for spent in (link, late, "made up"):
        with pytest.raises(Unauthenticated):
            accounts.sign_in_by_link(newsroom.desk, spent, address="::1")


def test_a_new_password_and_a_closed_account_end_the_links_that_nobody_spent(newsroom: Newsroom) -> None:
    def link() -> str:
        return accounts.issue_link(newsroom.desk, OPERATOR, "moderator-1")

    early = link()
    accounts.set_password(newsroom.desk, OPERATOR, "moderator-1", PASSWORD)
    here = sign_in(newsroom.desk, "moderator-1")
    own = link()
    accounts.change_password(newsroom.desk, here, PASSWORD, f"{PASSWORD}s", address="::1")
    closed = link()
    accounts.deactivate(newsroom.desk, OPERATOR, "moderator-1")
    with pytest.raises(Conflict):
        link()
    accounts.reactivate(newsroom.desk, OPERATOR, "moderator-1")
    for one in (early, own, closed):
        with pytest.raises(Unauthenticated):
            accounts.sign_in_by_link(newsroom.desk, one, address="::1")
    assert accounts.sign_in_by_link(newsroom.desk, link(), address="::1").token


def test_an_idle_and_an_old_session_end(newsroom: Newsroom) -> None:
    newsroom.clock.advance(hours=11, minutes=59)
    assert accounts.whoami(newsroom.desk, newsroom.moderator)
    newsroom.clock.advance(hours=11, minutes=59)
    assert accounts.whoami(newsroom.desk, newsroom.moderator)
    newsroom.clock.advance(hours=12, minutes=1)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.moderator)


def test_a_busy_session_ends_after_two_weeks(newsroom: Newsroom) -> None:
    for _ in range(27):
        newsroom.clock.advance(hours=11)
        accounts.whoami(newsroom.desk, newsroom.moderator)
    newsroom.clock.advance(hours=11)
    newsroom.clock.advance(hours=11)
    newsroom.clock.advance(hours=11)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.moderator)


def test_a_change_of_role_works_at_once(newsroom: Newsroom) -> None:
    receipt = newsroom.say("rude")
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.AUDITOR)
    with pytest.raises(Forbidden):
        review.decide(newsroom.desk, newsroom.moderator, receipt.id, Outcome.APPROVE, seen_version=1)


@pytest.mark.parametrize(("role", "held"), [(Role.AUDITOR, 0), (Role.EDITOR, 1), (Role.ADMIN, 1)])
def test_who_reviews_no_more_holds_nothing(newsroom: Newsroom, role: Role, held: int) -> None:
    newsroom.say("rude")
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is not None
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", role)
    assert review.counts(newsroom.desk, newsroom.second, site=SITE).with_others == held


def test_deactivation_ends_sessions_and_gives_back_leases(newsroom: Newsroom) -> None:
    newsroom.say("rude")
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is not None
    accounts.deactivate(newsroom.desk, newsroom.admin, "moderator-1")
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, newsroom.moderator)
    assert review.next_card(newsroom.desk, newsroom.second, site=SITE) is not None
    accounts.reactivate(newsroom.desk, newsroom.admin, "moderator-1")
    assert accounts.issue_link(newsroom.desk, newsroom.admin, "moderator-1")


def test_the_last_admin_stays(newsroom: Newsroom) -> None:
    with pytest.raises(Conflict):
        accounts.deactivate(newsroom.desk, newsroom.admin, "admin-1")
    with pytest.raises(Conflict):
        accounts.change_role(newsroom.desk, newsroom.admin, "admin-1", Role.EDITOR)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "no spaces"}, "name"),
        ({"name": "../x"}, "name"),
        ({"display_name": "  "}, "display_name"),
        ({"display_name": "\u202e\u3164"}, "display_name"),
        ({"language": "xx"}, "language"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 257}, "password"),
        ({"name": "longname-1", "password": "Longname-1"}, "password"),
    ],
)
def test_what_an_account_cannot_be(newsroom: Newsroom, changes: dict[str, str], field: str) -> None:
    given = {"name": "new", "display_name": "New", "role": Role.EDITOR} | changes
    with pytest.raises(Invalid) as refused:
        accounts.add_staff(newsroom.desk, newsroom.admin, **given)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_names_are_taken_once_and_unknown_ones_not_found(newsroom: Newsroom) -> None:
    for name in ("editor-1", "Editor-1", "EDITOR-1"):
        with pytest.raises(Conflict):
            accounts.add_staff(newsroom.desk, newsroom.admin, name=name, display_name="x", role=Role.EDITOR)
    with pytest.raises(NotFound):
        accounts.deactivate(newsroom.desk, newsroom.admin, "nobody")


def test_of_names_that_differ_in_capitals_alone_one_is_taken_even_at_once(newsroom: Newsroom) -> None:
    def add(name: str) -> bool:
        try:
            accounts.add_staff(newsroom.desk, newsroom.admin, name=name, display_name=name, role=Role.EDITOR)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(add, ["amal", "Amal", "AMAL", "aMAL"])) == 1


def test_people_set_their_own_password_and_no_one_elses(newsroom: Newsroom) -> None:
    accounts.change_password(newsroom.desk, newsroom.moderator, "", PASSWORD, address="a")
    assert accounts.whoami(newsroom.desk, newsroom.moderator).has_password
    elsewhere = sign_in(newsroom.desk, "moderator-1")
    accounts.change_password(newsroom.desk, newsroom.moderator, PASSWORD, PASSWORD, address="a")
    assert accounts.whoami(newsroom.desk, newsroom.moderator)
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, elsewhere)
    with pytest.raises(Forbidden):
        accounts.set_password(newsroom.desk, newsroom.moderator, "editor-1", PASSWORD)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.AUDITOR])
def test_only_admins_manage(newsroom: Newsroom, role: Role) -> None:
    desk, who = newsroom.desk, newsroom.people[role]
    policy = settings.policy(desk, newsroom.admin, site=SITE)
    for attempt in (
        lambda: accounts.staff(desk, who),
        lambda: accounts.add_staff(desk, who, name="x", display_name="x", role=Role.ADMIN),
        lambda: accounts.change_role(desk, who, "editor-1", Role.ADMIN),
        lambda: accounts.deactivate(desk, who, "editor-1"),
        lambda: accounts.reactivate(desk, who, "editor-1"),
        lambda: accounts.issue_link(desk, who, "admin-1"),
        lambda: accounts.add_site(desk, who, name="x", title="x"),
        lambda: settings.policy(desk, who, site=SITE),
        lambda: settings.history(desk, who, site=SITE),
        lambda: settings.publish(desk, who, policy, site=SITE, seen_number=1),
        lambda: settings.keys(desk, who, site=SITE),
        lambda: settings.issue_key(desk, who, site=SITE, name="x"),
        lambda: settings.revoke_key(desk, who, 1),
    ):
        with pytest.raises(Forbidden):
            attempt()


def test_a_revoked_key_opens_nothing(newsroom: Newsroom) -> None:
    key, secret = settings.issue_key(newsroom.desk, newsroom.admin, site=SITE, name="second")
    caller = Key(secret_hash=accounts.token_hash(secret))
    newsroom.say(external_id="x")
    assert accounts.sites(newsroom.desk, caller) == [newsroom.site]
    settings.revoke_key(newsroom.desk, newsroom.admin, key.id)
    settings.revoke_key(newsroom.desk, newsroom.admin, key.id)
    with pytest.raises(Unauthenticated):
        accounts.sites(newsroom.desk, caller)
    assert [one.revoked_at is None for one in settings.keys(newsroom.desk, newsroom.admin, site=SITE)] == [False, True]


def test_a_policy_is_published_once_for_each_number(newsroom: Newsroom) -> None:
    published = newsroom.set_policy(mode=Mode.PRE)
    assert published.number == 2
    with pytest.raises(StaleVersion):
        settings.publish(newsroom.desk, newsroom.admin, published, site=SITE, seen_number=1)
    assert [one.number for one in settings.history(newsroom.desk, newsroom.admin, site=SITE)] == [2, 1]


def test_sites_are_made_once_and_well(newsroom: Newsroom) -> None:
    with pytest.raises(Conflict):
        accounts.add_site(newsroom.desk, OPERATOR, name=SITE, title="x")
    for wrong in ({"name": "Up Per"}, {"time_zone": "Mars/Base"}, {"language": "xx"}):
        with pytest.raises(Invalid):
            accounts.add_site(newsroom.desk, OPERATOR, **({"name": "ok", "title": "x"} | wrong))  # type: ignore[arg-type]
