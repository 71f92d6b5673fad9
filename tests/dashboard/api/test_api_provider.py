"""Signing in through an identity provider: one on loopback, and every way in which it must let nobody in."""

from __future__ import annotations

import ast
import base64
import html
import json
import re
import socket
import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from dashboard import oidc
from dashboard.api.buckets import Buckets
from dashboard.api.front import Front
from dashboard.api.provider import BACK, COOKIE, THERE
from dashboard.cookies import LANGUAGE_COOKIE, SESSION_COOKIE
from dashboard.settings import SettingError, Settings, from_environment
from moderation.errors import Conflict, Invalid
from moderation.roles import Role, Session
from moderation.rules_of_entry import EntryRules
from moderation.service import accounts, audit, entry, provider
from tests.builders import OPERATOR
from tests.dashboard.api.around import BASE, Client, application

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.requests_client import OAuth2Session
    from authlib.jose import JsonWebKey, jwt
    from oidc_provider_mock import User, run_server_in_thread

# The mock runs in this process, on parts of Authlib that will move.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
CLIENT = "taliq-desk"
USERS = [
    User(sub="s-amal", claims={"email": "Amal@News.example", "email_verified": True, "name": "أمل"}),
    User(sub="s-unverified", claims={"email": "amal@news.example", "email_verified": False}),
    User(sub="s-outside", claims={"email": "amal@elsewhere.example", "email_verified": True}),
    User(sub="s-rania", claims={"email": "rania@news.example", "email_verified": True, "name": "<b>رانيا</b>"}),
    User(sub="s-nobody", claims={}),
]


@pytest.fixture
def backend():
    return "sqlite"


@pytest.fixture(scope="module")
def issuer():
    with run_server_in_thread(user_claims=USERS) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def settings(issuer):
    return Settings(oidc_issuer=issuer, oidc_client_id=CLIENT, oidc_client_secret="a secret", oidc_name="مؤسستنا")


@pytest.fixture
def front(newsroom, settings):
    # The provider signs with the time of day.
    newsroom.clock.at = datetime.now(UTC).replace(microsecond=0)
    return Front(
        desk=lambda: newsroom.desk,
        is_current=newsroom.plant.is_current,
        settings=settings,
        buckets=Buckets(settings.api_rate),
    )


@pytest.fixture
def expected(newsroom, issuer, front):
    provider.expect(newsroom.desk, OPERATOR, "editor-1", "amal@news.example", issuer=issuer)


def there(visitor, **asked):
    """Where the button leads."""
    answer = visitor.get(THERE, params=asked)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def agreed(address, sub):
    """The person says yes at the provider; the path and query that the browser is sent back to."""
    answer = httpx.post(address, data={"sub": sub})
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["location"])
    assert back.path == BACK
    return f"{back.path}?{back.query}"


def came(visitor, sub, **asked):
    return visitor.get(agreed(there(visitor, **asked), sub), headers={"Accept-Language": "en"})


def person_of(newsroom, answer):
    return accounts.whoami(newsroom.desk, Session(token_hash=accounts.token_hash(answer.cookies[SESSION_COOKIE])))


def test_who_is_expected_comes_in_and_goes_where_they_were_going(visitor, newsroom, expected):
    answer = came(visitor, "s-amal", next="/insights")
    assert (answer.status_code, answer.headers["location"]) == (303, "/insights")
    assert person_of(newsroom, answer).name == "editor-1"
    row = audit.events(newsroom.desk, OPERATOR, site=None).rows[0]
    assert (row.type, json.loads(row.body)["data"]) == ("session:opened", {"way": "provider"})


def test_the_question_is_made_as_the_standard_has_it(visitor, issuer, expected):
    address = urlsplit(there(visitor))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert f"{address.scheme}://{address.netloc}" == issuer
    assert asked["redirect_uri"] == f"{BASE}{BACK}"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["scope"].split() == ["openid", "email", "profile"]
    kept = visitor.cookies[COOKIE]
    for secret in (asked["state"], asked["nonce"], "verifier"):
        assert secret not in kept
    again = parse_qs(urlsplit(there(visitor)).query)
    assert all(again[name] != [asked[name]] for name in ("state", "nonce", "code_challenge"))


