"""What a reader is called who has no name."""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.charts.readers import reporters
from dashboard.charts.scope import Scope
from dashboard.periods import period
from moderation.engagement import ReporterRow


@pytest.mark.parametrize(("lang", "gone"), [("ar", "قارئ مُحيت بياناته"), ("en", "a reader whose data were erased")])
def test_whoever_is_forgotten_is_called_by_no_alias(lang: str, gone: str) -> None:
    given = [("erased:7", ""), ("expired:8", ""), ("r-9", ""), ("r-10", "Amal")]
    rows = [ReporterRow(reporter=one, name=name, reports=3, upheld=1, turned_down=1) for one, name in given]
    day = date(2026, 11, 23)
    shown = reporters(rows, Scope(period=period(day, day, "Africa/Cairo"), lang=lang)).table
    assert list(shown.iloc[:, 0]) == [gone, gone, "r-9", "Amal"]
