"""Charts of the model: their frames by hand, both languages, and nothing drawn of nothing."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.charts.model import language_frame, language_mix, reliability, reliability_frame, score_drift
from dashboard.charts.style import spans
from dashboard.i18n import LANGUAGES
from moderation.classifier.agreement import Agreement, agreement
from moderation.decision import Reason
from moderation.drift import Week
from moderation.engagement import Grain, Period
from moderation.ports import Judged
from tests.builders import scores

START = datetime(2026, 11, 6, 22, tzinfo=UTC)  # midnight of Saturday the 7th in Cairo
NAMES = {"ar": "العربية", "en": "English", "fr": "French", "arabizi": "Arabizi", "other": "another"}


def week(number: int, languages: dict[str, int], *, mean: float | None, flagged: float | None) -> Week:
    start = START + timedelta(weeks=number)
    return Week(
        start=start,
        end=start + timedelta(weeks=1),
        comments=sum(languages.values()),
        mean=mean,
        flagged=flagged,
        languages=tuple(languages.items()),
        stability=None,
    )


WEEKS = (
    week(0, {"ar": 6, "en": 2}, mean=0.25, flagged=0.125),
    week(1, {}, mean=None, flagged=None),
    week(2, {"ar": 1}, mean=0.5, flagged=1.0),
)
PERIOD = Period(start=START, end=START + timedelta(weeks=3), grain=Grain.DAY, time_zone="Africa/Cairo")


def judged(rejected: bool, number: int) -> Judged:
    return Judged(
        decision_id=number,
        comment_id=number,
        body="words",
        language="ar",
        rejected=rejected,
        reasons=(Reason.OFFENSIVE,) if rejected else (),
    )


def held_against(model: str) -> Agreement:
    given = [judged(number % 4 == 0, number) for number in range(8)]
    return agreement(model, given, [scores(model, toxic=0.9 if one.rejected else 0.2) for one in given])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_charts_are_valid_and_read_in_their_direction(lang: str) -> None:
    drawn = (
        reliability([held_against("old-1"), held_against("new-2")], lang),
        score_drift(WEEKS, PERIOD, lang),
        language_mix(WEEKS, PERIOD, NAMES, lang),
    )
    for figure in drawn:
        assert figure.chart.to_dict()["config"]["locale"]["number"]["grouping"] == [3]
        parts = figure.chart.to_dict().get("layer", [figure.chart.to_dict()])
        # What is not read out in the words of its tips is not read out at all.
        spoken = [part["encoding"]["tooltip"] for part in parts if "description" in part["encoding"]]
        assert len(spoken) == 1
        assert all("description" in part["encoding"] or part["mark"]["aria"] is False for part in parts)
    first = drawn[0].chart.to_dict()
    assert first["layer"][0]["encoding"]["x"]["scale"]["reverse"] is (lang == "ar")
    assert [entry.word for entry in drawn[0].legend] == ["old-1", "new-2"]
    assert [entry.word for entry in drawn[2].legend] == ["العربية", "English"]


def test_a_point_is_a_bin_with_its_share_and_its_weight() -> None:
    rows = [("m", 0.2, 0.0, 6), ("m", 0.9, 1.0, 2)]
    frame = reliability_frame(rows, "en")
    assert frame[["mean", "share", "comments"]].values.tolist() == [[0.2, 0.0, 6.0], [0.9, 1.0, 2.0]]
    assert list(frame["tip"]) == ["0%", "100%"]
    table = reliability([held_against("m")], "en").table
    assert table.values.tolist() == [["m", 20.0, 0.0, 6], ["m", 90.0, 100.0, 2]]


def test_a_week_without_comments_is_a_gap_in_the_line_and_nothing_in_the_bars() -> None:
    figure = score_drift(WEEKS, PERIOD, "en")
    assert [row[1] for row in figure.table.values.tolist()] == [8, 0, 1]
    values = figure.chart.to_dict()["datasets"]
    (rows,) = values.values()
    assert [row["share"] is None or math.isnan(row["share"]) for row in rows] == [
        False,
        False,
        True,
        True,
        False,
        False,
    ]
    buckets = spans([one.start for one in WEEKS], PERIOD)
    frame = language_frame(WEEKS, buckets, ["ar", "en"], NAMES, PERIOD, "en")
    assert frame[["low", "high"]].values.tolist() == [[0, 0.75], [0.75, 1], [0, 0], [0, 0], [0, 1], [1, 1]]
    assert [row[0] for row in figure.table.values.tolist()] == ["2026-11-07", "2026-11-14", "2026-11-21"]


def test_nothing_is_drawn_of_nothing() -> None:
    empty = (week(0, {}, mean=None, flagged=None),)
    assert reliability([agreement("m", [], [])], "en").chart is None
    assert score_drift(empty, PERIOD, "en").chart is None
    assert language_mix(empty, PERIOD, NAMES, "en").chart is None
