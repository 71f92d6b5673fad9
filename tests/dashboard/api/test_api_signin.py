"""Signing in and out, as a browser without JavaScript does it."""

import html
import re

import pytest

from dashboard.api import pages
from dashboard.cookies import LANGUAGE_COOKIE, SECURE_SESSION_COOKIE, SESSION_COOKIE
from moderation.errors import Unauthenticated
from moderation.roles import Role, Session
from moderation.service import accounts, review
from tests.builders import OPERATOR, SITE
from tests.dashboard.api.around import sign_in, token_of

PASSWORD = "لا يخفى 42"
PAGE = {"Accept": "text/html"}


@pytest.fixture
def password(newsroom):
    accounts.set_password(newsroom.desk, OPERATOR, "editor-1", PASSWORD)
    return PASSWORD


def form(**given):
    return {"name": "editor-1", "password": PASSWORD, "next": "/"} | given


def whose(newsroom, token):
    return accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(token))).name


def cookie(answer, name):
    return next((value for value in answer.headers.get_list("set-cookie") if value.startswith(f"{name}=")), "")


def test_a_password_opens_a_session(visitor, newsroom, password):
    answer = visitor.post("/login", data=form(next="/audit?site=x"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit?site=x")
    assert whose(newsroom, visitor.cookies[SESSION_COOKIE]) == "editor-1"


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor, password):
    given = cookie(visitor.post("/login", data=form()), SESSION_COOKIE).lower()
    assert "httponly" in given
    assert "samesite=lax" in given
    assert "path=/;" in given
    assert "max-age=1209600" in given
    assert "secure" not in given


def test_the_cookie_is_secure_over_https(visitor, password):
    answer = visitor.post("https://localhost/login", data=form())
    given = cookie(answer, SECURE_SESSION_COOKIE).lower()
    assert "secure" in given
    assert "path=/;" in given
    assert "domain" not in given
    assert "secure" in cookie(visitor.get("https://localhost/language/en"), LANGUAGE_COOKIE).lower()


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"password": "wrong"}, 401, "غير متطابقين"),
        ({"name": "nobody"}, 401, "غير متطابقين"),
        ({"name": "EDITOR-1"}, 401, "غير متطابقين"),
        ({"password": ""}, 400, "أدخل"),
        ({"name": " "}, 400, "أدخل"),
        ({"name": "x\x00"}, 401, "غير متطابقين"),
        ({"name": "<b>&\"'"}, 401, "غير متطابقين"),
        ({"password": "x" * 10_000}, 401, "غير متطابقين"),
    ],
)
def test_a_refusal_says_so_and_keeps_the_name(visitor, password, given, status, said):
    answer = visitor.post("/login", data=form(**given))
    assert answer.status_code == status
    assert said in answer.text
    assert 'role="alert"' in answer.text
    [kept] = re.findall(r'name="name" value="([^"]*)"', answer.text)
    assert html.unescape(kept) == form(**given)["name"].replace("\x00", "")
    assert "<b>" not in answer.text
    assert form(**given)["password"] not in answer.text or not form(**given)["password"]
    assert SESSION_COOKIE not in visitor.cookies


def test_a_wrong_name_and_a_wrong_password_look_alike(visitor, password):
    one = visitor.post("/login", data=form(password="wrong"))
    other = visitor.post("/login", data=form(name="nobody-1", password="wrong"))
    assert one.text == other.text.replace("nobody-1", "editor-1")


