"""`taliq retention`: periods are listed and set, a dry run only counts, a run takes away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from dashboard.clock import now
from dashboard.wiring import Plant
from db.schema import sign_in_failures
from moderation.service import retention
from tests.builders import OPERATOR
from tests.dashboard.cli.conftest import Taliq


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_periods_are_set_and_what_is_older_goes(taliq: Taliq, plant: Plant) -> None:
    old = {"id": 1, "subject": "amal", "at": now() - timedelta(days=31)}
    with plant.engine.begin() as connection:
        connection.execute(insert(sign_in_failures), [old, old | {"id": 2, "at": now()}])
    assert "sign_ins\t90 days\t" in taliq("retention", "list").stdout
    assert taliq("retention", "set", "sign_ins", 30).stderr == "sign_ins: 30 days\n"
    assert "sign_ins\t30 days\toperator:cli" in taliq("retention", "list").stdout
    assert taliq("retention", "run", "--dry-run").stdout == "sign_ins\t\t30 days\t1\n"
    assert sum(one.count for one in retention.due(plant.desk, OPERATOR)) == 1
    assert taliq("retention", "run").stdout == "sign_ins\t\t30 days\t1\n"
    assert taliq("retention", "run").stdout == "sign_ins\t\t30 days\t0\n"


@pytest.mark.parametrize("arguments", [("everything", 30), ("sign_ins", -1), ("sign_ins", 40_000)])
def test_what_is_no_kind_and_no_period_is_refused(arguments: tuple[object, ...], taliq: Taliq) -> None:
    assert taliq("retention", "set", "--", *arguments).exit_code == 2
