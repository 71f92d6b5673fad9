"""What an article's comments are about, on the Insights page, and that readers' words in it stay words."""

from __future__ import annotations

import pytest

from moderation.roles import Role
from moderation.service import placing, topics
from tests.builders import Newsroom
from tests.dashboard.ui.pages import Signed, words

HOSTILE = ('<img src="http://tracker.invalid/p.png">', "![x](http://tracker.invalid/q.png)", "<b>bold</b> **bold**")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def signed(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Signed:
    return Signed(monkeypatch, newsroom)


@pytest.fixture
def discussed(newsroom: Newsroom) -> Newsroom:
    for at, body in enumerate(("الخبز غالٍ", "أين الخبز المدعوم يا حكومة؟", "سرقوا الخبز من أفواه الفقراء")):
        newsroom.say(f"{body} {HOSTILE[at]}", article_id="bread", article_title="أزمة الخبز")
        newsroom.say(f"word{at} thing{at}", article_id="other")
    return newsroom


@pytest.mark.parametrize(("lang", "told"), [("ar", "3 تعليقات · 3 معلّقين"), ("en", "3 comments · 3 commenters")])
def test_an_editor_sees_what_is_said_and_nothing_of_it_is_markup(
    discussed: Newsroom, signed: Signed, lang: str, told: str
) -> None:
    page = words(signed.open("insights", role=Role.EDITOR, lang=lang))
    assert "الخبز" in page
    assert told in page
    assert "<img" not in page.split("tq-topics")[1]
    assert "](http" not in page.split("tq-topics")[0]


def test_a_comment_removed_since_is_shown_no_more(discussed: Newsroom, signed: Signed) -> None:
    first = words(signed.open("insights", role=Role.EDITOR))
    assert first.count("tq-found-row") == 3
    kept = topics.examples
    try:
        topics.examples = lambda *asked: kept(*asked)[:1]  # type: ignore[assignment]
        assert words(signed.open("insights", role=Role.EDITOR)).count("tq-found-row") == 1
    finally:
        topics.examples = kept


def test_who_sees_some_sections_is_told_that_topics_are_not_for_them(discussed: Newsroom, signed: Signed) -> None:
    discussed.say("x", article_id="goal", section="رياضة")
    [sport] = placing.named(discussed.desk, discussed.admin, sites=(), sections=[(discussed.site.name, "رياضة")])
    placing.place(discussed.desk, discussed.admin, "editor-1", [sport])
    page = words(signed.open("insights", role=Role.EDITOR, lang="en"))
    assert "Topics are for who sees the whole site" in page
    assert "tq-topics" not in page
    assert "tq-error" not in page
