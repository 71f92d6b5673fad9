"""Counts of many articles as columns, held against dictionaries."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from db.stores.rollups.by_article import NONE, ByArticle, Counted, columns_of

# Few articles and few comments, so that many have as many; what came since may take an article's last away.
ROWS = st.lists(st.tuples(st.integers(1, 9), st.integers(-2, 5), st.integers(0, 3), st.integers(0, 3)), max_size=20)


def wanted(rows: list[tuple[int, int, int, int]]) -> dict[int, Counted]:
    found: dict[int, Counted] = defaultdict(lambda: NONE)
    for article, *numbers in rows:
        found[article] = found[article].and_(Counted(*numbers))
    return {article: one for article, one in sorted(found.items()) if one.comments}


def columns(rows: list[tuple[int, int, int, int]]) -> ByArticle:
    return ByArticle.of([columns_of(rows[:7]), columns_of(rows[7:])])


@given(ROWS)
def test_each_article_has_its_sums(rows: list[tuple[int, int, int, int]]) -> None:
    found = columns(rows)
    assert list(found.all().items()) == list(wanted(rows).items())
    assert found.whole() == Counted(*(sum(numbers) for numbers in zip(NONE, *wanted(rows).values(), strict=True)))


@given(ROWS.map(lambda rows: [row for row in rows if row[1] >= 0]), st.integers(1, 10))
def test_the_most_come_first_and_then_the_lower_id(rows: list[tuple[int, int, int, int]], many: int) -> None:
    ordered = sorted(wanted(rows).items(), key=lambda one: (-one[1].comments, one[0]))
    assert list(columns(rows).most(many).items()) == ordered[:many]


@given(ROWS, st.integers(1, 10))
def test_of_some_the_largest_of_any_measure_come_first(rows: list[tuple[int, int, int, int]], many: int) -> None:
    found = columns(rows)
    civil = {article: one for article, one in wanted(rows).items() if one.civil > 1}
    ordered = sorted(civil.items(), key=lambda one: (-max(one[1].rejected, one[1].comments), one[0]))
    assert list(found.first(many, found.civil > 1, by=[found.rejected, found.comments]).items()) == ordered[:many]
