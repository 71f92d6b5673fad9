"""What a site learns of its commenters: measures and what is in force, without colleagues' notes."""

from datetime import timedelta

import pytest

from moderation.decision import Reason
from moderation.measure import MeasureKind
from moderation.service import broad, commenters
from tests.builders import SITE, START

COMMENTS, COMMENTERS = "/api/v1/comments", "/api/v1/commenters"


def comment(**given):
    return {"external_id": "c-1", "article_id": "a-1", "commenter_id": "u/1", "body": "A civil thought"} | given


def take(newsroom, kind, **given):
    with newsroom.desk.read() as uow:
        who = uow.commenters.by_external(newsroom.site.id, "u/1").id
    return commenters.take(newsroom.desk, newsroom.moderator, who, kind, site=SITE, reason=Reason.SPAM, **given)


def test_a_site_learns_what_is_in_force_and_what_was(site, newsroom):
    site.post(COMMENTS, json=comment(commenter_name="Amal"))
    known = site.get(f"{COMMENTERS}/u%2F1").json()
    assert (known["external_id"], known["name"], known["standing"], known["measures"]) == ("u/1", "Amal", None, [])
    take(newsroom, MeasureKind.WARN, note="for colleagues")
    suspended = take(newsroom, MeasureKind.SUSPEND, until=START + timedelta(hours=1))
    answer = site.get(f"{COMMENTERS}/u%2F1")
    told = answer.json()
    assert told["standing"] == {
        "id": str(suspended.id),
        "kind": "suspend",
        "reason": "spam",
        "starts_at": "2026-11-23T12:00:00.000Z",
        "until": "2026-11-23T13:00:00.000Z",
        "lifted_at": None,
    }
    assert [one["kind"] for one in told["measures"]] == ["suspend", "warn"]
    assert "colleagues" not in answer.text
    assert "amal" not in answer.text
    receipt = site.post(COMMENTS, json=comment(external_id="c-2")).json()
    assert (receipt["status"], receipt["causes"], receipt["reasons"]) == ("rejected", ["suspended"], ["spam"])


def test_a_site_sends_an_address_and_hears_of_a_ban_by_its_domain_without_it(site, newsroom):
    site.post(COMMENTS, json=comment(commenter_email="Amal@spam.example"))
    broad.take(newsroom.desk, newsroom.admin, "spam.example", MeasureKind.BAN, site=SITE, reason=Reason.SPAM)
    answer = site.get(f"{COMMENTERS}/u%2F1")
    assert (answer.json()["standing"]["kind"], len(answer.json()["measures"])) == ("ban", 1)
    receipt = site.post(COMMENTS, json=comment(external_id="c-2"))
    assert (receipt.json()["status"], receipt.json()["causes"]) == ("rejected", ["banned"])
    assert "spam.example" not in answer.text + receipt.text


@pytest.mark.parametrize("path", ["/u-9", "/%FF", "/", "/a/b"])
def test_nobody_of_that_id(site, path):
    assert site.get(COMMENTERS + path).status_code in (400, 404)


def test_nothing_is_changed_through_this_door(site):
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        answer = site.request(method, f"{COMMENTERS}/u%2F1", json={})
        assert (answer.status_code, set(answer.headers["Allow"].split(", "))) == (405, {"GET", "HEAD"})
