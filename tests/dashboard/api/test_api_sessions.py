"""Sessions that others would take over, make up or ride on: fixed, forged, crossed from another site."""

from __future__ import annotations

import pytest

from dashboard.api.doors import routes
from dashboard.cookies import SECURE_SESSION_COOKIE, SESSION_COOKIE
from moderation.errors import Unauthenticated
from moderation.roles import Role, Session
from moderation.service import accounts
from tests.access.routes import ROUTES
from tests.builders import OPERATOR, Newsroom
from tests.dashboard.api.around import Client, sign_in, token_of

PAGE = {"Accept": "text/html"}
PASSWORD = "لا يخفى 42"
FROM_ELSEWHERE = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "http://localhost.evil.example", "Sec-Fetch-Site": "cross-site"},
]


@pytest.fixture
def backend() -> str:
    """Sessions are stored and looked up on both databases by the services' tests."""
    return "sqlite"


def cookie(visitor: Client, value: str) -> None:
    visitor.cookies.clear()
    visitor.cookies.set(SESSION_COOKIE, value, domain="localhost.local")


def is_in(visitor: Client) -> bool:
    return visitor.get("/", headers=PAGE).status_code == 200


def test_a_session_that_was_fixed_before_signing_in_is_not_taken_over(visitor: Client, newsroom: Newsroom) -> None:
    accounts.set_password(newsroom.desk, OPERATOR, "editor-1", PASSWORD)
    cookie(visitor, "chosen-by-somebody-else")
    answer = visitor.post("/login", data={"name": "editor-1", "password": PASSWORD})
    assert answer.status_code == 303
    made = answer.headers["set-cookie"].partition(";")[0].partition("=")[2]
    assert made != "chosen-by-somebody-else"
    assert len(made) >= 43
    cookie(visitor, "chosen-by-somebody-else")
    assert not is_in(visitor)


def test_somebody_elses_session_in_the_browser_ends_when_one_signs_in(visitor: Client, newsroom: Newsroom) -> None:
    """Who lures somebody into the attacker's own account leaves them in it no longer than until they sign in."""
    accounts.set_password(newsroom.desk, OPERATOR, "editor-1", PASSWORD)
    theirs = sign_in(visitor, newsroom, Role.MODERATOR)
    visitor.post("/login", data={"name": "editor-1", "password": PASSWORD})
    with pytest.raises(Unauthenticated):
        accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(theirs)))


def test_no_two_sessions_share_a_token_and_none_can_be_guessed(newsroom: Newsroom) -> None:
    tokens = {token_of(newsroom, Role.MODERATOR) for _ in range(20)}
    assert len(tokens) == 20
    # 32 random bytes in base64: 256 bits.
    assert min(map(len, tokens)) >= 43


def forged(newsroom: Newsroom) -> list[str]:
    real = token_of(newsroom, Role.ADMIN)
    return [
        "",
        " ",
        "null",
        "admin-1",
        "0" * 43,
        real[:-1],
        real + "x",
        real.swapcase(),
        real[::-1],
        f" {real}x ",
        # The hash is what is stored: whoever reads the database has no session by it.
        accounts.token_hash(real),
        "' OR '1'='1",
        "../../x",
        "%00",
        "x" * 7_000,
    ]


def test_a_forged_cookie_opens_nothing(visitor: Client, newsroom: Newsroom) -> None:
    for value in forged(newsroom):
        cookie(visitor, value)
        answer = visitor.get("/", headers=PAGE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), value
        assert visitor.get("/export/audit.jsonl").status_code == 401, value


@pytest.mark.parametrize(
    "header", [f"{SESSION_COOKIE}=x; {SESSION_COOKIE}=y", f"{SESSION_COOKIE}", "=", ";;;", "\x01=\x02"]
)
def test_a_broken_cookie_header_opens_nothing(visitor: Client, header: str) -> None:
    assert visitor.get("/", headers=PAGE | {"Cookie": header}).status_code == 303


POSTS = sorted({route.path for route in routes() if "POST" in route.methods and not route.path.startswith("/api/")})


@pytest.mark.parametrize("path", POSTS)
@pytest.mark.parametrize("headers", FROM_ELSEWHERE, ids=str)
def test_no_form_is_taken_from_another_site(
    visitor: Client, newsroom: Newsroom, path: str, headers: dict[str, str]
) -> None:
    token = sign_in(visitor, newsroom, Role.ADMIN)
    accounts.set_password(newsroom.desk, OPERATOR, "editor-1", PASSWORD)
    cookie(visitor, token)
    answer = visitor.post(path, data={"name": "editor-1", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(token))).name == "admin-1"


@pytest.mark.parametrize("path", [row.path for row in ROUTES if row.path.startswith("/export/")])
@pytest.mark.parametrize("where", ["cross-site", "same-site"])
def test_no_export_is_made_by_another_sites_page(visitor: Client, newsroom: Newsroom, path: str, where: str) -> None:
    sign_in(visitor, newsroom, Role.ADMIN)
    assert visitor.get(path, headers={"Sec-Fetch-Site": where}).status_code in (403, 405)


def test_a_cookie_is_no_key_and_a_key_no_cookie(visitor: Client, newsroom: Newsroom) -> None:
    token = token_of(newsroom, Role.ADMIN)
    assert visitor.get("/api/v1/decisions", headers={"Authorization": f"Bearer {token}"}).status_code == 401
    cookie(visitor, newsroom.secret)
    assert not is_in(visitor)


def test_no_answer_lets_another_site_read_it(visitor: Client, newsroom: Newsroom) -> None:
    sign_in(visitor, newsroom, Role.ADMIN)
    for path in ("/", "/export/audit.jsonl", "/api/v1/openapi.json", "/login"):
        answer = visitor.get(path, headers={"Origin": "https://evil.example"})
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")], path
        asked = visitor.options(
            path, headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
        )
        assert not [name for name in asked.headers if name.lower().startswith("access-control-")], path


@pytest.mark.parametrize(("name", "is_let_in"), [(SECURE_SESSION_COOKIE, True), (SESSION_COOKIE, False)])
def test_over_https_only_this_hosts_own_cookie_counts(
    visitor: Client, newsroom: Newsroom, name: str, is_let_in: bool
) -> None:
    """A neighbour under the same domain can plant a cookie of a plain name, never one that begins with __Host-."""
    token = token_of(newsroom, Role.ADMIN)
    answer = visitor.get("https://localhost/", headers=PAGE | {"Cookie": f"{name}={token}"})
    assert (answer.status_code == 200) is is_let_in


def test_the_password_is_hidden_and_a_manager_may_fill_it_in(visitor: Client) -> None:
    page = visitor.get("/login").text
    assert 'type="password"' in page
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    # The limit of the field is above that of the password, so that nothing is cut off in silence.
    assert 'maxlength="500"' in page


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/comments", "/export/audit.jsonl", "/healthz"])
@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND"])
def test_a_method_that_is_not_there_does_nothing(visitor: Client, newsroom: Newsroom, path: str, method: str) -> None:
    sign_in(visitor, newsroom, Role.ADMIN)
    answer = visitor.request(method, path, headers={"X-Secret": "s3cret"})
    assert answer.status_code in (405, 404)
    assert "s3cret" not in answer.text
