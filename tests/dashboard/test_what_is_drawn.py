"""What a chart draws is what its words say of it: the share that stands out, whose a row is, how many are left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.charts.agenda import candidates
from dashboard.charts.desk import workload
from dashboard.charts.style import value_axis
from dashboard.charts.talk import sections
from dashboard.i18n import LANGUAGES
from dashboard.insights.tables import table_html
from moderation.engagement import CandidateRow, Grain, SectionRow
from tests.dashboard.test_charts import START, at, scope, section, shift, spec, values


def candidate(*, removed: float, uncivil: float) -> CandidateRow:
    return CandidateRow(
        article_id=1,
        title="Water",
        comments=40,
        removed=removed,
        usual_removed=0.05,
        uncivil=uncivil,
        usual_uncivil=0.24,
        reports=0,
    )


@pytest.mark.parametrize(
    ("removed", "uncivil", "drawn"),
    [
        (0.2, 0.1, ("Rejected", 0.2, 0.05)),
        (0.2, 0.47, ("Rejected", 0.2, 0.05)),
        (0.2, 0.48, ("Not civil", 0.48, 0.24)),
        (0.0, 0.5, ("Not civil", 0.5, 0.24)),
    ],
)
def test_a_candidate_is_drawn_by_what_makes_it_one(
    removed: float, uncivil: float, drawn: tuple[str, float, float]
) -> None:
    figure = candidates([candidate(removed=removed, uncivil=uncivil)], scope())
    assert (values(figure, "segment")[0], values(figure, "part")[0], values(figure, "mark")[0]) == drawn


def many(count: int) -> list[SectionRow]:
    return [section(f"Section {place}", 1_000 - place, id_=place + 1) for place in range(count)]


@pytest.mark.parametrize(("count", "remarks"), [(15, 0), (16, 1)])
def test_the_largest_sections_are_drawn_and_all_are_in_the_table(count: int, remarks: int) -> None:
    figure = sections(many(count), scope())
    assert len(set(values(figure, "key"))) == 15
    assert len(figure.table) == len(figure.ways) == count
    assert len(figure.remarks) == remarks


def test_of_a_ranking_the_page_has_the_first_rows() -> None:
    drawn = table_html(sections(many(5), scope()), "en", most=2, search="/search?")
    assert "Section 0" in drawn
    assert "Section 4" not in drawn
    assert "3 more rows" in drawn
    assert 'part=1"' in drawn


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_people_of_one_name_have_a_row_each(lang: str) -> None:
    rows = [shift("Amal", at(0), staff_id=one) for one in (1, 2)]
    drawn = spec(workload(rows, [at(0)], scope(lang, days=1)))
    assert drawn["encoding"]["y"]["sort"] == ["1", "2"]
    assert drawn["encoding"]["y"]["axis"]["labelExpr"].count("Amal") == 2


@pytest.mark.parametrize(("before", "label"), [(3, "20 Nov"), (0, "20 Nov")])
def test_shifts_of_a_week_that_began_earlier_are_within_the_axis(before: int, label: str) -> None:
    """The time of which shifts are shown begins on a Friday, and the weeks elsewhere."""
    weeks = [START + timedelta(days=7 * place - before) for place in range(-4, 3)]
    drawn = spec(workload([shift("Amal", START + timedelta(days=1))], weeks, scope(days=2, grain=Grain.WEEK)))
    domain = drawn["encoding"]["x"]["scale"]["domain"][0]
    assert (domain["month"], domain["date"], domain["hours"]) == (START.month, START.day, START.hour)
    assert label in drawn["encoding"]["x"]["axis"]["labelExpr"]


def test_counts_have_plain_numbers_on_their_axis() -> None:
    assert value_axis("value:Q", "ar").to_dict()["axis"]["format"] == ",d"