def test_the_verifier_goes_to_the_provider_and_nowhere_else(visitor, expected, monkeypatch):
    sent = []
    fetch = oidc.OpenIdProvider._token
    monkeypatch.setattr(oidc.OpenIdProvider, "_token", lambda self, *args: sent.append(args) or fetch(self, *args))
    address = there(visitor)
    assert visitor.get(agreed(address, "s-amal")).status_code == 303
    (_, _, verifier, _) = sent[0]
    assert len(verifier) >= 43
    assert verifier not in address


def test_from_then_on_the_subject_counts_and_not_the_address(visitor, newsroom, issuer, expected):
    assert came(visitor, "s-amal").status_code == 303
    # The address is somebody else's now, who is not expected; the person themself still is.
    provider.expect(newsroom.desk, OPERATOR, "moderator-1", "other@news.example", issuer=issuer)
    with newsroom.desk.read() as uow:
        known = uow.identities.by_subject(issuer, "s-amal")
    assert known is not None
    assert known[1].name == "editor-1"
    assert person_of(newsroom, came(visitor, "s-amal")).name == "editor-1"


def test_who_has_come_before_stays_known_until_they_are_expected_anew(visitor, newsroom, issuer, expected):
    def expect(email, issuer=issuer):
        return provider.expect(newsroom.desk, OPERATOR, "editor-1", email, issuer=issuer)

    assert expect("amal@news.example") is False
    assert came(visitor, "s-amal").status_code == 303
    assert expect("amal@news.example") is True
    assert expect("") is expect("amal@news.example") is False
    (known,) = provider.identities(newsroom.desk, OPERATOR).values()
    assert known.subject is None


def test_another_provider_expects_the_same_address(newsroom, expected):
    elsewhere = "https://id.elsewhere.example"
    provider.expect(newsroom.desk, OPERATOR, "editor-1", "amal@news.example", issuer=elsewhere)
    assert [known.issuer for known in provider.identities(newsroom.desk, OPERATOR).values()] == [elsewhere]


@pytest.mark.parametrize(
    ("sub", "said"),
    [
        ("s-rania", "no account at this desk"),
        ("s-unverified", "has not verified your e-mail"),
        ("s-nobody", "has not verified your e-mail"),
    ],
)
def test_who_is_not_expected_gets_a_page_and_no_account(visitor, newsroom, expected, sub, said):
    people = len(accounts.staff(newsroom.desk, OPERATOR))
    answer = came(visitor, sub)
    assert (answer.status_code, said in answer.text) == (403, True)
    assert SESSION_COOKIE not in answer.cookies
    assert len(accounts.staff(newsroom.desk, OPERATOR)) == people
    assert audit.events(newsroom.desk, OPERATOR, site=None).rows[0].type == "session:refused"


def test_a_closed_account_stays_closed(visitor, newsroom, expected):
    accounts.deactivate(newsroom.desk, OPERATOR, "editor-1")
    answer = came(visitor, "s-amal")
    assert (answer.status_code, "deactivated" in answer.text) == (403, True)


@pytest.mark.parametrize(("sub", "status"), [("s-rania", 303), ("s-outside", 403)])
def test_a_default_role_makes_accounts_for_the_domains_let_in(newsroom, front, sub, status):
    settings = replace(front.settings, oidc_default_role="moderator", oidc_domains=("news.example",))
    with Client(application(replace(front, settings=settings)), base_url=BASE, follow_redirects=False) as visitor:
        answer = came(visitor, sub)
        assert answer.status_code == status
        if status == 303:
            person = person_of(newsroom, answer)
            assert (person.name, person.role, person.display_name) == (
                "rania@news.example",
                Role.MODERATOR,
                "<b>رانيا</b>",
            )
            # The language of the page on which they chose to sign in.
            assert (person.language, answer.cookies[LANGUAGE_COOKIE]) == ("en", "en")
            assert person_of(newsroom, came(visitor, sub)).id == person.id


