"""Comments, articles and the feed as a site uses them."""

import json
from datetime import timedelta
from urllib.parse import quote

import pytest

from moderation.audit import EventType
from moderation.service import audit, review
from tests.builders import OPERATOR, SITE, START

COMMENTS = "/api/v1/comments"


def comment(**given):
    return {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u-1", "body": "A civil thought"} | given


def test_a_new_comment_is_judged_at_once(site):
    answer = site.post(COMMENTS, json=comment())
    receipt = answer.json()
    assert answer.status_code == 201
    assert (receipt["created"], receipt["status"], receipt["outcome"]) == (True, "published", "approve")
    assert receipt["scores"]["toxic"] == 0.01
    assert receipt["model"] == "test-1"
    assert isinstance(receipt["id"], str)


@pytest.mark.parametrize(
    ("body", "status", "outcome", "reasons"),
    [
        ("A civil thought", "published", "approve", []),
        ("a rude remark", "pending", "hold", ["abusive", "offensive"]),
    ],
)
def test_the_answer_says_what_became_of_it(site, body, status, outcome, reasons):
    receipt = site.post(COMMENTS, json=comment(body=body)).json()
    assert (receipt["status"], receipt["outcome"]) == (status, outcome)
    assert sorted(receipt["reasons"]) == reasons


def test_a_repeat_gives_the_stored_comment_and_changes_nothing(site):
    first = site.post(COMMENTS, json=comment()).json()
    again = site.post(COMMENTS, json=comment(body="another text"))
    assert again.status_code == 200
    assert again.json() == first | {"created": False}


def test_bad_items_of_an_array_are_answered_in_their_place_and_the_others_stored(site):
    sent = [comment(), comment(external_id="c-2", body=None), 7, comment(external_id="c-3", parent="c-1"), comment()]
    answer = site.post(COMMENTS, json=sent)
    content = answer.json()
    assert answer.status_code == 201
    assert [content[name] for name in ("created", "repeated", "invalid")] == [1, 1, 3]
    assert [result.get("created") for result in content["results"]] == [True, None, None, None, False]
    assert [result["error"]["fields"] for result in content["results"][1:4]] == [
        {"field": "body", "reason": "missing", "index": 1},
        {"field": "$", "reason": "wrong_type", "index": 2},
        {"field": "parent", "reason": "unknown_field", "index": 3},
    ]
    assert site.get(f"{COMMENTS}/c-1").status_code == 200
    assert site.get(f"{COMMENTS}/c-2").status_code == 404


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ([], 200),
        ([comment()], 201),
        ([comment(body="")], 400),
        ([comment(external_id=f"c-{number}") for number in range(1_000)], 201),
        ([comment(external_id=f"c-{number}") for number in range(1_001)], 413),
    ],
    ids=["none", "one", "none good", "most", "too many"],
)
def test_the_status_of_an_array(site, sent, status):
    assert site.post(COMMENTS, json=sent).status_code == status


def test_an_array_without_a_good_item_is_an_error_that_still_tells_of_each(site):
    content = site.post(COMMENTS, json=[comment(body=""), comment(body=3)]).json()
    assert content["error"]["fields"] == {"field": "$", "reason": "no_valid_item"}
    assert [result["error"]["fields"]["reason"] for result in content["results"]] == ["empty", "wrong_type"]


def test_an_array_that_repeats_only_is_no_news(site):
    site.post(COMMENTS, json=comment())
    assert site.post(COMMENTS, json=[comment(), comment()]).status_code == 200


def test_too_many_items_store_none(site):
    site.post(COMMENTS, json=[comment(external_id=f"c-{number}") for number in range(1_001)])
    assert site.get(f"{COMMENTS}/c-0").status_code == 404


@pytest.mark.parametrize(
    "external_id",
    [
        "c-1",
        "2026/11/23/9",
        "a b",
        "نص",
        "100%",
        "a%2Fb",
        "a/reports",
        "reports",
        "C:\\x",
        "..\\..",
        "a..b",
        "?q=1#x",
        "😀",
        "//",
    ],
)
def test_any_external_id_can_be_asked_for(site, external_id):
    site.post(COMMENTS, json=comment(external_id=external_id))
    found = site.get(f"{COMMENTS}/{quote(external_id, safe='')}")
    assert found.status_code == 200
    assert found.json()["external_id"] == external_id


