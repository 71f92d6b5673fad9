"""Earlier versions of the policy: what each would change, and the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components.policy_difference import difference_html
from moderation.article import Mode
from moderation.policy import Policy, Threshold
from moderation.roles import Role
from moderation.score import Label
from moderation.service import accounts, audit, settings
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, draft_key, words

NOW = Policy(site_id=1, number=5, banned=("crook", "fool"), messages=("Be kind.",))
LIGHT = {**NOW.thresholds, Label.TOXIC: Threshold(hold_at=0.475, reject_at=0.99), Label.SPAM: Threshold()}


pytestmark = pytest.mark.usefixtures("no_drafts")


def plain(text: str) -> str:
    return text.replace("\u2068", "").replace("\u2069", "").replace('<bdi dir="auto">', "").replace("</bdi>", "")


@pytest.mark.parametrize(
    ("other", "lang", "said"),
    [
        ({"mode": Mode.PRE}, "en", ["When readers see a comment", "publish, then review", "review before publishing"]),
        ({"hold_links": False}, "ar", ["احتجاز التعليقات التي فيها روابط", "نعم", "لا"]),
        ({"hold_at_reports": 1_000}, "en", ["Reports that hold", "3", "1,000"]),
        (
            {"thresholds": LIGHT},
            "en",
            ["Thresholds: toxic", "hold from 50%", "hold from 47.5%, reject from 99%", "off"],
        ),
        ({"thresholds": LIGHT}, "ar", ["حدود «إزعاج دعائي»", "احتجاز عند 60%", "بلا حد"]),
        (
            {"banned": ("fool", "x")},
            "en",
            ["1 entry would be removed", '<li><mark class="tq-gone">crook', 'tq-added">x<'],
        ),
        ({"banned": ()}, "ar", ["الكلمات المحظورة", "يُحذف بندان", "crook", "fool"]),
        ({"banned": ("fool", "crook")}, "en", ["Banned words", "the same entries in another order"]),
        ({"messages": ("{name}، نرجو الهدوء",)}, "en", ['<bdi dir="rtl">{name}، نرجو الهدوء']),
        ({"messages": ("<b>\u202eno",)}, "en", ["Messages to commenters", "&lt;b&gt;", ">RLO<"]),
    ],
)
def test_what_differs_is_told_rule_by_rule(other: dict[str, Any], lang: str, said: list[str]) -> None:
    told = plain(difference_html(NOW, replace(NOW, number=2, **other), lang))
    assert [one for one in said if one not in told] == []
    assert told.count("<tr>") == 1 + (2 if "thresholds" in other else 1)


def test_of_many_entries_the_others_open() -> None:
    told = difference_html(NOW, replace(NOW, suspect=tuple(f"w{n}" for n in range(40))), "en")
    assert "and 10 more" in told
    assert told.index("<details>") < told.index(">w39<")


def test_no_difference_is_no_table() -> None:
    assert difference_html(NOW, replace(NOW, number=2), "en") == ""


def choose(app: AppTest, place: int = -1) -> AppTest:
    box = next(one for one in app.selectbox if str(one.key).startswith("policy_version_"))
    return box.select(box.options[place]).run()


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_one_version_alone_is_no_choice(newsroom: Newsroom, signed: Signed, lang: str) -> None:
    app = signed.open("settings", lang=lang)
    assert not [box for box in app.selectbox if str(box.key).startswith("policy_version_")]
    assert not [button for button in app.button if button.key == "policy_take"]


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Changed and not yet published: Banned words"), ("ar", "تغييرات لم تُنشر بعد")]
)
def test_an_earlier_version_comes_back_by_way_of_the_draft(
    newsroom: Newsroom, signed: Signed, lang: str, said: str
) -> None:
    newsroom.set_policy(banned=("<img src=x>",), hold_at_reports=7)
    newsroom.set_policy(banned=("later",), hold_at_reports=7)
    app = choose(signed.open("settings", lang=lang), 0)
    assert "&lt;img src=x&gt;" in words(app)
    assert "<img" not in words(app)
    app.number_input(key=draft_key(newsroom, "repeat_limit")).set_value(9).run()
    app.button(key="policy_take").click().run()
    assert not app.exception
    assert said in plain(words(app))
    assert app.number_input(key=draft_key(newsroom, "repeat_limit")).value == 2
    present = settings.policy(newsroom.desk, newsroom.admin, site=SITE)
    assert (present.number, present.banned) == (3, ("later",))
    app.button(key="policy_publish").click().run()
    published = settings.policy(newsroom.desk, newsroom.admin, site=SITE)
    assert (published.number, published.banned) == (4, ("<img src=x>",))
    newest = audit.events(newsroom.desk, newsroom.admin, site=SITE, limit=1).rows[0]
    assert newest.subject == "policy:4"


def test_who_discards_what_was_taken_is_back_at_the_policy_in_force(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.set_policy(banned=("later",))
    app = choose(signed.open("settings", area="words"))
    app.button(key="policy_take").click().run()
    assert app.text_area(key=draft_key(newsroom, "banned")).value == ""
    app.button(key="policy_discard").click().run()
    assert app.text_area(key=draft_key(newsroom, "banned")).value == "later"


def test_what_a_colleague_published_meanwhile_is_not_taken_back_unseen(newsroom: Newsroom, signed: Signed) -> None:
    accounts.change_role(newsroom.desk, newsroom.admin, "moderator-1", Role.ADMIN)
    newsroom.set_policy(banned=("later",))
    app = choose(signed.open("settings"))
    newsroom.set_policy(banned=("theirs",))
    app.button(key="policy_take").click().run()
    assert "Policy 3 was published after you began this draft" in plain(words(app))
    assert settings.policy(newsroom.desk, newsroom.admin, site=SITE).banned == ("theirs",)


def test_a_version_that_says_the_same_cannot_be_taken(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.set_policy(banned=("x",))
    newsroom.set_policy(banned=())
    app = choose(signed.open("settings"))
    assert "Policy 1 says the same as the one in force" in plain(words(app))
    assert app.button(key="policy_take").disabled
