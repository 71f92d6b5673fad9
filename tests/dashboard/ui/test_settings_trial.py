"""A draft is tried on the newest comments before it is published."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from moderation.service import intake, settings
from tests.builders import SITE, Newsroom
from tests.dashboard.ui.pages import Signed, draft_key, plain, words

HOSTILE = "<img src=http://tracker.invalid/p.png> rude [x](http://tracker.invalid)\u202e"


pytestmark = pytest.mark.usefixtures("no_drafts")


def rejecting(newsroom: Newsroom, app: AppTest) -> AppTest:
    """The draft rejects what is toxic, and is tried."""
    app.checkbox(key=draft_key(newsroom, "toxic_rejects")).check().run()
    app.number_input(key=draft_key(newsroom, "toxic_reject_at")).set_value(85.0)
    return app.button(key="policy_try").click().run()


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "The draft was tried on the newest 2 comments. It would decide 1 of them otherwise.",
                "In force (1)",
                'data-label="Rejects"><span>1<',
                "In force: hold. By the draft: reject.",
                "Not tried: measures against commenters",
            ],
        ),
        (
            "ar",
            [
                "جُرّبت المسودة على أحدث تعليقين. ويختلف قرارها في تعليق واحد.",
                "السارية (1)",
                'data-label="ترفض"><span>1<',
                "حسب السارية: احتجاز. وحسب المسودة: رفض.",
                "ولا تشمل التجربة الإجراءات على المعلّقين",
            ],
        ),
    ],
)
def test_what_a_draft_would_make_of_comments_is_shown(
    newsroom: Newsroom, signed: Signed, lang: str, said: list[str]
) -> None:
    newsroom.say("A civil thought")
    held = newsroom.say(HOSTILE, commenter_name="<b>Eve</b>")
    app = rejecting(newsroom, signed.open("settings", lang=lang))
    assert not app.exception
    shown = plain(app)
    assert [one for one in said if one not in shown] == []
    assert f'data-comment="{held.id}"' in shown
    assert "&lt;b&gt;Eve" in shown
    assert "<img" not in shown
    assert intake.lookup(newsroom.desk, newsroom.key, held.external_id).status == "pending"
    assert settings.policy(newsroom.desk, newsroom.admin, site=SITE).number == 1


def test_a_trial_of_another_draft_is_not_shown(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("rude words")
    app = rejecting(newsroom, signed.open("settings"))
    app.text_input(key=draft_key(newsroom, "note")).input("why").run()
    assert "The draft was tried" in words(app)
    app.get("button_group")[0].set_value("words").run()
    assert "The draft was tried" in words(app)
    app.text_area(key=draft_key(newsroom, "banned")).input("x1").run()
    assert "The draft was tried" not in words(app)
    app.button(key="policy_discard").click().run()
    assert "The draft was tried" not in words(app)


def test_a_trial_is_gone_once_another_policy_is_in_force(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("rude words")
    app = rejecting(newsroom, signed.open("settings"))
    newsroom.set_policy(banned=("theirs",))
    assert "The draft was tried" not in words(app.run())


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "decide all of them as the policy in force does"), ("ar", "لا يختلف")]
)
def test_no_difference_is_said_in_words(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    newsroom.say("A civil thought")
    app = rejecting(newsroom, signed.open("settings", lang=lang))
    assert said in words(app)
    assert "tq-trial" not in words(app)


@pytest.mark.parametrize(("lang", "said"), [("en", "nothing to try"), ("ar", "فلا جديد يُجرَّب")])
def test_what_is_no_draft_is_not_tried(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    newsroom.say("rude words")
    app = signed.open("settings", lang=lang)
    assert said in words(app.button(key="policy_try").click().run())


@pytest.mark.parametrize(("lang", "said"), [("en", "There are no comments yet"), ("ar", "لا تعليقات بعد")])
def test_without_comments_there_is_nothing_to_count(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    assert said in words(rejecting(newsroom, signed.open("settings", lang=lang)))


def test_a_draft_that_cannot_be_published_is_refused_in_words(newsroom: Newsroom, signed: Signed) -> None:
    newsroom.say("rude words")
    app = signed.open("settings", area="words")
    app.text_area(key=draft_key(newsroom, "banned")).input("***")
    app.button(key="policy_try").click().run()
    assert not app.exception
    assert "Banned words: “***”: Nothing of it is looked for" in plain(app)
    assert "The draft was tried" not in words(app)
