"""Frames hold what the values say, charts are valid Vega-Lite, and both languages are drawn their own way."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs
from zoneinfo import ZoneInfo

import pytest

from dashboard.charts import Figure, csv
from dashboard.charts.bars import outcomes
from dashboard.charts.conversation import (
    MAX_ARTICLES,
    civility,
    languages,
    reasons,
    removed,
    returning,
    tone_articles,
    tone_sections,
)
from dashboard.charts.desk import age_words, flow, machine, speed, waiting, workload
from dashboard.charts.exchange import exchange, length
from dashboard.charts.scope import PICK, SMALL, Scope
from dashboard.charts.style import TITLE_LIMIT, shortened, spans, time_axis
from dashboard.charts.talk import pulse, sections, takeoff
from dashboard.i18n import LANGUAGES, set_digits
from moderation.comment import Status
from moderation.decision import Reason
from moderation.engagement import (
    AgeRow,
    BandRow,
    CivilityRow,
    DeskRow,
    FlowRow,
    Grain,
    GroupRow,
    InsightFilter,
    Insights,
    LanguageRow,
    Overview,
    Period,
    QueueNow,
    ReasonRow,
    RemovedRow,
    ReturnRow,
    SectionRow,
    ShapeRow,
    ShiftRow,
    TakeoffRow,
    VolumeRow,
)

ZONE = "Africa/Cairo"
START = datetime(2026, 11, 19, 22, tzinfo=UTC)  # midnight of 20 November in Cairo
STEPS = {Grain.HOUR: timedelta(hours=1), Grain.DAY: timedelta(days=1), Grain.WEEK: timedelta(days=7)}


def scope(lang: str = "en", *, days: int = 3, grain: Grain = Grain.DAY, **where: Any) -> Scope:
    period = Period(start=START, end=START + days * STEPS[grain], grain=grain, time_zone=ZONE)
    return Scope(period=period, lang=lang, where=InsightFilter(**where))


def at(place: int, grain: Grain = Grain.DAY) -> datetime:
    return START + place * STEPS[grain]


def spec(figure: Figure) -> dict[str, Any]:
    assert figure.chart is not None
    drawn: dict[str, Any] = figure.chart.to_dict(validate=True)
    return drawn


def rows_of(figure: Figure) -> list[dict[str, Any]]:
    """All rows of all the chart's data."""
    return [row for rows in spec(figure)["datasets"].values() for row in rows]


def values(figure: Figure, field: str = "value") -> list[Any]:
    """Of the first data set that has the field."""
    return next([row[field] for row in rows] for rows in spec(figure)["datasets"].values() if field in rows[0])


def band(place: int, comments: int | None, low: float | None = 10, high: float | None = 14) -> BandRow:
    middle = None if low is None or high is None else (low + high) / 2
    return BandRow(start=at(place), comments=comments, low=low, middle=middle, high=high, weeks=8 if low else 0)


def section(name: str, comments: int, *, id_: int | None = 1, before: int = 5, rejected: int = 0) -> SectionRow:
    civil = 0.5 if comments else None
    return SectionRow(id=id_, name=name, comments=comments, before=before, rejected=rejected, civil=civil)


def group(name: str, comments: int, *, civil: float = 0.5, rejected: int = 0, id_: int | None = 1) -> GroupRow:
    return GroupRow(id=id_, name=name, comments=comments, rejected=rejected, civil=civil)


def desk(machine_: int, people: int, p50: float | None = None, p90: float | None = None, place: int = 0) -> DeskRow:
    return DeskRow(start=at(place), machine=machine_, people=people, p50=p50, p90=p90, waits=people)


def insights(counts: list[dict[Status, int]]) -> Insights:
    overview = Overview(
        comments=0, commenters=0, rejected=0, waiting=0, machine_share=None, civil=None, median_seconds=None
    )
    volume = tuple(
        VolumeRow(start=at(place), status=status, comments=bucket.get(status, 0))
        for place, bucket in enumerate(counts)
        for status in Status
    )
    period = scope(days=len(counts)).period
    return Insights(period=period, overview=overview, volume=volume, sections=(), articles=(), desk=(), civility=())


