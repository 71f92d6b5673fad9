"""What a chart leaves out, or makes room for, in the column of a phone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dashboard.charts import Figure
from dashboard.charts.agenda import heat
from dashboard.charts.ranked import Bar, named_bars
from dashboard.charts.scope import Scope
from moderation.engagement import Grain, HeatRow, Period

START = datetime(2026, 11, 20, tzinfo=UTC)
ABOUT = Scope(period=Period(start=START, end=START + timedelta(days=1), grain=Grain.DAY, time_zone="UTC"), lang="en")


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


def test_the_names_of_points_take_no_room_where_there_is_none() -> None:
    row = HeatRow(
        article_id=1, title="x" * 40, section="", comments=40, rejected=0, civil=0.5, reports=0, waiting=0, hours=2.0
    )
    names = layers(heat([row], ABOUT))[1]["mark"]
    assert names["opacity"]["expr"] == "width < 420 ? 0 : 1"
    assert names["limit"]["expr"] == "width < 420 ? 1 : 190"


def layers(figure: Figure) -> list[dict[str, Any]]:
    assert figure.chart is not None
    found: list[dict[str, Any]] = figure.chart.to_dict(validate=True)["layer"]
    return found
