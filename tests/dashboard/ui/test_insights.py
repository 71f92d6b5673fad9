"""What editors see of a period, and that nobody else does."""

from __future__ import annotations

import re
from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.ui.components.options import by_name
from dashboard.ui.components.period import HOURLY_DAYS, Preset, period, preset_days
from moderation.decision import Outcome, Reason
from moderation.engagement import Grain
from moderation.roles import Role
from moderation.service import review
from tests.builders import Newsroom
from tests.dashboard.ui.pages import Signed, query, words

TODAY = date(2026, 11, 23)


@pytest.fixture
def busy(newsroom: Newsroom) -> Newsroom:
    newsroom.say("A civil thought", article_title="نص المقال الأول", section="سياسة")
    newsroom.say("Another", article_id="a-2", article_title="![x](http://tracker.invalid/p.png)", section="رياضة")
    held = newsroom.say("rude words", section="سياسة")
    newsroom.clock.advance(minutes=5)
    review.open_card(newsroom.desk, newsroom.moderator, held.id)
    review.decide(
        newsroom.desk, newsroom.moderator, held.id, Outcome.REJECT, seen_version=held.version, reasons=[Reason.ABUSIVE]
    )
    return newsroom


def tiles(app: AppTest) -> list[str]:
    """The values, in their order."""
    return re.findall(r"<dd>(.*?)</dd>", words(app))


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.EDITOR, Role.ADMIN])
def test_editors_see_the_numbers_and_the_charts(busy: Newsroom, signed: Signed, role: Role, lang: str) -> None:
    app = signed.open("insights", role=role, lang=lang)
    assert not app.exception
    assert tiles(app)[:4] == ["3", "3", "33%", "0"]
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 7
    assert len(app.dataframe) == 7


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("role", [Role.MODERATOR, Role.AUDITOR])
def test_others_see_no_numbers(busy: Newsroom, signed: Signed, role: Role, lang: str) -> None:
    app = signed.open("insights", role=role, lang=lang)
    assert not app.exception
    assert not tiles(app)
    assert not app.selectbox
    assert ("role" if lang == "en" else "دورك") in words(app)


@pytest.mark.parametrize(("lang", "said"), [("ar", "لم يصل أي تعليق"), ("en", "No comment came in")])
def test_a_period_without_comments_says_so(newsroom: Newsroom, signed: Signed, lang: str, said: str) -> None:
    app = signed.open("insights", role=Role.EDITOR, lang=lang)
    assert not app.exception
    assert not tiles(app)
    assert said in words(app)


@pytest.mark.parametrize("preset", list(Preset))
def test_every_period_of_the_address_is_drawn(busy: Newsroom, signed: Signed, preset: Preset) -> None:
    app = signed.open("insights", role=Role.EDITOR, period=preset.value)
    assert not app.exception
    assert tiles(app)[0] == "3"


def test_a_period_that_ends_before_it_starts_is_told(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, period="custom", since="2026-11-20", until="2026-11-18")
    assert "starts" in words(app)
    assert not tiles(app)


def test_a_period_without_an_end_asks_for_it(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, period="custom")
    app.date_input(key="until").set_value(None).run()
    assert "Choose a first and a last day" in words(app)
    assert not tiles(app)


def test_days_outside_the_period_are_left_out(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR, period="custom", since="2026-11-01", until="2026-11-22")
    assert "No comment came in" in words(app)


@pytest.mark.parametrize("given", [{"period": "x"}, {"period": "custom", "since": "2999-01-01"}, {"section": "-1"}])
def test_an_address_that_makes_no_sense_is_passed_over(busy: Newsroom, signed: Signed, given: dict[str, str]) -> None:
    app = signed.open("insights", role=Role.EDITOR, **given)
    assert not app.exception
    assert tiles(app)[0] == "3"


def test_a_section_narrows_everything_and_stands_in_the_address(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR)
    section = app.selectbox(key="section")
    section.select(next(one for one in section.options if one == "رياضة")).run()
    assert tiles(app)[0] == "1"
    again = signed.open("insights", role=Role.EDITOR, section=query(app, "section"))
    assert tiles(again)[0] == "1"


def test_a_headline_is_shown_as_it_is(busy: Newsroom, signed: Signed) -> None:
    app = signed.open("insights", role=Role.EDITOR)
    assert "![x](http://tracker.invalid/p.png)" in app.selectbox(key="article").options
    assert "tracker.invalid" not in words(app)


def test_options_of_one_name_are_told_apart() -> None:
    assert by_name([(1, "x"), (2, "x"), (3, "y"), (4, "")]) == {1: "x (1)", 2: "x (2)", 3: "y", 4: " (4)"}


@pytest.mark.parametrize(
    ("preset", "first"),
    [(Preset.TODAY, date(2026, 11, 23)), (Preset.WEEK, date(2026, 11, 17)), (Preset.YEAR, date(2025, 11, 24))],
)
def test_presets_end_today(preset: Preset, first: date) -> None:
    assert preset_days(preset, TODAY) == (first, TODAY)


@pytest.mark.parametrize(("days", "grain"), [(HOURLY_DAYS, Grain.HOUR), (HOURLY_DAYS + 1, Grain.DAY)])
def test_short_periods_are_counted_by_the_hour(days: int, grain: Grain) -> None:
    assert period(date(2026, 11, 1), date(2026, 11, days), "Africa/Cairo").grain is grain


def test_a_day_has_as_many_hours_as_the_newsrooms_clocks_say() -> None:
    # Cairo's clocks went back at midnight after 29 October 2026.
    day = period(date(2026, 10, 29), date(2026, 10, 29), "Africa/Cairo")
    assert (day.end - day.start).total_seconds() == 25 * 3600
