"""What a chart leaves out, or makes room for, in the column of a phone; and the few words that stand in one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.charts import Figure
from dashboard.charts.agenda import heat
from dashboard.charts.ranked import Bar, named_bars
from dashboard.charts.scope import Scope
from dashboard.charts.style import directed
from dashboard.charts.talk import takeoff
from dashboard.i18n import number
from moderation.engagement import Grain, HeatRow, Period, TakeoffRow

START = datetime(2026, 11, 20, tzinfo=UTC)
ABOUT = Scope(period=Period(start=START, end=START + timedelta(days=1), grain=Grain.DAY, time_zone="UTC"), lang="en")

HEATED = HeatRow(
    article_id=1, title="x" * 40, section="", comments=40, rejected=0, civil=0.5, reports=0, waiting=0, hours=2.0
)


def reach(*bars: Bar) -> float:
    drawn = named_bars(bars, ABOUT, name="sections", columns={"full": "section"}).to_dict(validate=True)
    return float(drawn["layer"][0]["encoding"]["x"]["scale"]["domain"][1])


def bar(length: float, end: str, mark: float | None = None) -> Bar:
    return Bar(name="World", parts=(("not rejected", length),), end=end, mark=mark)


@pytest.mark.parametrize(
    ("bars", "wanted"),
    [
        ([bar(100, "100")], 125),
        ([bar(100, "x" * 20)], 100 / 0.64),
        ([bar(100, "x" * 99)], 200),  # never less than half of the width is the bars'
        ([bar(100, "100"), bar(10, "x" * 20)], 125),  # a short bar has room behind it
        ([bar(10, "x" * 20, mark=100)], 100 / 0.64),  # it is written behind the tick
        ([bar(0, "0")], 1.25e-9),
    ],
)
def test_what_stands_behind_a_bar_has_room(bars: list[Bar], wanted: float) -> None:
    assert reach(*bars) == pytest.approx(wanted)


@pytest.mark.parametrize("times", [2.0, 2.2, 5.0, 11.0])
def test_how_many_times_the_usual_needs_no_plural_in_arabic(times: float) -> None:
    """Of two, of five and of eleven times the word would be three words."""
    row = TakeoffRow(article_id=7, title="x", section="", comments=40, before=9, usual=8, times=times, civil=1.0)
    about = replace(ABOUT, lang="ar")
    said = {one["end"] for rows in spec(takeoff([row], about))["datasets"].values() for one in rows}
    assert said == {directed(f"المعتاد × {number(times, 'ar')}", "ar")}


def test_the_names_of_points_take_no_room_where_there_is_none() -> None:
    names = spec(heat([HEATED], ABOUT))["layer"][1]["mark"]
    assert names["opacity"]["expr"] == "width < 420 ? 0 : 1"
    assert names["limit"]["expr"] == "width < 420 ? 1 : 190"


def test_less_than_one_comment_an_hour_is_a_plain_number() -> None:
    """Vega's prefixes of units make 700m of it."""
    assert spec(heat([HEATED], ABOUT))["layer"][0]["encoding"]["x"]["axis"]["format"] == ",~g"


def spec(figure: Figure) -> dict[str, Any]:
    assert figure.chart is not None
    drawn: dict[str, Any] = figure.chart.to_dict(validate=True)
    return drawn
