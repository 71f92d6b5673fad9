"""What is kept is given again until anything changes, and only to who may see it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboard.insights import kept
from dashboard.insights.view import Question, View
from dashboard.periods import Preset, preset_days, today_in
from moderation.engagement import InsightFilter
from moderation.errors import Forbidden
from moderation.roles import Role
from tests.builders import Newsroom


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture(autouse=True)
def _nothing_kept() -> Iterator[None]:
    kept.drawn.clear()
    yield
    kept.drawn.clear()


def asked(newsroom: Newsroom, role: Role = Role.EDITOR, question: Question = Question.NOW, lang: str = "en") -> object:
    first, last = preset_days(Preset.WEEK, today_in(newsroom.site.time_zone, newsroom.clock()))
    view = View(question=question, first=first, last=last, where=InsightFilter())
    return kept.kept_section(newsroom.desk, newsroom.people[role], newsroom.site, view, lang)


def test_the_same_question_is_drawn_once(newsroom: Newsroom) -> None:
    newsroom.say()
    assert asked(newsroom) is asked(newsroom)
    assert asked(newsroom, Role.ADMIN) is asked(newsroom)
    assert asked(newsroom, lang="ar") is not asked(newsroom)


def test_a_comment_more_is_seen_at_once(newsroom: Newsroom) -> None:
    before = asked(newsroom)
    newsroom.say()
    assert asked(newsroom) is not before


def test_hours_go_on_without_a_comment(newsroom: Newsroom) -> None:
    before = asked(newsroom)
    newsroom.clock.advance(minutes=1)
    assert asked(newsroom) is not before


def test_who_may_not_see_it_is_not_given_what_another_was(newsroom: Newsroom) -> None:
    asked(newsroom)
    with pytest.raises(Forbidden):
        asked(newsroom, Role.MODERATOR)


def test_other_peoples_shifts_are_not_kept(newsroom: Newsroom) -> None:
    assert asked(newsroom, Role.ADMIN, Question.DESK) is not asked(newsroom, Role.ADMIN, Question.DESK)


def test_the_oldest_is_let_go() -> None:
    few: kept.Kept[int] = kept.Kept(2)
    made = [few.get(key, lambda key=key: key) for key in (1, 2, 1, 3)]
    assert made == [1, 2, 1, 3]
    assert few.get(1, lambda: -1) == 1
    assert few.get(2, lambda: -2) == -2