def test_a_name_of_which_nothing_is_to_be_seen_keeps_nobody_out(newsroom, front, monkeypatch):
    forged(monkeypatch, name="\u200b\u2060")
    settings = replace(front.settings, oidc_default_role="moderator")
    with Client(application(replace(front, settings=settings)), base_url=BASE, follow_redirects=False) as visitor:
        assert person_of(newsroom, came(visitor, "s-rania")).display_name == "rania@news.example"


def test_an_account_of_that_name_is_not_taken_over(newsroom, front):
    accounts.add_staff(newsroom.desk, OPERATOR, name="rania@news.example", display_name="x", role=Role.ADMIN)
    settings = replace(front.settings, oidc_default_role="moderator")
    with Client(application(replace(front, settings=settings)), base_url=BASE, follow_redirects=False) as visitor:
        assert came(visitor, "s-rania").status_code == 403


@pytest.mark.parametrize("way", ["other state", "no state", "other browser", "late", "twice", "no code"])
def test_an_answer_that_nobody_here_asked_for_is_refused(visitor, newsroom, expected, way):
    back = agreed(there(visitor), "s-amal")
    if way == "other state":
        back = re.sub("state=[^&]+", "state=made-up", back)
    elif way == "no state":
        back = re.sub("&?state=[^&]+", "", back)
    elif way == "other browser":
        visitor.cookies.clear()
    elif way == "late":
        newsroom.clock.advance(minutes=10)
    elif way == "twice":
        assert visitor.get(back).status_code == 303
        visitor.cookies.delete(SESSION_COOKIE)
    else:
        back = re.sub("code=[^&]+&?", "error=access_denied&", back)
    answer = visitor.get(back)
    assert answer.status_code == (401 if way == "no code" else 400)
    assert SESSION_COOKIE not in answer.cookies
    assert "access_denied" not in answer.text


def test_a_code_that_the_provider_does_not_know_is_refused(visitor, expected):
    back = re.sub("code=[^&]+", "code=made-up", agreed(there(visitor), "s-amal"))
    assert visitor.get(back).status_code == 401


def forged(monkeypatch, **changes):
    """The provider's own tokens, with claims changed and signed anew by a key that `keys` publishes."""
    key = JsonWebKey.generate_key("RSA", 2048, {"kid": "k"}, is_private=True)
    signer = changes.pop("signer", key)
    header = {"alg": changes.pop("alg", "RS256"), "kid": "k"}
    fetched, token = oidc.OpenIdProvider._fetched, oidc.OpenIdProvider._token

    def _fetched(self, address, **asked):
        return {"keys": [key.as_dict()]} if address.endswith("/jwks") else fetched(self, address, **asked)

    def _token(self, *args):
        found = dict(token(self, *args))
        claims = dict(jwt.decode(found["id_token"], _keys(self)))
        claims = {name: value for name, value in (claims | changes).items() if value is not None}
        claims.pop("at_hash", None)
        found["id_token"] = unsigned(claims) if header["alg"] == "none" else jwt.encode(header, claims, signer).decode()
        return found

    def _keys(self):
        return JsonWebKey.import_key_set(fetched(self, f"{self._issuer}/jwks"))

    monkeypatch.setattr(oidc.OpenIdProvider, "_fetched", _fetched)
    monkeypatch.setattr(oidc.OpenIdProvider, "_token", _token)


def unsigned(claims):
    parts = (json.dumps(one).encode() for one in ({"alg": "none", "kid": "k"}, claims))
    return ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts) + "."


