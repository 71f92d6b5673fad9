"""Frames hold what the rows say, charts are valid Vega-Lite, and both languages are drawn their own way."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.charts import Figure, csv, figures
from dashboard.charts.bars import MAX_ARTICLES, articles, group_frame, outcomes, sections
from dashboard.charts.style import TITLE_LIMIT, shortened, spans, time_axis
from dashboard.charts.timelines import civility, machine_share, time_to_decision, volume, volume_frame
from dashboard.i18n import LANGUAGES, set_digits
from moderation.comment import Status
from moderation.engagement import CivilityRow, DeskRow, Grain, GroupRow, Insights, Overview, Period, VolumeRow

ZONE = "Africa/Cairo"
START = datetime(2026, 11, 19, 22, tzinfo=UTC)  # midnight of 20 November in Cairo
NAMES = ["volume", "outcomes", "sections", "articles", "machine", "speed", "civility"]


def insights(
    counts: list[dict[Status, int]],
    *,
    grain: Grain = Grain.DAY,
    groups: tuple[GroupRow, ...] = (),
    desk: tuple[tuple[int, int, float | None, float | None], ...] | None = None,
) -> Insights:
    """One entry of `counts` a bucket; civil is 0.8 where there are comments; `desk` is (machine, people, p50, p90)."""
    step = timedelta(hours=1) if grain is Grain.HOUR else timedelta(days=1)
    starts = [START + index * step for index in range(len(counts))]
    totals = [sum(bucket.values()) for bucket in counts]
    rows = desk or tuple((total, 0, None, None) for total in totals)
    return Insights(
        period=Period(start=START, end=START + len(counts) * step, grain=grain, time_zone=ZONE),
        overview=Overview(
            comments=sum(totals),
            commenters=1,
            rejected=0,
            waiting=0,
            machine_share=None,
            civil=None,
            median_seconds=None,
        ),
        volume=tuple(
            VolumeRow(start=start, status=status, comments=bucket.get(status, 0))
            for start, bucket in zip(starts, counts, strict=True)
            for status in Status
        ),
        sections=groups,
        articles=groups,
        desk=tuple(
            DeskRow(start=start, machine=machine, people=people, p50=p50, p90=p90)
            for start, (machine, people, p50, p90) in zip(starts, rows, strict=True)
        ),
        civility=tuple(
            CivilityRow(start=start, comments=total, civil=0.8 if total else None)
            for start, total in zip(starts, totals, strict=True)
        ),
    )


def group(name: str, comments: int, *, rejected: int = 0, id_: int | None = 1) -> GroupRow:
    return GroupRow(id=id_, name=name, comments=comments, rejected=rejected, civil=0.5)


FULL = insights(
    [{Status.PUBLISHED: 3, Status.REJECTED: 1}, {}, {Status.PENDING: 2, Status.APPROVED: 5}],
    groups=(group("سياسة", 8, rejected=1), group("", 3, id_=None)),
    desk=((3, 1, 90.0, 400.0), (0, 0, None, None), (4, 3, 30.0, 200.0)),
)
EMPTY = insights([{}, {}, {}])


def spec(figure: Figure) -> dict[str, Any]:
    assert figure.chart is not None
    drawn: dict[str, Any] = figure.chart.to_dict(validate=True)
    return drawn


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("grain", list(Grain))
def test_every_figure_is_valid_vega_lite(lang: str, grain: Grain) -> None:
    given = insights(
        [{status: 2 for status in Status}] * 30, grain=grain, groups=FULL.sections, desk=((3, 1, 90.0, 400.0),) * 30
    )
    drawn = figures(given, lang)
    assert [figure.name for figure in drawn] == NAMES
    for figure in drawn:
        assert spec(figure)["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
        assert len(figure.table)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_period_without_comments_draws_nothing_and_keeps_its_headings(lang: str) -> None:
    drawn = figures(EMPTY, lang)
    assert [figure.chart for figure in drawn] == [None] * len(NAMES)
    assert all(len(figure.table.columns) >= 2 for figure in drawn)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_bucket_is_enough(lang: str) -> None:
    given = insights([{Status.PUBLISHED: 1}], groups=(group("x", 1),), desk=((0, 1, 5.0, 5.0),))
    assert [figure.name for figure in figures(given, lang) if figure.chart is not None] == NAMES


def test_volume_stacks_the_statuses_of_a_bucket_without_gaps() -> None:
    frame = volume_frame(FULL, "en", [Status.APPROVED, Status.PUBLISHED, Status.PENDING, Status.REJECTED])
    last = frame.tail(4)
    assert list(zip(last["low"], last["high"], strict=True)) == [(0, 5), (5, 5), (5, 7), (7, 7)]


def test_volume_tells_local_days_and_counts() -> None:
    table = volume(FULL, "en").table
    assert list(table["Time"]) == ["2026-11-20", "2026-11-21", "2026-11-22"]
    assert list(table["published, not reviewed"]) == [3, 0, 0]
    assert "erased" not in table.columns


def test_erased_comments_are_shown_where_there_are_any() -> None:
    table = volume(insights([{Status.ERASED: 2}]), "en").table
    assert list(table["erased"]) == [2]


def test_hours_are_written_in_the_newsrooms_time() -> None:
    table = volume(insights([{Status.PENDING: 1}] * 2, grain=Grain.HOUR), "en").table
    assert list(table["Time"]) == ["2026-11-20 00:00", "2026-11-20 01:00"]


def test_outcomes_are_the_sum_over_the_period() -> None:
    table = outcomes(FULL, "en").table
    assert dict(zip(table["Status"], table["Comments"], strict=True)) == {
        "approved": 5,
        "published, not reviewed": 3,
        "held": 2,
        "rejected": 1,
    }


def test_groups_of_one_name_stay_apart() -> None:
    frame = group_frame([group("x", 5, rejected=2), group("x", 3)], "en")
    assert frame["key"].nunique() == 2
    assert list(frame["count"]) == [3, 2, 3, 0]


def test_a_comment_without_section_has_a_bar_with_a_name() -> None:
    assert list(sections(FULL, "en").table["Section"]) == ["سياسة", "No section"]


def test_at_most_fifteen_articles_most_discussed_first() -> None:
    rows = tuple(group(f"title {number}", number) for number in range(1, 20))
    table = articles(insights([{Status.PUBLISHED: 1}], groups=rows), "en").table
    assert len(table) == MAX_ARTICLES
    assert list(table["Comments"][:2]) == [19, 18]


def test_a_bucket_without_decisions_is_a_gap_and_not_a_zero() -> None:
    assert _drawn(machine_share(FULL, "en"), "share") == [0.75, None, 4 / 7]
    share = machine_share(FULL, "en").table["Machine's share (%)"]
    assert share[0] == 75.0
    assert math.isnan(share[1])


def test_a_bucket_without_comments_has_no_civility() -> None:
    assert _drawn(civility(FULL, "en"), "share") == [0.8, None, 0.8]


@pytest.mark.parametrize(
    ("longest", "unit"), [(119.0, "seconds"), (120.0, "minutes"), (7_200.0, "hours"), (172_800.0, "days")]
)
def test_the_unit_suits_the_longest_wait(longest: float, unit: str) -> None:
    figure = time_to_decision(insights([{}], desk=((0, 1, 1.0, longest),)), "en")
    assert all(unit in entry.word for entry in figure.legend)


def test_time_to_decision_is_in_seconds_in_the_table() -> None:
    table = time_to_decision(FULL, "en").table
    assert list(table["Median (seconds)"].dropna()) == [90, 30]


def test_arabic_bars_grow_from_the_right() -> None:
    arabic, english = spec(sections(FULL, "ar")), spec(sections(FULL, "en"))
    assert [_bars(drawn)["x"]["scale"]["reverse"] for drawn in (arabic, english)] == [True, False]
    assert [_bars(drawn)["y"]["axis"]["orient"] for drawn in (arabic, english)] == ["right", "left"]


def test_arabic_charts_have_arabic_months_and_the_scale_of_values_at_the_right() -> None:
    drawn = spec(volume(FULL, "ar"))
    assert drawn["config"]["locale"]["time"]["months"][10] == "نوفمبر"
    assert drawn["encoding"]["y"]["axis"]["orient"] == "right"
    assert "نوفمبر" in json.loads(drawn["encoding"]["x"]["axis"]["labelExpr"].split("[time")[0]).popitem()[1]


def test_digits_are_those_of_the_deployment() -> None:
    set_digits("arab")
    try:
        drawn = spec(volume(FULL, "ar"))
        assert drawn["config"]["locale"]["number"]["numerals"][3] == "٣"
        assert "٢٠" in drawn["encoding"]["x"]["axis"]["labelExpr"].encode().decode("unicode_escape")
    finally:
        set_digits("latn")
    assert spec(volume(FULL, "ar"))["config"]["locale"]["number"]["numerals"][3] == "3"


def test_days_of_the_week_begin_on_sunday_as_vega_counts_them() -> None:
    assert spec(volume(FULL, "en"))["config"]["locale"]["time"]["days"][0] == "Sunday"


def test_time_runs_left_to_right_in_both_languages() -> None:
    for lang in LANGUAGES:
        assert "reverse" not in spec(volume(FULL, lang))["encoding"]["x"]["scale"]


def test_a_chart_is_drawn_in_site_time_whatever_the_browsers_zone() -> None:
    scale = spec(civility(FULL, "en"))["layer"][0]["encoding"]["x"]["scale"]
    assert scale["type"] == "utc"
    assert {"year": 2026, "month": 11, "date": 19, "hours": 22, "utc": True}.items() <= scale["domain"][0].items()


@pytest.mark.parametrize("buckets", [1, 8, 9, 30, 90, 365, 3_700])
def test_a_time_axis_has_few_labels(buckets: int) -> None:
    period = insights([{}]).period
    starts = [START + timedelta(days=day) for day in range(buckets)]
    assert 1 <= len(time_axis(spans(starts, period), period, "ar").to_dict()["axis"]["values"]) <= 12


def test_the_hour_that_comes_twice_is_counted_twice() -> None:
    # Cairo's clocks went back at midnight after 29 October 2026; the store's rows carry the zone itself.
    zone = ZoneInfo(ZONE)
    starts = [datetime(2026, 10, 29, 20 + hour, tzinfo=UTC).astimezone(zone) for hour in range(2)]
    period = Period(start=starts[0], end=starts[0] + timedelta(hours=2), grain=Grain.HOUR, time_zone=ZONE)
    given = replace(
        insights([{Status.PENDING: 1}, {Status.PENDING: 2}], grain=Grain.HOUR),
        period=period,
        volume=tuple(
            VolumeRow(start=start, status=Status.PENDING, comments=count)
            for start, count in zip(starts, (1, 2), strict=True)
        ),
        civility=tuple(CivilityRow(start=start, comments=1, civil=1.0) for start in starts),
    )
    table = volume(given, "en").table
    assert list(table["Time"]) == ["2026-10-29 23:00", "2026-10-29 23:00"]
    assert list(table["held"]) == [1, 2]


def test_labels_of_hours_are_round_and_name_the_day_at_midnight() -> None:
    given = insights([{Status.PENDING: 1}] * 48, grain=Grain.HOUR)
    axis = time_axis(spans([row.start for row in given.desk], given.period), given.period, "en").to_dict()["axis"]
    words = [word.strip("\u2068\u2069") for word in json.loads(axis["labelExpr"].split("[time")[0]).values()]
    assert words == ["20 Nov", "06:00", "12:00", "18:00", "21 Nov", "06:00", "12:00", "18:00"]


def test_a_long_headline_is_cut_and_told_in_full_on_pointing() -> None:
    title = "وزير الدفاع " * 30
    drawn = spec(articles(insights([{Status.PUBLISHED: 1}], groups=(group(title, 4),)), "ar"))
    label = next(iter(json.loads(_bars(drawn)["y"]["axis"]["labelExpr"].removesuffix("[datum.value]")).values()))
    assert len(label) <= TITLE_LIMIT + 2
    assert label.endswith("…\u2069")
    assert any(row.get("full") == title for rows in drawn["datasets"].values() for row in rows)


@pytest.mark.parametrize("title", ['"]+alert(1)+["', "\\", "'", "\u2028", "</script>", "\u202e"])
def test_a_title_stays_text_in_the_expression_of_the_axis(title: str) -> None:
    drawn = spec(sections(insights([{Status.PUBLISHED: 1}], groups=(group(title, 4),)), "en"))
    expression = _bars(drawn)["y"]["axis"]["labelExpr"]
    assert expression.isascii()
    assert json.loads(expression.removesuffix("[datum.value]")) == {"000": shortened(title)}


def test_no_override_of_direction_reaches_a_label() -> None:
    assert shortened("a\u202eb") == "\u2068ab\u2069"


def test_csv_has_a_mark_for_excel_and_runs_no_formula() -> None:
    rows = (group('=HYPERLINK("http://example.invalid")', 2), group("-1+1", 1))
    text = csv(sections(insights([{Status.PUBLISHED: 1}], groups=rows), "ar").table)
    assert text.startswith("\ufeffالقسم,".encode())
    lines = text.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith("\"'=HYPERLINK(")
    assert lines[2].startswith("'-1+1,")
    assert lines[-1] == ""


def test_csv_of_nothing_is_its_headings() -> None:
    assert csv(sections(EMPTY, "en").table).decode("utf-8-sig") == "Section,Comments,Rejected,Civil (%)\r\n"


def _bars(drawn: dict[str, Any]) -> dict[str, Any]:
    encoding: dict[str, Any] = drawn["layer"][0]["encoding"]
    return encoding


def _drawn(figure: Figure, field: str) -> list[float | None]:
    (rows,) = spec(figure)["datasets"].values()
    return [row[field] for row in rows]
