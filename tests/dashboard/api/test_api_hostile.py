"""Hostile input: each kind has one defined answer, nothing is lost, and what is stored reads back as it was sent."""

import gzip
import json
import logging
from zoneinfo import ZoneInfo

import pytest

from moderation.comment import MAX_BODY

COMMENTS = "/api/v1/comments"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def backend():
    """The answers are given before a database is asked; what databases cannot hold is tested with the stores."""
    return "sqlite"


def comment(**given):
    return {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"} | given


def refused(answer):
    fields = answer.json()["error"]["fields"]
    return answer.status_code, fields.get("field"), fields.get("reason")


@pytest.mark.parametrize(
    ("given", "field", "reason"),
    [
        ({"body": ""}, "body", "empty"),
        ({"body": " \t\r\n"}, "body", "empty"),
        ({"body": "\u200b\u200e\ufeff"}, "body", "empty"),
        ({"body": "x" * 1_000_000}, "body", "too_long"),
        ({"body": "a" + "\u0301" * 50_000}, "body", "too_long"),
        ({"body": "x" * (MAX_BODY + 1)}, "body", "too_long"),
        ({"body": None}, "body", "missing"),
        ({"body": 7}, "body", "wrong_type"),
        ({"body": ["x"]}, "body", "wrong_type"),
        ({"body": {"text": "x"}}, "body", "wrong_type"),
        ({"external_id": ""}, "external_id", "missing"),
        ({"external_id": True}, "external_id", "wrong_type"),
        ({"external_id": 1.5}, "external_id", "wrong_type"),
        ({"external_id": "a\x00b"}, "external_id", "bad_characters"),
        ({"external_id": "a\nb"}, "external_id", "bad_characters"),
        ({"external_id": "\ud800"}, "external_id", "bad_characters"),
        ({"external_id": "x" * 201}, "external_id", "too_long"),
        ({"commenter_name": "x" * 201}, "commenter_name", "too_long"),
        ({"commenter_email": "amal at example.com"}, "commenter_email", "not_an_email"),
        ({"commenter_email": ["amal@example.com"]}, "commenter_email", "wrong_type"),
        ({"commenter_email": "a" * 250 + "@x.com"}, "commenter_email", "too_long"),
        ({"article_url": "javascript:alert(1)"}, "article_url", "not_a_url"),
        ({"article_url": "data:text/html,x"}, "article_url", "not_a_url"),
        ({"created_at": "2999-01-01T00:00:00Z"}, "created_at", "in_future"),
        ({"created_at": "1066-10-14"}, "created_at", "too_old"),
        ({"created_at": "0001-01-01T00:00:00+23:59"}, "created_at", "not_a_time"),
        ({"created_at": "tomorrow"}, "created_at", "not_a_time"),
        ({"created_at": 1_700_000_000}, "created_at", "wrong_type"),
        ({"admin": True}, "admin", "unknown_field"),
        ({"__proto__": {}}, "__proto__", "unknown_field"),
        ({"\ud800": 1}, "?", "unknown_field"),
    ],
)
def test_a_field_that_cannot_be_accepted(site, given, field, reason):
    answer = site.post(COMMENTS, content=json.dumps(comment(**given)).encode(), headers=JSON)
    assert refused(answer) == (400, field, reason)
    assert site.get(f"{COMMENTS}/c-1").status_code == 404


def test_a_local_time_without_its_offset_is_told_what_it_was_taken_for(site, newsroom):
    """As a site east of Greenwich sends it that leaves the offset out."""
    local = newsroom.clock().astimezone(ZoneInfo("Africa/Cairo")).replace(tzinfo=None)
    answer = site.post(COMMENTS, json=comment(created_at=local.isoformat()))
    assert refused(answer) == (400, "created_at", "in_future")
    assert "UTC" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ("nul\x00nul", "nul\ufffdnul"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("\u202eevil\u202c \u2066x\u2069", None),
        ("a" + "\u0301" * 19_000, None),
        ("<script>alert(1)</script><img src=x onerror=alert(1)>", None),
        ("![](http://example.org/t.png) [x](javascript:alert(1)) $$x$$", None),
        ('=HYPERLINK("http://example.org")', None),
        ("+1+1\t@SUM(A1)", None),
        ("'; DROP TABLE comment; --", None),
        ("%s %(name)s {0} {body} ${jndi:ldap://x}", None),
        ("../../etc/passwd\\..\\x", None),
        ("line\r\nline\u2028line\x85", None),
        ("👩‍👩‍👧‍👦 🏳️‍🌈 \U0010ffff", None),
        ("مرحبا" * 3_000, None),
        ("x" * MAX_BODY, None),
    ],
)
def test_text_that_is_only_text_is_kept_as_written(site, newsroom, body, stored):
    answer = site.post(COMMENTS, content=json.dumps(comment(body=body)).encode(), headers=JSON)
    assert answer.status_code == 201
    assert "body" not in answer.json()
    with newsroom.desk.read() as uow:
        kept = uow.comments.by_external(newsroom.site.id, ["c-1"])["c-1"].body
    assert kept == (body if stored is None else stored)


