"""Every route against every kind of caller."""

from __future__ import annotations

import pytest

from dashboard.api.doors import routes
from dashboard.cookies import SESSION_COOKIE
from moderation.roles import Role
from moderation.service import settings
from tests.access.routes import CALLERS, PEOPLE, ROUTES
from tests.builders import OPERATOR, SITE
from tests.dashboard.api.around import token_of


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture(autouse=True)
def known(newsroom):
    """One comment and one article are there already."""
    newsroom.say(external_id="c-1", article_id="a-1")


def dress(client, newsroom, caller):
    """Give the client the credentials of one kind of caller, fresh ones."""
    client.cookies.clear()
    client.headers.pop("Authorization", None)
    if caller in PEOPLE or caller == "ended session":
        token = token_of(newsroom, caller if caller in PEOPLE else Role.ADMIN)
        client.cookies.set(SESSION_COOKIE, token, domain="localhost.local")
        if caller == "ended session":
            newsroom.clock.advance(days=15)
    elif caller != "nobody":
        key, secret = settings.issue_key(newsroom.desk, OPERATOR, site=SITE, name="other")
        if caller == "revoked key":
            settings.revoke_key(newsroom.desk, OPERATOR, key.id)
        given = {"wrong key": "Bearer " + "x" * 43, "empty key": "Bearer ", "basic": f"Basic {secret}"}
        client.headers["Authorization"] = given.get(caller, f"Bearer {secret}")


@pytest.mark.parametrize("caller", CALLERS)
def test_who_gets_what(visitor, newsroom, caller):
    wrong = []
    for route in ROUTES:
        dress(visitor, newsroom, caller)
        accept = {"Accept": "text/html"} if route.html else {}
        answer = visitor.request(route.method, route.path, json=route.body, headers=accept)
        if answer.status_code != route.status_for(caller):
            wrong.append((route.method, route.path, answer.status_code, route.status_for(caller)))
        if answer.status_code == 401 and not route.html:
            assert answer.headers["www-authenticate"].startswith("Bearer")
            assert answer.json()["error"]["code"] == "unauthenticated"
    assert wrong == []


@pytest.mark.parametrize("path", ["//api/v1/decisions", "/v1/decisions", "/API/v1/decisions", "/api"])
def test_a_program_that_mistakes_the_address_is_not_told_that_its_key_is_wrong(site, path):
    told = site.get(f"http://localhost{path}").json()["error"]
    assert told["code"] == "unauthenticated"
    assert "not for keys" in told["message"]


@pytest.mark.parametrize("route", routes(), ids=lambda route: route.path)
def test_every_route_stands_in_the_table(route):
    told = {(row.method, row.path.partition("?")[0]) for row in ROUTES} | {("POST", "/login")}
    for method in route.methods - {"HEAD"}:
        assert any(method == name and route.path_regex.match(path) for name, path in told), method


@pytest.mark.parametrize("caller", [*Role, "nobody"])
def test_a_wrong_password_lets_nobody_in(visitor, newsroom, caller):
    dress(visitor, newsroom, caller)
    assert visitor.post("/login", data={"name": "admin-1", "password": "wrong"}).status_code == 401