def every_figure(about: Scope, *, times: int) -> list[Figure]:
    """One of each, with so many buckets or rows."""
    starts = [at(place, about.period.grain) for place in range(times)]
    takes = [
        TakeoffRow(article_id=1, title="عنوان", section="", comments=40, before=9, usual=8, times=5, civil=0.5)
        for _ in starts
    ]
    queue = QueueNow(waiting=times, oldest=START if times else None, ages=tuple(AGES))
    return [
        pulse([BandRow(start=one, comments=30, low=9, middle=10, high=12, weeks=8) for one in starts], about),
        takeoff(takes, about),
        sections([section("سياسة", 8)] * times, about),
        outcomes(insights([{Status.PUBLISHED: 2}] * times), about),
        civility([CivilityRow(start=one, comments=30, civil=0.8) for one in starts], about),
        removed([RemovedRow(start=one, comments=30, rejected=3) for one in starts], about),
        reasons([ReasonRow(reason=Reason.ABUSIVE, comments=1)] * min(times, 1), about),
        languages([LanguageRow(language="ar", comments=3, rejected=0, civil=1.0)] * min(times, 1), about),
        tone_sections([group("سياسة", 30)] * times, about),
        tone_articles([group("title", 30)] * times, about),
        returning([ReturnRow(start=one, commenters=30, new=3) for one in starts], about),
        exchange([ShapeRow(start=one, comments=3, replies=1, characters=9) for one in starts], about),
        length([ShapeRow(start=one, comments=3, replies=1, characters=9) for one in starts], about),
        waiting(queue, about),
        flow([FlowRow(start=one, arrived=2, left=1) for one in starts], about),
        speed([DeskRow(start=one, machine=1, people=3, p50=90, p90=400, waits=3) for one in starts], about),
        machine([DeskRow(start=one, machine=1, people=3, p50=90, p90=400, waits=3) for one in starts], about),
        workload([shift("سلمى", one) for one in starts], starts, about),
    ]


AGES = [AgeRow(below=15, comments=1), AgeRow(below=60, comments=0), AgeRow(below=None, comments=2)]


def shift(name: str, start: datetime, *, decided: int = 12, staff_id: int = 1) -> ShiftRow:
    end = start + timedelta(hours=2)
    return ShiftRow(staff_id=staff_id, name=name, start=start, end=end, decided=decided, rejected=2, harsh=1)