@pytest.mark.parametrize(
    ("content", "field", "reason"),
    [
        (b"", "$", "empty"),
        (b"  \n", "$", "empty"),
        (b"\xef\xbb\xbf", "$", "empty"),
        (b"null", "$", "wrong_type"),
        (b"7", "$", "wrong_type"),
        (b'"text"', "$", "wrong_type"),
        (b"{", "$", "not_json"),
        (b"{'external_id': 1}", "$", "not_json"),
        (b'{"body": NaN}', "$", "not_json"),
        (b'{"body": -Infinity}', "$", "not_json"),
        (b'{"body": "a\x00b"}', "$", "not_json"),
        (b'{"body": "x"} {"body": "y"}', "$", "not_json"),
        (b'{"body": "\xff"}', "$", "not_utf8"),
        (b'{"body": "\xed\xa0\x80"}', "$", "not_utf8"),
        ('{"body": "x"}'.encode("utf-16"), "$", "not_utf8"),
        (b"[" * 100_000 + b"]" * 100_000, "$", "too_deep"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "$", "too_deep"),
        (b'{"external_id": "c-1", "external_id": "c-2"}', "external_id", "duplicate_key"),
        (b'{"\\ud800": 1, "\\ud800": 2}', "?", "duplicate_key"),
        (b'{"external_id": ' + b"9" * 5_000 + b"}", "external_id", "too_long"),
        (b'{"external_id": -' + b"9" * 5_000 + b"}", "external_id", "too_long"),
        (b'{"external_id": 1e999999}', "external_id", "wrong_type"),
    ],
)
def test_a_body_that_cannot_be_read(site, content, field, reason):
    assert refused(site.post(COMMENTS, content=content, headers=JSON)) == (400, field, reason)


def test_a_byte_order_mark_is_passed_over(site):
    content = b"\xef\xbb\xbf" + json.dumps(comment()).encode()
    assert site.post(COMMENTS, content=content, headers=JSON).status_code == 201


def test_a_doubled_key_or_a_huge_number_spoils_only_its_own_item(site):
    good, other = json.dumps(comment()), json.dumps(comment(external_id="c-2"))
    doubled = '{"external_id": "c-9", "body": "x", "body": "y"}'
    huge = json.dumps(comment(external_id="@")).replace('"@"', "9" * 5_000)
    answer = site.post(COMMENTS, content=f"[{good},{doubled},{huge},{other}]".encode(), headers=JSON)
    assert answer.status_code == 201
    assert [result.get("created") for result in answer.json()["results"]] == [True, None, None, True]
    assert [result["error"]["fields"] for result in answer.json()["results"][1:3]] == [
        {"field": "body", "reason": "duplicate_key", "index": 1},
        {"field": "external_id", "reason": "too_long", "high": 200, "index": 2},
    ]


def test_an_article_that_nobody_told_of_is_made(site, newsroom):
    assert site.post(COMMENTS, json=comment(article_id="never seen")).status_code == 201


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ('Application/JSON;charset="UTF-8"', 201),
        ("application/json;profile=x; charset=utf-8", 201),
        ("application/json; charset=utf-8; q=1", 201),
        ("application/json; charset=windows-1256", 415),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
        ("text/json", 415),
        ("", 415),
    ],
)
def test_the_content_type(site, content_type, status):
    answer = site.post(COMMENTS, content=json.dumps(comment()).encode(), headers={"Content-Type": content_type})
    assert answer.status_code == status


PACKED = gzip.compress(json.dumps(comment()).encode(), mtime=0)
IN_TWO_PARTS = gzip.compress(b"[", mtime=0) + gzip.compress(json.dumps(comment()).encode() + b"]", mtime=0)


@pytest.mark.parametrize(
    ("content", "coding", "status", "reason"),
    [
        (PACKED, "gzip", 201, None),
        (PACKED, "x-gzip", 201, None),
        (IN_TWO_PARTS, "gzip", 201, None),
        (PACKED[:-9], "gzip", 400, "truncated_gzip"),
        (PACKED[:5], "gzip", 400, "truncated_gzip"),
        (b"", "gzip", 400, "empty"),
        (b"not gzip", "gzip", 400, "bad_gzip"),
        (PACKED + b"tail", "gzip", 400, "bad_gzip"),
        (PACKED[:-4] + b"\0\0\0\0", "gzip", 400, "bad_gzip"),
        (gzip.compress(b" " * (9 << 20), mtime=0), "gzip", 413, None),
        (gzip.compress(b" " * (5 << 20), mtime=0) * 2, "gzip", 413, None),
        (PACKED + gzip.compress(b"", mtime=0) * 300_000, "gzip", 400, "bad_gzip"),
        (PACKED, "br", 415, None),
        (PACKED, "gzip, gzip", 415, None),
        (PACKED, "identity", 400, "not_utf8"),
    ],
    ids=[
        "gzip", "x-gzip", "two members", "cut", "cut in the header", "nothing", "no gzip", "tail", "wrong sum", "bomb",
        "bomb in parts", "without end", "brotli", "twice", "not said",
    ],
)  # fmt: skip
def test_packed_bodies(site, content, coding, status, reason):
    answer = site.post(COMMENTS, content=content, headers=JSON | {"Content-Encoding": coding})
    assert answer.status_code == status
    if reason:
        assert refused(answer) == (400, "$", reason)


SECRETLY = "reader-text-7f3a"


def test_no_readers_text_and_no_secret_reaches_the_log(site, newsroom, caplog):
    caplog.set_level(logging.DEBUG)
    for body in (SECRETLY, SECRETLY + "\ud800", SECRETLY * 2_000, [SECRETLY]):
        site.post(COMMENTS, content=json.dumps(comment(body=body)).encode(), headers=JSON)
    site.post(COMMENTS, json=comment(**{SECRETLY: 1}))
    site.patch(f"{COMMENTS}/c-1", json={"body": SECRETLY + "!"})
    site.post(f"{COMMENTS}/c-1/reports", json={"reporter_id": "r", "reason": "spam", "note": SECRETLY})
    site.post("/login", data={"name": "admin-1", "password": newsroom.secret})
    # The client under test logs what it sends; only the server's own words count.
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("httpx"))
    assert SECRETLY not in said
    assert newsroom.secret not in said
