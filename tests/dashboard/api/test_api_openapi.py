"""The document is OpenAPI 3.1, tells of every route, and its words are the core's."""

import inspect
import re
from datetime import timedelta

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from dashboard.api import openapi
from dashboard.api.doors import routes
from dashboard.api.schemas import REASONS
from dashboard.i18n import LANGUAGES, catalog
from moderation import parsing
from moderation.parsing import ARTICLE_FIELDS, COMMENT_FIELDS, REQUIRED_FIELDS
from moderation.roles import SCOPES
from moderation.service import settings
from tests.builders import OPERATOR, SITE


def test_the_document_is_valid():
    OpenAPIV31SpecValidator(openapi.document()).validate()


def test_the_document_is_served_as_it_is(visitor):
    assert visitor.get("/api/v1/openapi.json").json() == openapi.document()


@pytest.fixture
def backend():
    return "sqlite"


def test_every_route_of_the_interface_is_told_of():
    told = {path for path in openapi.document()["paths"] if path.startswith("/api/")}
    for route in routes():
        if route.path.startswith("/api/"):
            assert any(route.path_regex.match(path) for path in told), route.path
    for path in told:
        assert any(route.path_regex.match(path) for route in routes()), path


def alternatives(node):
    if isinstance(node, dict):
        yield from [node["oneOf"]] if "oneOf" in node else []
        node = list(node.values())
    for part in node if isinstance(node, list) else ():
        yield from alternatives(part)


def test_the_first_alternative_that_fits_leaves_nothing_out():
    """A client that is made of the document takes the first whose required fields are there, and drops the others."""
    schemas = openapi.document()["components"]["schemas"]
    for offered in alternatives(openapi.document()):
        named = [schemas.get(one.get("$ref", "").rpartition("/")[2], one) for one in offered]
        required = [set(one["required"]) for one in named if "required" in one]
        assert not [later for place, later in enumerate(required) for one in required[:place] if one <= later], offered


def test_the_fields_are_those_that_are_parsed():
    schemas = openapi.document()["components"]["schemas"]
    assert set(schemas["Comment"]["properties"]) == set(COMMENT_FIELDS)
    assert set(schemas["Comment"]["required"]) == set(REQUIRED_FIELDS)
    assert set(schemas["Article"]["properties"]) == set(ARTICLE_FIELDS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reason_and_code_has_a_sentence(lang):
    codes = openapi.document()["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]
    assert not [reason for reason in REASONS if f"api.invalid.{reason}" not in catalog(lang)]
    assert not [code for code in codes if f"api.error.{code}" not in catalog(lang)]


def test_every_reason_of_the_parser_is_told_of():
    given = set(re.findall(r'reason="(\w+)"', inspect.getsource(parsing)))
    assert given <= set(REASONS)


CALLS = {
    "submitComments": ("POST", "/api/v1/comments"),
    "lookUpComment": ("GET", "/api/v1/comments/c-1"),
    "editComment": ("PATCH", "/api/v1/comments/c-1"),
    "replaceComment": ("PUT", "/api/v1/comments/c-1"),
    "withdrawComment": ("DELETE", "/api/v1/comments/c-1"),
    "reportComment": ("POST", "/api/v1/comments/c-1/reports"),
    "noticeOfRejection": ("GET", "/api/v1/comments/c-1/notice"),
    "lookUpAppeal": ("GET", "/api/v1/comments/c-1/appeal"),
    "lodgeAppeal": ("POST", "/api/v1/comments/c-1/appeal"),
    "lookUpCommenter": ("GET", "/api/v1/commenters/u-1"),
    "saveArticle": ("POST", "/api/v1/articles"),
    "listDecisions": ("GET", "/api/v1/decisions"),
    "listErasures": ("GET", "/api/v1/erasures"),
    "listPicks": ("GET", "/api/v1/picks?article=a-1"),
}
BODIES = {
    "submitComments": {"external_id": "c-2", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"},
    "editComment": {"body": "Another"},
    "replaceComment": {"body": "Another"},
    "reportComment": {"reporter_id": "r", "reason": "spam"},
    "lodgeAppeal": {"text": "why"},
    "saveArticle": {"external_id": "a-1", "title": "t"},
}


def operations():
    """Each with the path at which it can be called."""
    for path, item in openapi.document()["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield CALLS.get(operation["operationId"], (method.upper(), path)), operation["responses"]


def test_another_hosts_name_is_refused_as_is_told(visitor):
    for (method, path), told in operations():
        refused = visitor.request(method, path, headers={"Host": "evil.example"})
        assert (refused.status_code, refused.json()["error"]["code"]) == (421, "unknown_host"), path
        assert "421" in told, path


def test_the_headers_of_a_refusal_are_told(visitor):
    for (method, path), told in operations():
        answered = visitor.request(method, path)
        if answered.status_code == 401:
            assert all(name in answered.headers for name in told["401"]["headers"])
            assert answered.headers["WWW-Authenticate"].partition(" ")[0] == "Bearer"
        else:
            assert (answered.status_code, "401" in told) == (200, False), path


@pytest.mark.parametrize("operation", list(openapi.SCOPE_OF))
def test_each_operation_asks_for_the_scope_that_it_names(visitor, newsroom, operation):
    scope = openapi.SCOPE_OF[operation]
    others = [one for one in SCOPES if one is not scope]
    _, secret = settings.issue_key(newsroom.desk, OPERATOR, site=SITE, name="other", scopes=others)
    method, path = CALLS[operation]
    headers = {"Authorization": f"Bearer {secret}"}
    refused = visitor.request(method, path, json=BODIES.get(operation), headers=headers)
    assert refused.status_code == 403
    assert refused.json()["error"]["fields"] == {"permission": scope.value}
    assert "ask the desk" in refused.json()["error"]["message"]
    _, secret = settings.issue_key(newsroom.desk, OPERATOR, site=SITE, name="own", scopes=[scope])
    headers = {"Authorization": f"Bearer {secret}"}
    assert visitor.request(method, path, json=BODIES.get(operation), headers=headers).status_code in (200, 201, 404)


def test_a_key_that_is_over_is_told_so(visitor, newsroom):
    until = newsroom.clock() + timedelta(hours=1)
    key, secret = settings.issue_key(newsroom.desk, OPERATOR, site=SITE, name="short", expires_at=until)
    visitor.headers["Authorization"] = f"Bearer {secret}"
    assert visitor.get("/api/v1/decisions").status_code == 200
    newsroom.clock.advance(hours=1)
    expired = visitor.get("/api/v1/decisions")
    settings.revoke_key(newsroom.desk, OPERATOR, key.id)
    revoked = visitor.get("/api/v1/decisions")
    assert [(one.status_code, one.json()["error"]["fields"]) for one in (expired, revoked)] == [
        (401, {"key": "expired"}),
        (401, {"key": "revoked"}),
    ]
    assert "no longer works" in expired.json()["error"]["message"] == revoked.json()["error"]["message"]
