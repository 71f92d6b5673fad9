"""The document is OpenAPI 3.1, tells of every route, and its words are the core's."""

import inspect
import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from dashboard.api import openapi
from dashboard.api.doors import routes
from dashboard.api.schemas import REASONS
from dashboard.i18n import LANGUAGES, catalog
from moderation import parsing
from moderation.parsing import ARTICLE_FIELDS, COMMENT_FIELDS, REQUIRED_FIELDS


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