def test_a_form_too_large_or_of_another_kind_is_refused(visitor, password):
    assert visitor.post("/login", data=form(name="x" * 20_000)).status_code == 413
    assert visitor.post("/login", json=form()).status_code == 415
    assert visitor.post("/login", data=form() | {f"f{number}": "" for number in range(20)}).status_code == 400


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "http://example.org"}, 403),
        ({"Origin": "http://localhost.example.org"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_only_our_own_pages_may_send_a_form(visitor, newsroom, password, headers, status, path):
    assert visitor.post(path, data=form(), headers=headers).status_code == status


@pytest.mark.parametrize(
    ("wanted", "to"),
    [
        ("/audit", "/audit"),
        ("/audit?x=1&y=2", "/audit?x=1&y=2"),
        ("", "/"),
        ("audit", "/"),
        ("//example.org", "/"),
        ("/\\example.org", "/"),
        ("\\\\example.org", "/"),
        ("https://example.org", "/"),
        ("/\t/example.org", "/"),
        ("/\n/example.org", "/"),
        ("/x\r\nSet-Cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        (" /audit", "/"),
        ("/" + "x" * 1_000, "/"),
    ],
)
def test_the_way_on_stays_on_this_site(visitor, password, wanted, to):
    assert pages.local(wanted) == to
    assert visitor.get("/language/en", params={"next": wanted}).headers["location"] == to
    assert visitor.post("/login", data=form(next=wanted)).headers["location"] == to


def test_the_sign_in_page_carries_the_way_on_escaped(visitor):
    page = visitor.get("/login", params={"next": '/x?a="><script>'}, headers=PAGE).text
    assert "<script>" not in page
    assert 'name="next" value="/x?a=&quot;&gt;&lt;script&gt;"' in page


def link_for(newsroom, name="admin-1"):
    return accounts.issue_link(newsroom.desk, OPERATOR, name)


def test_a_link_signs_in_once(visitor, newsroom):
    link = link_for(newsroom)
    first = visitor.get("/login/link", params={"token": link})
    assert (first.status_code, first.headers["location"]) == (303, "/")
    assert whose(newsroom, visitor.cookies[SESSION_COOKIE]) == "admin-1"
    assert visitor.get("/login/link", params={"token": link}, headers=PAGE).headers["location"] == "/"
    visitor.cookies.clear()
    again = visitor.get("/login/link", params={"token": link}, headers=PAGE)
    assert again.status_code == 401
    assert "هذا الرابط لم يعد صالحًا" in again.text


@pytest.mark.parametrize("token", ["", "x", "x" * 5_000, "\x00", "💥"])
def test_a_link_that_never_was_says_so(visitor, token):
    assert visitor.get("/login/link", params={"token": token}, headers=PAGE).status_code == 401


def test_a_link_expires(visitor, newsroom):
    link = link_for(newsroom)
    newsroom.clock.advance(minutes=61)
    assert visitor.get("/login/link", params={"token": link}).status_code == 401


def test_looking_at_a_link_before_opening_it_spends_nothing(visitor, newsroom):
    link = link_for(newsroom)
    visitor.head("/login/link", params={"token": link})
    visitor.get("/login/link", params={"token": link}, headers={"Sec-Purpose": "prefetch;prerender"})
    assert visitor.get("/login/link", params={"token": link}).status_code == 303


def test_signing_in_ends_the_session_before(visitor, newsroom, password):
    former = sign_in(visitor, newsroom, Role.ADMIN)
    visitor.post("/login", data=form())
    with pytest.raises(Unauthenticated):
        whose(newsroom, former)


def test_signing_out_ends_the_session_and_clears_the_cookie(visitor, newsroom):
    token = sign_in(visitor, newsroom)
    answer = visitor.post("/logout")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert "max-age=0" in cookie(answer, SESSION_COOKIE).lower()
    assert answer.headers["clear-site-data"] == '"storage"'
    with pytest.raises(Unauthenticated):
        whose(newsroom, token)


def test_signing_out_gives_the_comment_at_hand_back(visitor, newsroom):
    newsroom.say("a threat")
    session = Session(token_hash=accounts.token_hash(sign_in(visitor, newsroom)))
    held = review.next_card(newsroom.desk, session, site=SITE)
    assert held.claimed
    assert review.next_card(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE) is None
    visitor.post("/logout")
    assert review.next_card(newsroom.desk, newsroom.people[Role.EDITOR], site=SITE).comment.id == held.comment.id


def test_looking_at_the_sign_out_page_signs_nobody_out(visitor, newsroom):
    token = sign_in(visitor, newsroom)
    assert '<form method="post" action="/logout">' in visitor.get("/logout").text
    assert whose(newsroom, token) == "moderator-1"


@pytest.mark.parametrize(
    ("chosen", "accepted", "lang", "direction"),
    [
        (None, "", "ar", "rtl"),
        (None, "en-GB,en;q=0.9", "en", "ltr"),
        (None, "fr-FR,fr;q=0.9", "ar", "rtl"),
        (None, "fr,en;q=0.3,ar;q=0.7", "ar", "rtl"),
        (None, "ar;q=0,en;q=0.1", "en", "ltr"),
        (None, "en;q=x,ar", "ar", "rtl"),
        ("en", "ar", "en", "ltr"),
        ("ar", "en", "ar", "rtl"),
        ("xx", "en", "en", "ltr"),
    ],
)
def test_the_language_of_a_page(visitor, chosen, accepted, lang, direction):
    if chosen:
        visitor.cookies.set(LANGUAGE_COOKIE, chosen, domain="localhost.local")
    page = visitor.get("/login", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{lang}" dir="{direction}">' in page


def test_a_choice_of_language_follows_the_person(visitor, newsroom):
    token = sign_in(visitor, newsroom)
    answer = visitor.get("/language/en", params={"next": "/audit"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/audit")
    assert visitor.cookies[LANGUAGE_COOKIE] == "en"
    person = accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(token)))
    assert person.language == "en"


def test_another_sites_link_changes_no_account(visitor, newsroom):
    token = sign_in(visitor, newsroom)
    visitor.get("/language/en", headers={"Sec-Fetch-Site": "cross-site"})
    assert accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(token))).language == "ar"


def test_a_language_that_is_not_spoken_is_not_found(visitor):
    assert visitor.get("/language/xx").status_code == 404


def test_signing_in_brings_the_persons_language_unless_one_was_chosen(visitor, newsroom, password):
    session = Session(token_hash=accounts.token_hash(token_of(newsroom, Role.EDITOR)))
    accounts.set_language(newsroom.desk, session, "en")
    visitor.post("/login", data=form())
    assert visitor.cookies[LANGUAGE_COOKIE] == "en"
    visitor.cookies.clear()
    visitor.cookies.set(LANGUAGE_COOKIE, "ar", domain="localhost.local")
    assert not cookie(visitor.post("/login", data=form()), LANGUAGE_COOKIE)


def test_the_language_link_comes_back_to_the_same_page(visitor):
    page = visitor.get("/login", params={"next": "/audit?a=b"}, headers={"Accept-Language": "ar"}).text
    [target] = re.findall(r'href="(/language/[^"]*)"', page)
    back = visitor.get(html.unescape(target)).headers["location"]
    assert back.startswith("/login?next=")
    assert 'value="/audit?a=b"' in visitor.get(back).text


def test_a_deactivated_person_is_out(visitor, newsroom):
    token = token_of(newsroom, Role.EDITOR)
    visitor.cookies.set(SESSION_COOKIE, token, domain="localhost.local")
    accounts.deactivate(newsroom.desk, OPERATOR, "editor-1")
    assert visitor.get("/", headers=PAGE).headers["location"] == "/login"