def long_ago():
    return int((datetime.now(UTC) - timedelta(hours=2)).timestamp())


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        (dict, 303),
        (lambda: {"nonce": "another"}, 401),
        (lambda: {"nonce": None}, 401),
        (lambda: {"aud": "another-client"}, 401),
        (lambda: {"aud": None}, 401),
        (lambda: {"iss": "http://localhost:1"}, 401),
        (lambda: {"exp": long_ago()}, 401),
        (lambda: {"exp": None}, 401),
        (lambda: {"sub": None}, 401),
        (lambda: {"iat": int(datetime.now(UTC).timestamp()) + 9_000}, 401),
        (lambda: {"signer": JsonWebKey.generate_key("RSA", 2048, {"kid": "k"}, is_private=True)}, 401),
        (lambda: {"alg": "HS256", "signer": "a secret"}, 401),
        (lambda: {"alg": "none", "signer": ""}, 401),
    ],
    ids=["good", "nonce", "no nonce", "audience", "no audience", "issuer", "expired", "no end", "no subject", "future",
         "foreign key", "shared secret", "unsigned"],
)  # fmt: skip
def test_a_token_that_is_not_as_it_must_be_lets_nobody_in(visitor, expected, monkeypatch, changes, status):
    forged(monkeypatch, **changes())
    answer = came(visitor, "s-amal")
    assert answer.status_code == status
    assert (SESSION_COOKIE in answer.cookies) is (status == 303)
    if status != 303:
        assert "not accepted" in answer.text


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("invalid_client", 503, "does not take this desk"),
        ("temporarily_unavailable", 503, "does not answer"),
        ("invalid_grant", 401, "or you cancelled"),
        ("Its own\nwords", 401, "or you cancelled"),
    ],
)
def test_whose_fault_it_is_when_the_provider_says_no(visitor, expected, monkeypatch, caplog, code, status, said):
    def refused(self, *args, **kwargs):
        raise OAuthError(code, "words of its own")

    monkeypatch.setattr(OAuth2Session, "fetch_token", refused)
    answer = came(visitor, "s-amal")
    assert (answer.status_code, said in answer.text) == (status, True)
    # Who runs the desk finds the reason in its log, and nothing that somebody else wrote.
    assert ("no code" if "words" in code else code) in caplog.text
    assert "words" not in caplog.text


def test_what_is_wrong_with_an_answer_is_told_in_the_servers_log(visitor, expected, monkeypatch, caplog):
    forged(monkeypatch, exp=long_ago())
    assert came(visitor, "s-amal").status_code == 401
    assert "invalid (the ID token: ExpiredTokenError" in caplog.text


def test_a_secret_goes_in_the_form_where_the_provider_takes_no_other_way(visitor, expected, monkeypatch):
    fetched, fetch, ways = oidc.OpenIdProvider._fetched, OAuth2Session.fetch_token, []
    only = {"token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"]}
    monkeypatch.setattr(
        oidc.OpenIdProvider, "_fetched", lambda self, address, **asked: fetched(self, address, **asked) | only
    )
    monkeypatch.setattr(
        OAuth2Session,
        "fetch_token",
        lambda self, *args, **more: ways.append(self.token_endpoint_auth_method) or fetch(self, *args, **more),
    )
    assert came(visitor, "s-amal").status_code == 303
    assert ways == ["client_secret_post"]


def test_an_email_that_the_token_lacks_is_asked_for(visitor, newsroom, expected, monkeypatch):
    """OpenID Connect 5.4: where there is an access token, the claims of a scope are at the UserInfo endpoint."""
    forged(monkeypatch, email=None, email_verified=None)
    assert person_of(newsroom, came(visitor, "s-amal")).name == "editor-1"
    assert came(visitor, "s-unverified").status_code == 403


@pytest.mark.parametrize(("trusted", "status"), [(False, 403), (True, 303)])
def test_an_email_of_which_nothing_is_said_counts_where_the_desk_is_told_to_trust_it(
    newsroom, front, expected, monkeypatch, trusted, status
):
    fetched = oidc.OpenIdProvider._told
    monkeypatch.setattr(
        oidc.OpenIdProvider,
        "_told",
        lambda *asked: {
            name: said for name, said in fetched(*asked).items() if name != "email_verified" or said is False
        },
    )
    settings = replace(front.settings, oidc_trust_email=trusted)
    with Client(application(replace(front, settings=settings)), base_url=BASE, follow_redirects=False) as visitor:
        assert came(visitor, "s-amal").status_code == status
        # What it says is not verified is not.
        assert came(visitor, "s-unverified").status_code == 403


