"""The dots of a search's scores, and the range that is drawn over them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dashboard.charts import spread
from moderation.comment import Status

ROWS = [(0.0, Status.APPROVED), (0.995, Status.REJECTED), (1.0, Status.REJECTED), (0.5, Status.PENDING)]


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_dot_for_each_comment(lang: str) -> None:
    frame = spread.spread_frame(ROWS, lang)
    assert len(frame) == len(ROWS)
    last = frame[frame["score"] == 0.99]
    assert sorted(last["place"]) == [1, 2]
    figure = spread.dots(ROWS, lang)
    drawn = figure.chart.to_dict()
    assert drawn["encoding"]["x"]["scale"]["reverse"] is (lang == "ar")
    assert drawn["encoding"]["description"]["field"] == "said"
    assert [entry.word for entry in figure.legend]
    assert len(figure.table) == len(ROWS)


def test_nothing_found_draws_nothing() -> None:
    assert spread.dots([], "en").chart is None


@pytest.mark.parametrize(
    ("drawn", "found"),
    [([0.2, 0.8], (20, 80)), ([0.805, 0.199], (19, 81)), ([-1, 2], (0, 100)), ([], None), (None, None)],
)
def test_the_range_in_whole_percents(drawn: list[float] | None, found: tuple[int, int] | None) -> None:
    event = SimpleNamespace(selection={spread.RANGE: {"score": drawn}} if drawn is not None else {})
    assert spread.chosen(event) == found
    assert spread.chosen(None) is None
