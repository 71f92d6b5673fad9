"""The notice of a rejection and the appeal against it, as a site sees them."""

from __future__ import annotations

import pytest

from dashboard.i18n import t
from moderation.decision import Outcome, Reason
from moderation.service import review


@pytest.fixture
def rejected(newsroom):
    newsroom.set_policy(banned=("forbidden",))
    return newsroom.say("a forbidden word", external_id="c/1", article_id="a-1", article_title="The call")


AT = "/api/v1/comments/c%2F1"


def test_a_site_tells_its_commenter_why(site, rejected):
    told = site.get(f"{AT}/notice").json()
    assert (told["automated"], told["reasons"], told["appeal"]) == (True, ["banned_word"], None)
    assert "The call" in told["text"]
    # Nobody has decided yet, whom another could follow.
    assert "وسينظر في اعتراضك مشرف." in told["text"]
    assert told["appeal_until"] == "2027-05-25T12:00:00.000Z"


def test_an_appeal_is_lodged_once_and_answered(site, newsroom, rejected):
    sent = site.post(f"{AT}/appeal", json={"text": "لم أقصد الإساءة\nصدقوني"})
    assert (sent.status_code, sent.json()["status"]) == (201, "open")
    assert site.post(f"{AT}/appeal", json={"text": "again"}).status_code == 200
    review.decide(newsroom.desk, newsroom.moderator, rejected.id, Outcome.APPROVE, seen_version=1, message="Sorry.")
    answered = site.get(f"{AT}/appeal").json()
    assert (answered["status"], answered["message"], answered["reasons"]) == ("granted", "Sorry.", [])
    last = site.get("/api/v1/decisions").json()["items"][-1]
    assert (last["external_id"], last["answers_appeal"], last["message"]) == ("c/1", True, "Sorry.")
    assert site.get(f"{AT}/notice").status_code == 404


def test_one_that_was_turned_down_says_why(site, newsroom, rejected):
    site.post(f"{AT}/appeal", json={"text": "please"})
    review.decide(newsroom.desk, newsroom.moderator, rejected.id, Outcome.REJECT, seen_version=1, reasons=[Reason.SPAM])
    told = site.get(f"{AT}/notice").json()
    assert (told["automated"], told["reasons"]) == (False, ["spam"])
    assert (told["appeal"]["status"], told["appeal"]["reasons"]) == ("turned_down", ["spam"])


@pytest.mark.parametrize(
    ("body", "status"),
    [({}, 400), ({"text": ""}, 400), ({"text": " \n"}, 400), ({"text": 7}, 400), ({"text": "x" * 4_001}, 400),
     ({"text": "x", "more": 1}, 400), ([], 400)],
)  # fmt: skip
def test_what_is_no_appeal(site, rejected, body, status):
    assert site.post(f"{AT}/appeal", json=body).status_code == status


def test_nothing_to_appeal_against(site, newsroom, rejected):
    newsroom.say("civil", external_id="fine")
    assert site.post("/api/v1/comments/fine/appeal", json={"text": "x"}).status_code == 409
    assert site.get("/api/v1/comments/fine/appeal").status_code == 404
    assert site.post("/api/v1/comments/none/appeal", json={"text": "x"}).status_code == 404
    assert site.get("/api/v1/comments/none/notice").status_code == 404
    assert site.delete(f"{AT}/appeal").status_code == 405
    assert site.post(f"{AT}/notice", json={}).status_code == 405
    assert site.get("/api/v1/comments/c%2F1%2Fnotice").status_code == 404


@pytest.mark.parametrize(("days", "later", "what"), [(0, 0, "appeals_closed"), (7, 7, "appeal_late")])
def test_what_comes_too_late_is_refused_for_good(site, newsroom, rejected, days, later, what):
    newsroom.set_policy(appeal_days=days)
    newsroom.clock.advance(days=later)
    refused = site.post(f"{AT}/appeal", json={"text": "please"})
    assert (refused.status_code, refused.json()["error"]["fields"]) == (409, {"what": what})
    assert refused.json()["error"]["message"] == t(f"errors.conflict.{what}", "en")