def test_an_answer_about_somebody_else_is_not_believed(visitor, expected, monkeypatch):
    forged(monkeypatch, email=None, sub="s-rania")
    assert came(visitor, "s-amal").status_code == 401


@pytest.mark.parametrize(("lang", "said"), [("ar", "لا يجيب الآن"), ("en", "does not answer right now")])
def test_a_provider_that_is_down_has_a_page(newsroom, front, lang, said):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = replace(front.settings, oidc_issuer=nobody)
    with Client(application(replace(front, settings=settings)), base_url=BASE, follow_redirects=False) as visitor:
        answer = visitor.get(THERE, headers={"Accept-Language": lang})
        assert (answer.status_code, said in answer.text) == (503, True)


@pytest.mark.parametrize("changes", [{"issuer": "https://elsewhere.example"}, {"issuer": None}, {"issuer": 7}])
def test_a_provider_that_says_it_is_another_is_not_believed(visitor, monkeypatch, changes):
    fetched = oidc.OpenIdProvider._fetched
    monkeypatch.setattr(oidc.OpenIdProvider, "_fetched", lambda self, address: {**fetched(self, address), **changes})
    assert visitor.get(THERE).status_code == 401


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_sign_in_page_has_the_button_where_there_is_a_provider(visitor, front, lang):
    page = visitor.get("/login", params={"next": "/insights"}, headers={"Accept-Language": lang}).text
    (href,) = re.findall(r'href="(/login/provider[^"]*)"', page)
    assert html.unescape(href) == f"{THERE}?next=/insights"
    assert "مؤسستنا" in page
    plain = replace(front, settings=Settings())
    with Client(application(plain), base_url=BASE, follow_redirects=False) as other:
        assert THERE not in other.get("/login").text
        assert other.get(THERE).status_code == 404


def test_the_second_factor_is_the_providers_business(visitor, newsroom, expected):
    rules = EntryRules(idle=timedelta(hours=1), length=timedelta(hours=9), factor_roles=frozenset({Role.EDITOR}))
    entry.set_rules(newsroom.desk, OPERATOR, rules)
    assert not person_of(newsroom, came(visitor, "s-amal")).lacks_factor


def test_by_whom_an_address_may_be_expected(newsroom, issuer, expected):
    with pytest.raises(Conflict):
        provider.expect(newsroom.desk, OPERATOR, "moderator-1", "AMAL@news.example", issuer=issuer)
    for wrong in ("no address", "a@b c", "@b", "x" * 400 + "@b"):
        with pytest.raises(Invalid):
            provider.expect(newsroom.desk, OPERATOR, "moderator-1", wrong, issuer=issuer)
    provider.expect(newsroom.desk, OPERATOR, "editor-1", "", issuer=issuer)
    assert provider.identities(newsroom.desk, OPERATOR) == {}


def test_the_settings_are_read_strictly_and_the_secret_is_not_shown():
    for variable, value in (
        ("TALIQ_OIDC_ISSUER", "http://id.example.org"),
        ("TALIQ_OIDC_ISSUER", "id.example.org"),
        ("TALIQ_OIDC_DEFAULT_ROLE", "admin"),
    ):
        with pytest.raises(SettingError):
            from_environment({variable: value})
    read = from_environment({"TALIQ_OIDC_ISSUER": "https://id.example.org/", "TALIQ_OIDC_CLIENT_SECRET": "hush"})
    assert read.oidc_issuer == "https://id.example.org"
    assert "hush" not in repr(read)


def test_the_library_is_loaded_when_somebody_comes_that_way_and_not_before():
    """A server at rest pays no memory for it."""
    tree = ast.parse(Path(oidc.__file__).read_text(encoding="utf-8"))
    found = {name.name.partition(".")[0] for one in tree.body if isinstance(one, ast.Import) for name in one.names} | {
        str(one.module).partition(".")[0] for one in tree.body if isinstance(one, ast.ImportFrom)
    }
    assert not found & {"authlib", "joserfc", "requests"}
    inner = {str(one.module).partition(".")[0] for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)}
    assert {"authlib", "joserfc"} <= inner
