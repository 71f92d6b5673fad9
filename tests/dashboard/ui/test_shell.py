"""What stands around every page: who is in, which pages their role opens, language, site, and errors in words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

import dashboard.ui
from dashboard.cookies import LANGUAGE_COOKIE, SESSION_COOKIE
from dashboard.i18n import duration, t
from dashboard.ui import main, state
from moderation.errors import Unauthenticated
from moderation.limits import Limit, LimitKind
from moderation.roles import Role, Staff
from moderation.rules_of_entry import EntryRules
from moderation.service import accounts, entry, placing, review, second_factor
from tests.builders import OPERATOR, SITE, Newsroom
from tests.dashboard.ui.pages import Signed, words

MAIN = Path(dashboard.ui.__file__).parent / "main.py"


def started(signed: Signed, role: Role, **query: str) -> AppTest:
    signed.session = signed.newsroom.people[role]
    app = AppTest.from_file(MAIN, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app = app.run()
    assert not app.exception
    return app


def staff(role: Role, *, active: bool = True) -> Staff:
    return Staff(id=1, name="x", display_name="", role=role, language="ar", active=active, has_password=True)


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.MODERATOR, ["queue", "search", "alike", "domains"]),
        (Role.EDITOR, ["queue", "insights", "search", "alike", "domains", "model"]),
        (Role.AUDITOR, ["audit", "search", "model"]),
        (Role.ADMIN, ["queue", "insights", "audit", "search", "alike", "domains", "model", "settings"]),
    ],
)
def test_a_role_opens_its_pages(role, pages):
    assert main.opened_by(staff(role)) == pages
    assert main.opened_by(staff(role, active=False)) == []


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (Role.MODERATOR, "Well done, nothing is waiting"),
        (Role.AUDITOR, "Audit"),
        (Role.ADMIN, "Well done, nothing is waiting"),
    ],
)
def test_the_first_page_of_a_role_opens(newsroom: Newsroom, signed: Signed, role: Role, shown: str):
    accounts.set_language(newsroom.desk, newsroom.people[role], "en")
    said = words(started(signed, role))
    assert shown in said
    assert role.value.title() in said
    assert 'href="/logout"' in said


@pytest.mark.parametrize(
    ("cookie", "setting", "title"),
    [
        (None, "ar", "قائمة المراجعة"),
        ("en", "ar", "Queue"),
        (None, "en", "Queue"),
        ("ar", "en", "قائمة المراجعة"),
        ("../de", "en", "Queue"),
    ],
)
def test_the_language_is_the_browser_s_then_the_person_s(newsroom, signed, monkeypatch, cookie, setting, title):
    monkeypatch.setattr(state, "cookie", {LANGUAGE_COOKIE: cookie}.get)
    accounts.set_language(newsroom.desk, newsroom.moderator, setting)
    assert title in words(started(signed, Role.MODERATOR))


def test_the_other_language_is_one_click_away_and_comes_back_here(signed: Signed):
    said = words(started(signed, Role.MODERATOR, label="spam"))
    assert 'href="/language/en?next=/%3Flabel%3Dspam"' in said


@pytest.mark.parametrize(("named", "told"), [(SITE, False), ("second", True), ("nowhere", True), ("", False)])
def test_a_link_to_a_site_that_is_none_of_ones_own_says_so(newsroom: Newsroom, signed: Signed, named: str, told: bool):
    accounts.set_language(newsroom.desk, newsroom.moderator, "en")
    accounts.add_site(newsroom.desk, OPERATOR, name="second", title="Second")
    here = Limit(site_id=newsroom.site.id, kind=LimitKind.SITE, item_id=newsroom.site.id)
    placing.place(newsroom.desk, OPERATOR, "moderator-1", [here])
    said = words(started(signed, Role.MODERATOR, **({"site": named} if named else {})))
    assert ("The address names a site that is none of yours" in said) is told
    assert "Second" not in said


def test_another_site_can_be_chosen(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    assert not started(signed, Role.MODERATOR).sidebar.selectbox
    accounts.add_site(newsroom.desk, OPERATOR, name="second", title="موقع *آخر*")
    app = started(signed, Role.MODERATOR)
    box = app.sidebar.selectbox[0]
    assert (box.value, box.options) == (SITE, ["المرصد", "موقع *آخر*"])
    assert "a threat" in words(app)
    app = box.set_value("second").run()
    assert "a threat" not in words(app)
    assert "أحسنت" in words(app)


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_clock_that_is_behind_the_log_is_told_on_every_page(newsroom: Newsroom, signed: Signed, lang: str):
    newsroom.say("a threat")
    accounts.set_language(newsroom.desk, newsroom.people[Role.EDITOR], lang)
    told = t("shell.clock_behind", lang, by=duration(10_800, lang))
    app = started(signed, Role.EDITOR)
    assert told not in words(app)
    newsroom.clock.advance(hours=-3)
    app = app.run()
    assert told in words(app)
    assert told in words(app.switch_page("screens/search.py").run())
    newsroom.clock.advance(hours=3)
    assert told not in words(app.run())


def test_opening_another_page_gives_the_comment_at_hand_back(newsroom: Newsroom, signed: Signed):
    held = newsroom.say("a threat")
    app = started(signed, Role.EDITOR)
    assert "a threat" in words(app)
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is None
    app = app.switch_page("screens/insights.py").run()
    assert "a threat" not in words(app)
    card = review.next_card(newsroom.desk, newsroom.moderator, site=SITE)
    assert card is not None
    assert card.comment.id == held.id


def test_looking_at_other_pages_takes_nothing_from_ones_other_tab(newsroom: Newsroom, signed: Signed):
    newsroom.say("a threat")
    started(signed, Role.EDITOR)
    AppTest.from_file(MAIN, default_timeout=60).switch_page("screens/insights.py").run()
    assert review.next_card(newsroom.desk, newsroom.moderator, site=SITE) is None


def test_without_a_session_there_is_only_the_way_in(signed: Signed, monkeypatch: pytest.MonkeyPatch):
    def nobody() -> None:
        raise Unauthenticated(kind="session")

    monkeypatch.setattr(state, "caller", nobody)
    said = words(started(signed, Role.ADMIN))
    assert "انتهت جلستك" in said
    assert 'href="/login"' in said
    assert "Admin" not in said


def test_an_error_on_a_page_is_a_number_and_no_words(signed: Signed, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise RuntimeError("secret words of a reader")

    monkeypatch.setattr(accounts, "sites", fail)
    said = words(started(signed, Role.ADMIN))
    assert "حدث خطأ غير متوقع" in said
    assert "secret" not in said


def test_a_cookie_that_is_no_session_is_nobody(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(state, "desk", lambda: newsroom.desk)
    for token in (None, "", "nonsense"):
        monkeypatch.setattr(state, "cookie", {SESSION_COOKIE: token}.get)
        with pytest.raises(Unauthenticated):
            state.person()


def test_who_must_set_up_a_second_factor_is_led_there_and_sees_nothing_else(newsroom: Newsroom, signed: Signed):
    accounts.set_language(newsroom.desk, newsroom.moderator, "en")
    rules = EntryRules(idle=timedelta(hours=1), length=timedelta(hours=9), factor_roles=frozenset({Role.MODERATOR}))
    entry.set_rules(newsroom.desk, OPERATOR, rules)
    newsroom.say("rude")
    app = started(signed, Role.MODERATOR)
    assert "Your role requires a second factor" in words(app)
    assert "rude" not in words(app)
    app = app.button(key="account_factor_begin").click().run()
    secret = app.code[0].value
    app.text_input(key="account_code").set_value(pyotp.TOTP(secret).at(int(newsroom.clock().timestamp())))
    app = app.button(key="account_factor_confirm").click().run()
    # The codes are shown before anything else is, though the factor is on.
    assert len(app.code[0].value.splitlines()) == second_factor.RECOVERY_CODES
    assert "rude" not in words(app)
    app = app.button(key="account_codes_taken").click().run()
    assert not app.exception
    assert not app.code
    assert "second factor" not in words(app)
