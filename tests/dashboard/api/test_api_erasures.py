"""A site learns which texts are gone, whoever had them erased, so that it can take away what it shows of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from moderation.decision import Outcome, Reason
from moderation.retention import Kind
from moderation.service import accounts, feed, intake, personal, retention, review
from tests.builders import OPERATOR, SITE, incoming

ERASURES = "/api/v1/erasures"


def asked(site, after="0", **params):
    return site.get(ERASURES, params={"after": after} | params).json()


def test_whoever_had_a_text_erased_the_site_is_told_once_and_in_order(site, newsroom):
    rude = newsroom.say("a rude thing", external_id="rejected", commenter_id="rude")
    for name in ("one", "two", "three"):
        newsroom.say("civil", external_id=name, commenter_id="u-1")
    review.decide(newsroom.desk, newsroom.moderator, rude.id, Outcome.REJECT, seen_version=1, reasons=[Reason.ABUSIVE])
    before = asked(site)
    assert (before["items"], before["more"]) == ([], False)
    site.delete("/api/v1/comments/two")
    site.delete("/api/v1/comments/two")
    personal.erase(newsroom.desk, OPERATOR, "u-1", site=SITE)
    retention.set_days(newsroom.desk, OPERATOR, Kind.REJECTED_TEXTS, 1)
    newsroom.clock.at += timedelta(days=184)
    retention.run(newsroom.desk, OPERATOR)
    told = asked(site, before["cursor"])
    assert [one["external_id"] for one in told["items"]] == ["two", "one", "three", "rejected"]
    assert told["items"][0]["erased_at"] == "2026-11-23T12:00:00.000Z"
    assert told["items"][0]["comment_id"] == site.get("/api/v1/comments/two").json()["id"]
    assert asked(site, told["items"][1]["cursor"])["items"] == told["items"][2:]
    last = asked(site, told["cursor"])
    assert last == {"items": [], "cursor": told["cursor"], "more": False}


@pytest.mark.parametrize("among", [1, 3, 100_000])
def test_a_long_log_is_gone_through_in_pieces(site, newsroom, monkeypatch, among):
    monkeypatch.setattr(feed, "_AMONG", among)
    gone = []
    for number in range(6):
        newsroom.say("civil", external_id=f"c-{number}")
        if number % 3 == 0:
            site.delete(f"/api/v1/comments/c-{number}")
            gone.append(f"c-{number}")
    seen, cursor, more = [], "0", True
    while more:
        page = asked(site, cursor, limit=1)
        seen += [one["external_id"] for one in page["items"]]
        assert page["cursor"] != cursor
        cursor, more = page["cursor"], page["more"]
    assert seen == gone
    assert cursor == site.get("/api/v1/decisions", params={"after": cursor}).json()["cursor"]


def test_another_sites_are_not_told(site, newsroom):
    accounts.add_site(newsroom.desk, OPERATOR, name="another", title="Another")
    intake.submit(newsroom.desk, OPERATOR, [incoming(external_id="there")], site="another")
    intake.withdraw(newsroom.desk, OPERATOR, "there", site="another")
    assert asked(site)["items"] == []
    [told] = feed.erasures_after(newsroom.desk, OPERATOR, -1, site="another").items
    assert told.external_id == "there"
