"""What a site learns of the editors' picks of an article."""

import pytest

from moderation.service import picks

PICKS = "/api/v1/picks"


def test_a_site_learns_which_comments_were_picked(site, newsroom):
    one = newsroom.say("civil", external_id="c/1", article_id="a 1")
    assert site.get(PICKS, params={"article": "a 1"}).json() == {"items": []}
    picks.pick(newsroom.desk, newsroom.moderator, one.id, seen_version=1)
    assert site.get(PICKS, params={"article": "a 1"}).json() == {
        "items": [{"external_id": "c/1", "comment_id": str(one.id), "picked_at": "2026-11-23T12:00:00.000Z"}]
    }


@pytest.mark.parametrize(
    ("query", "status"),
    [({}, 400), ({"article": ""}, 400), ({"article": "x", "b": "1"}, 400), ({"article": "none"}, 404),
     ({"article": "\x00"}, 400), ({"article": "x" * 300}, 400), ({"article": ["none", "x"]}, 400)],
)  # fmt: skip
def test_what_names_no_article(site, query, status):
    refused = site.get(PICKS, params=query)
    assert refused.status_code == status
    assert refused.json()["error"]["fields"].get("field") in (("article", "b") if status == 400 else (None,))
