"""The audit page's story of one comment, and its filters by outcome, reason, article and commenter."""

from __future__ import annotations

import pytest

from dashboard.i18n import t
from moderation.decision import Outcome, Reason
from moderation.roles import Role
from moderation.service import appeals, review
from tests.builders import Newsroom
from tests.dashboard.ui.pages import Signed, query, words
from tests.hostile.reading import made, said

HOSTILE = "rude <script>window.attacked=1</script> **b** ![](https://evil.example/t.png)"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def signed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Signed:
    return Signed(monkeypatch, newsroom)


@pytest.fixture
def rejected(newsroom: Newsroom) -> int:
    made = newsroom.say(HOSTILE, external_id="c-1", commenter_name="Amal", article_title="Budget")
    card = review.open_card(newsroom.desk, newsroom.moderator, made.id)
    review.decide(
        newsroom.desk,
        newsroom.moderator,
        made.id,
        Outcome.REJECT,
        seen_version=card.comment.version,
        reasons=[Reason.ABUSIVE],
        note=f"as ever: {HOSTILE}",
        message="Please be kind",
    )
    appeals.lodge(newsroom.desk, newsroom.key, "c-1", f"I protest: {HOSTILE}")
    return made.id


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMIN])
def test_a_comment_s_story_is_told_with_its_proofs(signed: Signed, rejected: int, lang: str, role: Role) -> None:
    app = signed.open("audit", role=role, lang=lang, comment=str(rejected))
    assert not app.exception
    shown = said(app)
    for text in (HOSTILE, f"as ever: {HOSTILE}", f"I protest: {HOSTILE}", "Please be kind", "Amal", "Budget", "test-1"):
        assert text in shown
    assert shown.count(t("audit.story.text.kept", lang)) == 2
    assert t("audit.story.note.kept", lang) in shown
    assert t("audit.story.message.kept", lang) in shown
    assert not [what for what in ("seen", "decision", "status") if t(f"audit.story.{what}.differs", lang) in shown]
    assert made(app) == []
    links = words(app).count("/export/proof?event=")
    # One for each event of the story: submitted, decided, appealed.
    assert links == 3


@pytest.mark.parametrize("number", ["404", "x", "0", "9" * 19])
def test_no_comment_of_that_number_has_no_story(signed: Signed, rejected: int, number: str) -> None:
    app = signed.open("audit", comment=number)
    assert not app.exception
    assert t("audit.empty", "en") in words(app)
    assert "tq-story" not in words(app)


@pytest.mark.parametrize(
    ("key", "value", "events"),
    [
        ("outcome", "reject", 1),
        ("outcome", "hold", 1),
        # Of what is not an outcome nothing is shown.
        ("outcome", "x", 0),
        ("reason", "abusive", 2),
        ("reason", "ad", 0),
    ],
)
def test_events_are_filtered_by_what_was_decided(
    signed: Signed, rejected: int, key: str, value: str, events: int
) -> None:
    app = signed.open("audit", **{key: value})
    rows = words(app).count("<tr><td")
    assert rows == events
    assert f"{key}={value}" in words(app) or not events


def test_a_commenter_is_looked_for_by_name_and_chosen(signed: Signed, newsroom: Newsroom, rejected: int) -> None:
    newsroom.say("A civil thought", commenter_name="Basma")
    app = signed.open("audit")
    app.text_input(key="named").set_value("Amal").run()
    [option] = app.selectbox(key="by").options
    assert option == "Amal"
    app.selectbox(key="by").select_index(0).run()
    assert words(app).count("<tr><td") == 3
    assert query(app, "by").isdigit()


def test_an_article_is_chosen(signed: Signed, newsroom: Newsroom, rejected: int) -> None:
    newsroom.say("A civil thought", article_id="a-2", article_title="Sport")
    app = signed.open("audit")
    box = app.selectbox(key="under")
    box.select_index(box.options.index("Sport")).run()
    assert "Sport" in box.options
    assert words(app).count("<tr><td") == 1
