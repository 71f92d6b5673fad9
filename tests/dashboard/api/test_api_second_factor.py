"""Signing in with a code, over the pages of the sign-in."""

from __future__ import annotations

import re

import pyotp
import pytest

from dashboard.cookies import LANGUAGE_COOKIE, SESSION_COOKIE
from moderation.roles import Role, Session
from moderation.service import accounts, attempts, second_factor
from tests.builders import OPERATOR, sign_in

PASSWORD = "tulip-seventeen-boat"


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def secret(newsroom):
    accounts.set_password(newsroom.desk, OPERATOR, "editor-1", PASSWORD)
    here = newsroom.people[Role.EDITOR] = sign_in(newsroom.desk, "editor-1")
    begun = second_factor.begin(newsroom.desk, here, PASSWORD, address="here")
    second_factor.confirm(newsroom.desk, here, code(newsroom, begun.secret))
    newsroom.clock.advance(seconds=60)
    return begun.secret


def code(newsroom, secret):
    return pyotp.TOTP(secret).at(int(newsroom.clock().timestamp()))


def first_step(visitor, **more):
    answer = visitor.post("/login", data={"name": "editor-1", "password": PASSWORD} | more)
    found = re.search('name="token" value="([^"]+)"', answer.text)
    return answer, found[1] if found else ""


def test_the_password_alone_opens_nothing(visitor, secret):
    answer, token = first_step(visitor)
    assert (answer.status_code, bool(token)) == (200, True)
    assert SESSION_COOKIE not in answer.cookies
    assert 'autocomplete="one-time-code"' in answer.text
    assert "set-cookie" not in answer.headers


def test_the_code_opens_the_session_and_goes_where_one_was_going(visitor, newsroom, secret):
    _, token = first_step(visitor, next="/insights")
    answer = visitor.post("/login/code", data={"token": token, "code": code(newsroom, secret), "next": "/insights"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/insights")
    opened = Session(token_hash=accounts.token_hash(answer.cookies[SESSION_COOKIE]))
    assert accounts.whoami(newsroom.desk, opened).name == "editor-1"


def test_a_wrong_code_is_said_and_may_be_typed_again(visitor, newsroom, secret):
    _, token = first_step(visitor)
    wrong = visitor.post("/login/code", data={"token": token, "code": "000000"}, headers={"Accept-Language": "en"})
    assert (wrong.status_code, "That code is not right" in wrong.text) == (401, True)
    assert visitor.post("/login/code", data={"token": token, "code": code(newsroom, secret)}).status_code == 303


def test_a_token_that_is_over_leads_back_to_the_beginning(visitor, newsroom, secret):
    _, token = first_step(visitor)
    newsroom.clock.advance(minutes=6)
    late = visitor.post("/login/code", data={"token": token, "code": code(newsroom, secret)})
    assert (late.status_code, 'name="password"' in late.text) == (401, True)
    for given in ({"token": ""}, {"token": "<b>", "code": "\x00"}, {"token": "x" * 10_000, "code": "1"}):
        assert visitor.post("/login/code", data=given).status_code == 401


def test_a_link_asks_for_the_code_as_well(visitor, newsroom, secret):
    link = accounts.issue_link(newsroom.desk, OPERATOR, "editor-1")
    answer = visitor.get("/login/link", params={"token": link})
    assert 'name="code"' in answer.text
    assert SESSION_COOKIE not in answer.cookies


@pytest.mark.parametrize(("lang", "other", "title"), [("ar", "en", "One more step"), ("en", "ar", "خطوة أخرى")])
def test_the_other_language_does_not_lose_the_step(visitor, newsroom, secret, lang, other, title):
    link = accounts.issue_link(newsroom.desk, OPERATOR, "editor-1")
    page = visitor.get("/login/link", params={"token": link}, headers={"Accept-Language": lang}).text
    footer = page.partition("<footer>")[2]
    assert '<form method="post" action="/login/code">' in footer
    given = dict(re.findall('name="([a-z]+)" value="([^"]*)"', footer))
    answer = visitor.post("/login/code", data=given, headers={"Accept-Language": lang})
    assert (answer.status_code, title in answer.text, visitor.cookies[LANGUAGE_COOKIE]) == (200, True, other)
    token = re.search('name="token" value="([^"]+)"', answer.text)[1]
    assert visitor.post("/login/code", data={"token": token, "code": code(newsroom, secret)}).status_code == 303


def test_another_page_may_not_send_the_form(visitor, newsroom, secret):
    _, token = first_step(visitor)
    given = {"token": token, "code": code(newsroom, secret)}
    assert visitor.post("/login/code", data=given, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_guessing_codes_is_slowed(visitor, secret):
    _, token = first_step(visitor)
    for _ in range(attempts.FAILURES_BY_NAME):
        assert visitor.post("/login/code", data={"token": token, "code": "000000"}).status_code == 401
    slowed = visitor.post("/login/code", data={"token": token, "code": "000000"})
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0