def test_an_unescaped_slash_is_taken_as_part_of_the_id(site):
    site.post(COMMENTS, json=comment(external_id="2026/11/9"))
    assert site.get(f"{COMMENTS}/2026/11/9").json()["external_id"] == "2026/11/9"


def test_a_number_as_id_is_its_digits(site):
    site.post(COMMENTS, json=comment(external_id=12))
    assert site.get(f"{COMMENTS}/12").status_code == 200


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_an_edit_is_judged_afresh(site, method):
    site.post(COMMENTS, json=comment())
    edited = site.request(method, f"{COMMENTS}/c-1", json={"body": "a rude remark", "edited_at": START.isoformat()})
    assert edited.status_code == 200
    assert (edited.json()["status"], edited.json()["revision"]) == ("pending", 2)


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        ({}, "body", "missing"),
        ({"body": " "}, "body", "empty"),
        ({"body": "x", "edited_at": "yesterday"}, "edited_at", "not_a_time"),
        ({"body": "x", "author": "u-1"}, "author", "unknown_field"),
        ([], "$", "wrong_type"),
    ],
)
def test_a_bad_edit_names_what_is_wrong(site, sent, field, reason):
    site.post(COMMENTS, json=comment())
    refused = site.patch(f"{COMMENTS}/c-1", json=sent)
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"].items() >= {"field": field, "reason": reason}.items()


def test_an_authors_deletion_erases_and_may_be_repeated(site):
    site.post(COMMENTS, json=comment())
    assert [site.delete(f"{COMMENTS}/c-1").status_code for _ in range(2)] == [200, 200]
    gone = site.get(f"{COMMENTS}/c-1").json()
    assert (gone["status"], gone["scores"], gone["model"]) == ("erased", None, None)
    assert site.patch(f"{COMMENTS}/c-1", json={"body": "back"}).status_code == 409


def test_readers_reports_hold_a_comment_and_one_reader_counts_once(site):
    site.post(COMMENTS, json=comment())
    one = {"reporter_id": "r-1", "reason": "harassment", "note": "again and again"}
    for _ in range(4):
        assert site.post(f"{COMMENTS}/c-1/reports", json=one).json()["status"] == "published"
    for reader in ("r-2", "r-3"):
        answer = site.post(f"{COMMENTS}/c-1/reports", json={"reporter_id": reader, "reason": "harassment"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "pending"


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        ({"reason": "spam"}, "reporter_id", "missing"),
        ({"reporter_id": "r-1"}, "reason", "missing"),
        ({"reporter_id": "r-1", "reason": "boring"}, "reason", "not_listed"),
        ({"reporter_id": "r-1", "reason": ["spam"]}, "reason", "not_listed"),
        ({"reporter_id": "r-1", "reason": "spam", "note": "x" * 1_001}, "note", "too_long"),
    ],
)
def test_a_bad_report_names_what_is_wrong(site, sent, field, reason):
    site.post(COMMENTS, json=comment())
    refused = site.post(f"{COMMENTS}/c-1/reports", json=sent)
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"].items() >= {"field": field, "reason": reason}.items()


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", COMMENTS, 405, "POST"),
        ("POST", f"{COMMENTS}/c-1", 405, "GET, PATCH, PUT, DELETE, HEAD"),
        ("OPTIONS", f"{COMMENTS}/c-1/notice", 405, "GET, HEAD"),
        ("POST", f"{COMMENTS}/c-1/notice", 405, "GET, HEAD"),
        ("GET", f"{COMMENTS}/c-1/reports", 405, "POST"),
        ("DELETE", "/api/v1/articles", 405, "POST"),
        ("GET", f"{COMMENTS}/nobody", 404, None),
        ("DELETE", f"{COMMENTS}/nobody", 404, None),
        ("GET", f"{COMMENTS}/", 404, None),
        ("GET", f"{COMMENTS}/%FF", 400, None),
        ("GET", f"{COMMENTS}/%0A", 400, None),
        ("GET", f"{COMMENTS}/{'x' * 201}", 400, None),
        ("GET", "/api/v2/comments", 404, None),
        ("GET", "/api/", 404, None),
    ],
)
def test_wrong_addresses_and_methods(site, method, path, status, allow):
    answer = site.request(method, path)
    assert answer.status_code == status
    assert answer.headers.get("allow") == allow
    assert set(answer.json()["error"]) == {"code", "message", "fields"}