@pytest.mark.parametrize(("lang", "grain"), [("ar", Grain.DAY), ("en", Grain.HOUR)])
def test_every_figure_is_valid_vega_lite_and_explains_itself(lang: str, grain: Grain) -> None:
    for figure in every_figure(scope(lang, days=12, grain=grain), times=12):
        drawn = spec(figure)
        assert drawn["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
        assert '"field": "meaning"' in json.dumps(drawn)
        assert len(figure.table)


def test_marks_are_called_by_their_tips_and_axes_are_not_read_out() -> None:
    for figure in every_figure(scope("ar"), times=3):
        drawn = spec(figure)
        assert drawn["config"]["axis"] == {"aria": False}
        parts = [part for part in drawn.get("layer", [drawn]) if part["mark"].get("aria") is not False]
        assert parts, figure.name
        for part in parts:
            called = part["transform"][-1]
            assert part["encoding"]["description"]["field"] == called["as"]
            assert json.dumps(part["encoding"]["tooltip"][0]["title"] + ": ") in called["calculate"]
            assert part["mark"]["ariaRoleDescription"] in {"عمود", "نقطة", "خط"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_period_without_comments_draws_nothing_and_keeps_its_headings(lang: str) -> None:
    drawn = every_figure(scope(lang), times=0)
    assert [figure.name for figure in drawn if figure.chart is not None] == []
    assert all(len(figure.table.columns) >= 2 for figure in drawn)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_comment_is_enough(lang: str) -> None:
    assert all(figure.chart is not None for figure in every_figure(scope(lang, days=1), times=1))


def test_the_first_and_the_last_week_lead_to_what_is_counted_of_them() -> None:
    """A period from Thursday to Wednesday after next, in weeks that begin on Saturday."""
    first = datetime(2026, 1, 1, tzinfo=ZoneInfo(ZONE))
    about = Scope(
        period=Period(start=first, end=first + timedelta(days=14), grain=Grain.WEEK, time_zone=ZONE, week_starts=5),
        lang="en",
    )
    starts = [first - timedelta(days=5), first + timedelta(days=2), first + timedelta(days=9)]
    figure = removed([RemovedRow(start=one, comments=30, rejected=3) for one in starts], about)
    ways = [parse_qs(way or "") for way in figure.ways]
    assert [(way["from"][0], way["to"][0]) for way in ways] == [
        ("2026-01-01", "2026-01-02"), ("2026-01-03", "2026-01-09"), ("2026-01-10", "2026-01-14")
    ]  # fmt: skip
    assert "27 December" not in values(figure, "when")[0]


def test_a_figure_that_can_be_clicked_has_a_way_for_each_row_of_its_table() -> None:
    for figure in every_figure(scope(days=3), times=3):
        if figure.picks:
            assert spec(figure)["params"][0]["name"] == PICK
            assert len(figure.ways) == len(figure.table), figure.name


# What is talked about.


def test_what_is_out_of_the_ordinary_is_told_by_shape_and_in_words() -> None:
    # Quartiles 10 and 14: the fences lie 1.5 times their distance, 6, beyond them.
    figure = pulse([band(0, 12), band(1, 21), band(2, 3)], scope())
    assert values(figure, "unusual") == [0, 1, -1]
    assert figure.remarks == ("2 points are out of the ordinary.",)
    assert list(figure.table["Usual, upper quarter"]) == [14, 14, 14]


def test_hours_to_come_are_a_gap_and_not_a_zero() -> None:
    figure = pulse([band(0, 12), band(1, None)], scope(days=2))
    assert values(figure) == [12, None]


def test_counts_beside_a_gap_are_whole_numbers_in_a_file() -> None:
    figure = pulse([band(0, 12), band(1, None)], scope(days=2))
    first, second = csv(figure.table).decode("utf-8-sig").splitlines()[1:]
    assert first.split(",")[1] == "12"
    assert second.split(",")[1] == ""


def test_the_queue_to_come_is_a_gap_too() -> None:
    starts = [at(0, Grain.HOUR), at(1, Grain.HOUR)]
    rows = [FlowRow(start=starts[0], arrived=2, left=0), FlowRow(start=starts[1], arrived=None, left=None)]
    assert values(flow(rows, scope(grain=Grain.HOUR))) == [2, 0, None, None]


def test_without_three_weeks_nothing_is_called_unusual_and_the_page_says_why() -> None:
    figure = pulse([band(0, 900, None, None)], scope(days=1))
    assert "three weeks" in figure.remarks[0]
    assert len(spec(figure)["layer"]) == 3


def test_an_article_that_takes_off_stands_against_its_usual() -> None:
    row = TakeoffRow(article_id=7, title="نص", section="", comments=40, before=9, usual=8, times=5, civil=0.25)
    figure = takeoff([row], scope(status=Status.PUBLISHED))
    assert values(figure, "mark") == [8]
    assert ["5 times the usual" in end for end in values(figure, "end")] == [True]
    assert parse_qs(figure.ways[0] or "") == {
        "from": ["2026-11-20"], "to": ["2026-11-22"], "story": ["7"], "state": ["published"]
    }  # fmt: skip


def test_sections_stack_what_stayed_and_what_was_rejected() -> None:
    figure = sections([section("x", 30, rejected=12), section("", 3, id_=None)], scope())
    assert [row["part"] for row in rows_of(figure) if row["key"] == "000"][:2] == [18, 12]
    assert list(figure.table["Section"]) == ["x", "No section"]
    assert figure.ways[1] is None


def test_sections_of_one_name_stay_apart() -> None:
    assert len(set(values(sections([section("x", 5), section("x", 3, id_=2)], scope()), "key"))) == 2


def test_outcomes_are_the_sum_over_the_period_and_lead_to_their_comments() -> None:
    figure = outcomes(insights([{Status.PUBLISHED: 3, Status.REJECTED: 1}, {}, {Status.APPROVED: 5}]), scope())
    assert dict(zip(figure.table["Status"], figure.table["Comments"], strict=True)) == {
        "approved": 5,
        "published, not reviewed": 3,
        "held": 0,
        "rejected": 1,
    }
    assert parse_qs(figure.ways[3] or "")["state"] == ["rejected"]


def test_erased_comments_are_shown_where_there_are_any_and_lead_nowhere() -> None:
    figure = outcomes(insights([{Status.ERASED: 2}]), scope())
    assert list(figure.table["Status"])[-1] == "erased"
    assert figure.ways[-1] is None


# The conversation.


def test_a_bucket_without_comments_has_no_civility() -> None:
    rows = [CivilityRow(start=at(place), comments=n, civil=0.8 if n else None) for place, n in enumerate((30, 0, 30))]
    figure = civility(rows, scope())
    assert values(figure) == [0.8, None, 0.8]
    assert math.isnan(figure.table["Civil (%)"][1])


@pytest.mark.parametrize(("comments", "small"), [(SMALL - 1, True), (SMALL, False)])
def test_a_share_of_few_comments_is_marked_and_said_so(comments: int, small: bool) -> None:
    figure = civility([CivilityRow(start=at(0), comments=comments, civil=0.8)], scope(days=1))
    assert values(figure, "filled") == [0 if small else 1]
    assert bool(figure.remarks) is small


def test_the_share_rejected_leads_to_the_rejected_comments_of_that_day() -> None:
    figure = removed([RemovedRow(start=at(place), comments=40, rejected=10) for place in range(3)], scope())
    assert values(figure) == [0.25] * 3
    wanted = {"from": ["2026-11-21"], "to": ["2026-11-21"], "state": ["rejected"]}
    assert parse_qs(figure.ways[1] or "") == wanted


def test_the_least_civil_come_first_and_small_ones_last() -> None:
    rows = [group("good", 50, civil=0.9), group("few", 3, civil=0.0), group("bad", 40, civil=0.2)]
    figure = tone_sections(rows, scope())
    assert list(figure.table["Section"]) == ["bad", "good", "few"]
    assert {row["key"]: row["solid"] < 1 for row in rows_of(figure)} == {"000": False, "001": False, "002": True}


def test_at_most_fifteen_articles_those_with_most_comments() -> None:
    rows = [group(f"title {number}", number) for number in range(1, 20)]
    table = tone_articles(rows, scope()).table
    assert len(table) == MAX_ARTICLES
    assert min(table["Comments"]) == 5


def test_replies_are_counted_to_each_comment_that_answers_nobody() -> None:
    rows = [ShapeRow(start=at(0), comments=9, replies=6, characters=450), ShapeRow(
        start=at(1), comments=2, replies=2, characters=8)]  # fmt: skip
    assert values(exchange(rows, scope(days=2))) == [2.0, None]
    assert values(length(rows, scope(days=2))) == [50.0, 4.0]


# The desk.


def test_a_bucket_without_decisions_is_a_gap_and_not_a_zero() -> None:
    figure = machine([desk(3, 1), desk(0, 0, place=1), desk(4, 3, place=2)], scope())
    assert values(figure) == [0.75, None, 4 / 7]


@pytest.mark.parametrize(
    ("longest", "unit"), [(119.0, "seconds"), (120.0, "minutes"), (7_200.0, "hours"), (172_800.0, "days")]
)
def test_the_unit_suits_the_longest_wait(longest: float, unit: str) -> None:
    figure = speed([desk(0, 1, 1.0, longest)], scope(days=1))
    assert all(unit in entry.word for entry in figure.legend)


def test_time_to_decision_is_in_seconds_in_the_table() -> None:
    table = speed([desk(3, 1, 90.0, 400.0), desk(0, 0, place=1), desk(4, 3, 30.0, 200.0, place=2)], scope()).table
    assert list(table["Median (seconds)"].dropna()) == [90, 30]


@pytest.mark.parametrize(
    ("place", "words"), [(0, "under 15 minutes"), (1, "15 minutes to 1 hour"), (2, "1 hour and longer")]
)
def test_what_waits_is_told_by_its_age(place: int, words: str) -> None:
    queue = QueueNow(waiting=3, oldest=START, ages=tuple(AGES))
    assert age_words(queue, place, "en").translate({0x2068: None, 0x2069: None}) == words


def test_people_stand_in_the_order_of_their_names_and_not_of_their_numbers() -> None:
    rows = [shift("ب", at(0), decided=900, staff_id=2), shift("أ", at(0), decided=1)]
    assert list(workload(rows, [at(0)], scope(days=1)).table["Moderator"]) == ["أ", "ب"]


# Both directions, time, and what readers wrote.


def test_arabic_bars_grow_from_the_right() -> None:
    arabic, english = (spec(sections([section("x", 8)], scope(lang))) for lang in ("ar", "en"))
    assert [_bars(drawn)["x"]["scale"]["reverse"] for drawn in (arabic, english)] == [True, False]
    assert [_bars(drawn)["y"]["axis"]["orient"] for drawn in (arabic, english)] == ["right", "left"]


def _line(lang: str = "en") -> dict[str, Any]:
    return spec(removed([RemovedRow(start=at(place), comments=40, rejected=10) for place in range(3)], scope(lang)))


def test_arabic_charts_have_arabic_months_and_the_scale_of_values_at_the_right() -> None:
    drawn = _line("ar")
    assert drawn["config"]["locale"]["time"]["months"][10] == "نوفمبر"
    assert drawn["layer"][0]["encoding"]["y"]["axis"]["orient"] == "right"
    assert "نوفمبر" in json.loads(_labels(drawn)).popitem()[1]


def _labels(drawn: dict[str, Any]) -> str:
    expression: str = drawn["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]
    return expression.split("[time")[0]


def test_digits_are_those_of_the_deployment() -> None:
    set_digits("arab")
    try:
        drawn = _line("ar")
        assert drawn["config"]["locale"]["number"]["numerals"][3] == "٣"
        assert "٢٠" in _labels(drawn).encode().decode("unicode_escape")
    finally:
        set_digits("latn")
    assert _line("ar")["config"]["locale"]["number"]["numerals"][3] == "3"


def test_days_of_the_week_begin_on_sunday_as_vega_counts_them() -> None:
    assert _line()["config"]["locale"]["time"]["days"][0] == "Sunday"


def test_time_runs_left_to_right_in_both_languages() -> None:
    for lang in LANGUAGES:
        assert "reverse" not in _line(lang)["layer"][0]["encoding"]["x"]["scale"]


def test_a_chart_is_drawn_in_site_time_whatever_the_browsers_zone() -> None:
    scale = _line()["layer"][0]["encoding"]["x"]["scale"]
    assert scale["type"] == "utc"
    assert {"year": 2026, "month": 11, "date": 19, "hours": 22, "utc": True}.items() <= scale["domain"][0].items()


@pytest.mark.parametrize("buckets", [1, 8, 9, 30, 90, 365, 3_700])
def test_a_time_axis_has_few_labels(buckets: int) -> None:
    period = scope().period
    starts = [START + timedelta(days=day) for day in range(buckets)]
    assert 1 <= len(time_axis(spans(starts, period), period, "ar").to_dict()["axis"]["values"]) <= 12


def test_the_hour_that_comes_twice_is_counted_twice() -> None:
    # Cairo's clocks went back at midnight after 29 October 2026; the store's rows carry the zone itself.
    zone = ZoneInfo(ZONE)
    starts = [datetime(2026, 10, 29, 20 + hour, tzinfo=UTC).astimezone(zone) for hour in range(2)]
    period = Period(start=starts[0], end=starts[0] + timedelta(hours=2), grain=Grain.HOUR, time_zone=ZONE)
    rows = [RemovedRow(start=start, comments=n, rejected=1) for start, n in zip(starts, (1, 2), strict=True)]
    figure = removed(rows, Scope(period=period, lang="en"))
    assert list(figure.table["Time"]) == ["2026-10-29 23:00", "2026-10-29 23:00"]
    assert values(figure) == [1.0, 0.5]


def test_labels_of_hours_are_round_and_name_the_day_at_midnight() -> None:
    about = scope(days=48, grain=Grain.HOUR)
    starts = [at(place, Grain.HOUR) for place in range(48)]
    axis = time_axis(spans(starts, about.period), about.period, "en").to_dict()["axis"]
    words = [word.strip("\u2068\u2069") for word in json.loads(axis["labelExpr"].split("[time")[0]).values()]
    assert words == ["20 Nov", "06:00", "12:00", "18:00", "21 Nov", "06:00", "12:00", "18:00"]


def test_a_week_is_told_from_its_first_day_to_its_last() -> None:
    rows = [RemovedRow(start=at(place, Grain.WEEK), comments=40, rejected=1) for place in range(2)]
    figure = removed(rows, scope(days=2, grain=Grain.WEEK))
    assert values(figure, "when")[1].translate({0x2068: None, 0x2069: None}) == "27 November 2026 to 3 December 2026"
    assert parse_qs(figure.ways[1] or "") == {"from": ["2026-11-27"], "to": ["2026-12-03"], "state": ["rejected"]}


def test_the_filter_goes_along_to_the_comments() -> None:
    about = scope(section_id=3, article_id=4, language="ar", status=Status.PENDING)
    assert parse_qs(about.go()) == {
        "from": ["2026-11-20"], "to": ["2026-11-22"], "part": ["3"], "story": ["4"], "lang": ["ar"],
        "state": ["pending"],
    }  # fmt: skip
    assert about.days == (date(2026, 11, 20), date(2026, 11, 22))


def test_a_long_headline_is_cut_and_told_in_full_on_pointing() -> None:
    title = "وزير الدفاع " * 30
    figure = tone_articles([group(title, 30)], scope("ar"))
    label = next(iter(json.loads(_bars(spec(figure))["y"]["axis"]["labelExpr"].removesuffix("[datum.value]")).values()))
    assert len(label) <= TITLE_LIMIT + 2
    assert label.endswith("…\u2069")
    assert any(row.get("full") == title for row in rows_of(figure))


@pytest.mark.parametrize("title", ['"]+alert(1)+["', "\\", "'", "\u2028", "</script>", "\u202e"])
def test_a_title_stays_text_in_the_expression_of_the_axis(title: str) -> None:
    expression = _bars(spec(tone_sections([group(title, 30)], scope())))["y"]["axis"]["labelExpr"]
    assert expression.isascii()
    assert json.loads(expression.removesuffix("[datum.value]")) == {"000": shortened(title)}


def test_no_override_of_direction_reaches_a_label() -> None:
    assert shortened("a\u202eb") == "\u2068ab\u2069"


def test_csv_has_a_mark_for_excel_and_runs_no_formula() -> None:
    rows = (section('=HYPERLINK("http://example.invalid")', 2), section("-1+1", 1))
    text = csv(sections(rows, scope("ar")).table)
    assert text.startswith("\ufeffالقسم,".encode())
    lines = text.decode("utf-8-sig").split("\r\n")
    assert lines[1].startswith("\"'=HYPERLINK(")
    assert lines[2].startswith("'-1+1,")
    assert lines[-1] == ""


def test_csv_of_nothing_is_its_headings() -> None:
    text = csv(sections((), scope()).table).decode("utf-8-sig")
    assert text == "Section,Comments,Period before,Rejected,Civil (%)\r\n"


def _bars(drawn: dict[str, Any]) -> dict[str, Any]:
    encoding: dict[str, Any] = drawn["layer"][0]["encoding"]
    return encoding
