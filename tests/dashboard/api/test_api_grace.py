"""Within a policy's grace period no door tells a site what a moderator decided."""

import pytest

from moderation.decision import Outcome, Reason
from moderation.service import picks, review

GRACE = 30
COMMENT = {"external_id": "x", "article_id": "a-1", "commenter_id": "u-1", "body": "this is rude"}


def everything(site) -> dict[str, object]:
    """By each way in which a site can learn of it, but the scores and the cursor."""
    told = {
        "asked": site.get("/api/v1/comments/x").json(),
        "sent again": site.post("/api/v1/comments", json=COMMENT).json(),
        "sent with others": site.post("/api/v1/comments", json=[COMMENT]).json()["results"][0],
        "the same text": site.patch("/api/v1/comments/x", json={"body": COMMENT["body"]}).json(),
        "reported": site.post("/api/v1/comments/x/reports", json={"reporter_id": "r", "reason": "spam"}).json(),
        "notice": site.get("/api/v1/comments/x/notice").json(),
        "appeal": site.get("/api/v1/comments/x/appeal").json(),
        "picks": site.get("/api/v1/picks", params={"article": "a-1"}).json(),
        "feed": site.get("/api/v1/decisions").json()["items"],
    }
    receipts = ("asked", "sent again", "sent with others", "the same text", "reported")
    assert all(told[way] == told["asked"] for way in receipts)
    return told


@pytest.mark.parametrize("outcome", [Outcome.APPROVE, Outcome.REJECT])
def test_nothing_is_told_before_its_time(site, newsroom, outcome):
    newsroom.set_policy(grace_seconds=GRACE)
    one = site.post("/api/v1/comments", json=COMMENT).json()
    before = everything(site)
    reasons = [Reason.ABUSIVE] if outcome is Outcome.REJECT else []
    review.decide(newsroom.desk, newsroom.moderator, int(one["id"]), outcome, seen_version=1, reasons=reasons)
    if outcome is Outcome.APPROVE:
        picks.pick(newsroom.desk, newsroom.moderator, int(one["id"]), seen_version=2)
    newsroom.clock.advance(seconds=GRACE - 1)
    assert everything(site) == before
    newsroom.clock.advance(seconds=1)
    after = everything(site)
    assert (after["asked"]["version"], after["asked"]["outcome"], after["asked"]["policy"]) == (2, outcome, None)
    changed = {way for way in after if after[way] != before[way]}
    listed = "picks" if outcome is Outcome.APPROVE else "notice"
    assert changed == {"asked", "sent again", "sent with others", "the same text", "reported", "feed", listed}


def test_an_appeal_that_the_desk_has_overtaken_is_refused_with_a_reason(site, newsroom):
    newsroom.set_policy(grace_seconds=GRACE)
    one = site.post("/api/v1/comments", json=COMMENT).json()
    review.decide(
        newsroom.desk, newsroom.moderator, int(one["id"]), Outcome.REJECT, seen_version=1, reasons=[Reason.OTHER]
    )
    early = site.post("/api/v1/comments/x/appeal", json={"text": "why?"})
    assert (early.status_code, early.json()["error"]["fields"]) == (409, {"status": "pending"})
    newsroom.clock.advance(seconds=GRACE)
    review.decide(newsroom.desk, newsroom.moderator, int(one["id"]), Outcome.APPROVE, seen_version=2)
    refused = site.post("/api/v1/comments/x/appeal", json={"text": "why?"})
    assert (refused.status_code, refused.json()["error"]["fields"]) == (409, {"what": "decided_anew"})
