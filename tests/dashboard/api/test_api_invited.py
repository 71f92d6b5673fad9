"""The page behind an invitation, in both languages, and that it lets in exactly one person."""

from __future__ import annotations

import re

import pytest

from dashboard.cookies import LANGUAGE_COOKIE, SESSION_COOKIE
from moderation.roles import Role, Session
from moderation.service import accounts, invitations

PASSWORD = "tulip-seventeen-boat"
GIVEN = {"name": "amal", "display_name": "أمل", "language": "ar", "password": PASSWORD}


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture
def token(newsroom):
    _, made = invitations.invite(newsroom.desk, newsroom.admin, Role.EDITOR, display_name='"><b>Amal')
    return made


@pytest.mark.parametrize(("lang", "said"), [("ar", "أهلًا بك"), ("en", "Welcome to the comment desk")])
def test_looking_spends_nothing(visitor, newsroom, token, lang, said):
    for _ in range(2):
        page = visitor.get("/invite", params={"token": token}, headers={"Accept-Language": lang})
        assert (page.status_code, said in page.text) == (200, True)
        assert "<b>Amal" not in page.text
        assert 'autocomplete="new-password"' in page.text
    assert invitations.opened(newsroom.desk, token)


def test_the_invited_person_is_in(visitor, newsroom, token):
    answer = visitor.post("/invite", data=GIVEN | {"token": token})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert answer.cookies[LANGUAGE_COOKIE] == "ar"
    person = accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(answer.cookies[SESSION_COOKIE])))
    assert (person.name, person.role, person.has_password) == ("amal", Role.EDITOR, True)


def test_a_second_one_is_told_that_it_is_over(visitor, token):
    assert visitor.post("/invite", data=GIVEN | {"token": token}).status_code == 303
    again = visitor.post("/invite", data=GIVEN | {"token": token, "name": "other"})
    assert (again.status_code, "لم تعد صالحة" in again.text) == (401, True)
    assert "set-cookie" not in again.headers
    assert visitor.get("/invite", params={"token": token}).status_code == 401


@pytest.mark.parametrize(
    ("changed", "status", "said"),
    [
        ({"password": "password1"}, 400, "guessed first"),
        ({"name": "editor-1"}, 409, "already"),
        ({"name": "<script>"}, 400, "characters"),
        ({"name": ""}, 400, "characters"),
        ({"language": "fr"}, 400, "known values"),
    ],
)
def test_a_refusal_says_why_and_keeps_what_was_typed(visitor, newsroom, token, changed, status, said):
    sent = GIVEN | {"token": token} | changed
    answer = visitor.post("/invite", data=sent, headers={"Accept-Language": "en"})
    assert (answer.status_code, said in answer.text) == (status, True)
    assert 'value="أمل"' in answer.text
    assert PASSWORD not in answer.text
    assert "<script>" not in answer.text.partition("<main>")[2]
    # The other language's page must still know which invitation this is.
    assert token in re.search('href="(/language/ar[^"]+)"', answer.text)[1]
    assert invitations.opened(newsroom.desk, token)


def test_another_site_may_not_send_the_form(visitor, newsroom, token):
    answer = visitor.post("/invite", data=GIVEN | {"token": token}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert invitations.opened(newsroom.desk, token)


@pytest.mark.parametrize("given", ["", "x" * 5_000, "\x00", "<b>"])
def test_a_made_up_token_is_over(visitor, given):
    assert visitor.get("/invite", params={"token": given}).status_code == 401
    assert visitor.post("/invite", data=GIVEN | {"token": given}).status_code == 401