def test_an_edit_that_comes_late_does_not_take_the_place_of_a_newer_one(site):
    created, sooner, later = [(START - timedelta(minutes=ago)).isoformat() for ago in (9, 6, 3)]
    site.post(COMMENTS, json=comment(created_at=created))
    newest = site.patch(f"{COMMENTS}/c-1", json={"body": "the newest text", "edited_at": later}).json()
    late = site.patch(f"{COMMENTS}/c-1", json={"body": "a rude remark", "edited_at": sooner})
    assert (late.status_code, late.json()) == (200, newest)
    assert newest["revision"] == 2
    again = site.patch(f"{COMMENTS}/c-1", json={"body": "a rude remark", "edited_at": later}).json()
    assert (again["revision"], again["status"]) == (3, "pending")


def test_an_article_is_stored_and_renewed(site):
    sent = {
        "external_id": "a-9",
        "title": "Two ministers talk",
        "section": "World",
        "published_at": "2026-11-20T08:00:00Z",
    }
    first = site.post("/api/v1/articles", json=sent)
    again = site.post("/api/v1/articles", json=sent | {"title": "Two ministers talked"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["published_at"] == "2026-11-20T08:00:00.000Z"
    assert again.json() == first.json() | {"created": False, "title": "Two ministers talked"}


def test_what_is_left_out_of_an_article_that_is_known_stays_and_what_is_emptied_goes(site, newsroom):
    sent = {"external_id": "a-1", "title": "Cup final", "section": "Sport", "url": "https://x.example/1"}
    site.post("/api/v1/articles", json=sent)
    site.post(COMMENTS, json=comment(body="rude words"))
    again = site.post("/api/v1/articles", json={"external_id": "a-1", "title": "Cup final: 2-1"})
    assert (again.json()["section"], again.json()["url"]) == ("Sport", "https://x.example/1")
    waiting = review.facets(newsroom.desk, newsroom.moderator, site=SITE).sections
    assert [(name, count) for _, name, count in waiting] == [("Sport", 1)]
    emptied = site.post(
        "/api/v1/articles", json={"external_id": "a-1", "title": "Cup final", "section": "", "url": None}
    )
    assert (emptied.json()["section"], emptied.json()["url"]) == ("", "")
    events = audit.events(newsroom.desk, OPERATOR, site=SITE).rows
    told = [json.loads(one.body)["data"] for one in reversed(events) if one.type == EventType.ARTICLE_SAVED]
    assert told == [
        {"created": True},
        {"changed": ["title"], "created": False},
        {"changed": ["title", "url", "section"], "created": False},
    ]


@pytest.mark.parametrize(
    ("sent", "field", "reason"),
    [
        ({"external_id": "a-1"}, "title", "missing"),
        ({"title": "t"}, "external_id", "missing"),
        ({"external_id": "a-1", "title": "t", "url": "javascript:alert(1)"}, "url", "not_a_url"),
        ("a-1", "$", "wrong_type"),
    ],
)
def test_a_bad_article_names_what_is_wrong(site, sent, field, reason):
    refused = site.post("/api/v1/articles", json=sent)
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"].items() >= {"field": field, "reason": reason}.items()


def test_the_feed_tells_every_decision_once_and_in_order(site):
    for number in range(5):
        site.post(COMMENTS, json=comment(external_id=f"c-{number}", commenter_id=f"u-{number}"))
    site.patch(f"{COMMENTS}/c-0", json={"body": "a rude remark"})
    seen, cursor, more = [], "0", True
    while more:
        page = site.get("/api/v1/decisions", params={"after": cursor, "limit": 4}).json()
        seen += [(item["external_id"], item["outcome"], item["version"]) for item in page["items"]]
        cursor, more = page["cursor"], page["more"]
    assert seen == [(f"c-{number}", "approve", 1) for number in range(5)] + [("c-0", "hold", 2)]
    assert site.get("/api/v1/decisions", params={"after": cursor}).json() == {
        "items": [],
        "cursor": cursor,
        "more": False,
    }


def test_a_cursor_of_an_item_goes_on_behind_it(site):
    for number in range(3):
        site.post(COMMENTS, json=comment(external_id=f"c-{number}"))
    items = site.get("/api/v1/decisions").json()["items"]
    rest = site.get("/api/v1/decisions", params={"after": items[0]["cursor"]}).json()["items"]
    assert rest == items[1:]


@pytest.mark.parametrize(
    ("params", "field", "reason"),
    [
        ({"after": "-1"}, "after", "not_a_cursor"),
        ({"after": "x"}, "after", "not_a_cursor"),
        ({"after": ""}, "after", "not_a_cursor"),
        ({"after": "1\n"}, "after", "not_a_cursor"),
        ({"limit": "x"}, "limit", "not_a_number"),
        ({"after": "٣"}, "after", "not_a_cursor"),
        ({"after": "1."}, "after", "not_a_cursor"),
        ({"after": "1.AB"}, "after", "not_a_cursor"),
        ({"after": "9" * 19}, "after", "out_of_range"),
        ({"after": "9" * 5_000}, "after", "not_a_cursor"),
        ({"limit": "0"}, "limit", "out_of_range"),
        ({"limit": "1001"}, "limit", "out_of_range"),
        ({"after": "9" * 18}, "after", "beyond_the_log"),
        ({"after": str(2**63 - 1)}, "after", "beyond_the_log"),
        ({"since": "2026"}, "since", "unknown_field"),
        ({"after": ["0", "1"]}, "after", "duplicate_key"),
    ],
)
@pytest.mark.parametrize("what", ["decisions", "erasures"])
def test_a_bad_question_to_the_feed_names_what_is_wrong(site, what, params, field, reason):
    refused = site.get(f"/api/v1/{what}", params=params)
    assert refused.status_code == 400
    assert refused.json()["error"]["fields"].items() >= {"field": field, "reason": reason}.items()


def test_a_cursor_of_a_longer_log_is_refused_until_it_is_one_of_this(site):
    """As after a backup was restored: in silence, what was decided until the log has grown so far were never told."""
    site.post(COMMENTS, json=comment())
    end = int(site.get("/api/v1/decisions").json()["cursor"].partition(".")[0])
    beyond = site.get("/api/v1/decisions", params={"after": end + 1})
    assert (beyond.status_code, beyond.json()["error"]["fields"]["reason"]) == (400, "beyond_the_log")
    assert site.get("/api/v1/decisions", params={"after": end}).json()["items"] == []


def test_a_cursor_of_another_log_of_this_length_is_refused(site):
    """Once a restored log has grown again, a number alone would leave out what it gained until then."""
    site.post(COMMENTS, json=[comment(), comment(external_id="c-2")])
    page = site.get("/api/v1/decisions").json()
    (read, leaf), (_, other) = (item["cursor"].split(".") for item in page["items"])
    assert site.get("/api/v1/decisions", params={"after": f"{read}.{leaf}"}).json()["items"] == page["items"][1:]
    refused = site.get("/api/v1/decisions", params={"after": f"{read}.{other}"})
    assert (refused.status_code, refused.json()["error"]["fields"]["reason"]) == (400, "another_log")
    assert site.get("/api/v1/decisions", params={"after": f"0.{leaf}"}).status_code == 400


@pytest.mark.parametrize(
    ("wanted", "word"),
    [("ar", "مطلوب"), ("ar-EG,en;q=0.5", "مطلوب"), ("en", "required"), ("fr", "required"), (None, "required")],
)
def test_messages_are_in_the_language_asked_for(site, wanted, word):
    headers = {} if wanted is None else {"Accept-Language": wanted}
    refused = site.post(COMMENTS, json=comment(body=None), headers=headers)
    assert word in refused.json()["error"]["message"]
