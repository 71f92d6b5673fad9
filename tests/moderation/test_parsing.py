"""Hostile fields, each with its defined answer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation import parsing
from moderation.article import IncomingArticle
from moderation.comment import MAX_BODY
from moderation.errors import Invalid

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GOOD: dict[str, object] = {"external_id": "c", "article_id": "a", "commenter_id": "u", "body": "hello"}


def refusal(**fields: object) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        parsing.incoming(GOOD | fields, now=NOW)
    return refused.value.field, refused.value.reason


@pytest.mark.parametrize(
    ("fields", "field", "reason"),
    [
        ({"body": None}, "body", "missing"),
        ({"body": ""}, "body", "empty"),
        ({"body": " \n\t"}, "body", "empty"),
        ({"body": "\u200b\u200f\u2066"}, "body", "empty"),
        ({"body": "\u3164 \u2800"}, "body", "empty"),
        ({"body": "\ufe0f\u034f\U000e0101"}, "body", "empty"),
        ({"body": 5}, "body", "wrong_type"),
        ({"body": ["x"]}, "body", "wrong_type"),
        ({"body": "x" * (MAX_BODY + 1)}, "body", "too_long"),
        ({"body": "a" + "\u0301" * 50_000}, "body", "too_long"),
        ({"external_id": ""}, "external_id", "missing"),
        ({"external_id": "  "}, "external_id", "missing"),
        ({"external_id": None}, "external_id", "missing"),
        ({"external_id": True}, "external_id", "wrong_type"),
        ({"external_id": 1.5}, "external_id", "wrong_type"),
        ({"external_id": "x" * 201}, "external_id", "too_long"),
        ({"external_id": 10**5000}, "external_id", "too_long"),
        ({"external_id": "a\nb"}, "external_id", "bad_characters"),
        ({"external_id": "a\x00"}, "external_id", "bad_characters"),
        ({"commenter_id": "\ud800"}, "commenter_id", "bad_characters"),
        ({"article_url": "javascript:alert(1)"}, "article_url", "not_a_url"),
        ({"article_url": "https://a b"}, "article_url", "not_a_url"),
        ({"article_url": "http://[x"}, "article_url", "not_a_url"),
        ({"article_url": "https://"}, "article_url", "not_a_url"),
        ({"commenter_name": {}}, "commenter_name", "wrong_type"),
        ({"commenter_name": "x" * 201}, "commenter_name", "too_long"),
        ({"commenter_email": "amal@example"}, "commenter_email", "not_an_email"),
        ({"created_at": "yesterday"}, "created_at", "not_a_time"),
        ({"created_at": 1700000000}, "created_at", "wrong_type"),
        ({"created_at": "2999-01-01T00:00:00Z"}, "created_at", "in_future"),
        ({"created_at": "1970-01-01T00:00:00Z"}, "created_at", "too_old"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at", "not_a_time"),
        ({"created_at": "2026-11-23T12:05:01Z"}, "created_at", "in_future"),
        ({"boddy": "x"}, "boddy", "unknown_field"),
    ],
)
def test_what_is_refused(fields: dict[str, object], field: str, reason: str) -> None:
    assert refusal(**fields) == (field, reason)


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"body": "a\x00b\ud800c"}, "body", "a\ufffdb\ufffdc"),
        ({"body": "\u202eevil"}, "body", "\u202eevil"),
        ({"body": "<b>x</b> ![](http://x/y.png) =1+1"}, "body", "<b>x</b> ![](http://x/y.png) =1+1"),
        ({"body": "x" * MAX_BODY}, "body", "x" * MAX_BODY),
        ({"external_id": 17}, "external_id", "17"),
        ({"external_id": " c/1 "}, "external_id", "c/1"),
        ({"parent_id": ""}, "parent_id", None),
        ({"parent_id": " \n"}, "parent_id", None),
        ({"parent_id": 3}, "parent_id", "3"),
        ({"commenter_name": "a\nb\x00"}, "commenter_name", "a b"),
        ({"commenter_name": "  "}, "commenter_name", None),
        ({"commenter_email": " Amal@Example.COM "}, "commenter_email", "amal@example.com"),
        ({"commenter_email": ""}, "commenter_email", None),
        (
            {"created_at": "2026-11-23T10:00:00.123456+02:00"},
            "created_at",
            datetime(2026, 11, 23, 8, 0, 0, 123_000, tzinfo=UTC),
        ),
        ({"created_at": "2026-11-23 08:00"}, "created_at", datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ({"created_at": "2026-11-23T12:05:00Z"}, "created_at", NOW),
        ({"created_at": " "}, "created_at", NOW),
        ({}, "created_at", NOW),
    ],
)
def test_what_is_taken_and_how(fields: dict[str, object], name: str, value: object) -> None:
    assert getattr(parsing.incoming(GOOD | fields, now=NOW), name) == value


@given(
    st.dictionaries(
        st.sampled_from(parsing.COMMENT_FIELDS),
        st.one_of(
            st.none(),
            st.text(),
            st.integers(),
            st.floats(),
            st.booleans(),
            st.lists(st.integers()),
            st.datetimes().map(str),
        ),
    )
)
def test_any_fields_are_taken_or_refused_with_a_reason(fields: dict[str, object]) -> None:
    try:
        taken = parsing.incoming(fields, now=NOW)
    except Invalid as refused:
        known = refused.field in parsing.COMMENT_FIELDS and refused.reason
    else:
        known = taken.created_at <= NOW and taken.body.encode()
    assert known


def test_articles_have_a_title() -> None:
    with pytest.raises(Invalid):
        parsing.article({"external_id": "a", "title": " "}, now=NOW)
    said = {"external_id": "a", "title": "T"}
    assert parsing.article(said, now=NOW) == IncomingArticle(external_id="a", title="T")
    emptied = parsing.article(said | {"section": None, "url": " "}, now=NOW)
    assert (emptied.section, emptied.url) == ("", "")
