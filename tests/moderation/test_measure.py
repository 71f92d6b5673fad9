"""What is in force against a commenter, and which bounds a measure may have."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from moderation.decision import Cause, Outcome, Reason
from moderation.errors import Invalid
from moderation.measure import LONGEST, Measure, MeasureKind, check_bounds, gravest
from moderation.policy import Context, Hits, Policy, decide
from tests.builders import START, scores

HOUR = timedelta(hours=1)
BAN, SUSPEND, HOLD, WARN = MeasureKind.BAN, MeasureKind.SUSPEND, MeasureKind.HOLD, MeasureKind.WARN


def measure(kind: MeasureKind = BAN, **given: object) -> Measure:
    fields: dict[str, object] = {
        "id": 1,
        "site_id": 1,
        "commenter_id": 1,
        "kind": kind,
        "reason": Reason.SPAM,
        "note": "",
        "set_by": "moderator:amal",
        "starts_at": START,
        "until": None,
    }
    return Measure(**(fields | given))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "at", "in_force"),
    [
        ({}, START, True),
        ({}, START - HOUR, False),
        ({"until": START + HOUR}, START + HOUR, False),
        ({"until": START + HOUR}, START + HOUR / 2, True),
        ({"until": START + 2 * HOUR, "lifted_at": START + HOUR}, START + HOUR, False),
        ({"until": START + HOUR, "lifted_at": START + 2 * HOUR}, START + HOUR, False),
    ],
)
def test_in_force_from_its_start_to_its_end(given: dict[str, object], at: datetime, in_force: bool) -> None:
    assert measure(**given).in_force(at) is in_force


def test_the_gravest_decides_and_a_warning_never() -> None:
    given = [measure(HOLD), measure(WARN), measure(BAN, until=START + HOUR), measure(SUSPEND, until=START + 2 * HOUR)]
    found = [gravest(given, START + hours * HOUR) for hours in (0, 1, 2)]
    assert [one.kind for one in found if one] == [BAN, SUSPEND, HOLD]
    assert gravest([measure(WARN)], START) is None
    assert gravest(given, START - HOUR) is None


@pytest.mark.parametrize(
    ("kind", "until", "note"),
    [
        (SUSPEND, None, ""),
        (WARN, START + HOUR, ""),
        (BAN, START, ""),
        (HOLD, START - HOUR, ""),
        (BAN, START + LONGEST + HOUR, ""),
        (BAN, None, "x" * 1_001),
    ],
)
def test_bounds_that_cannot_be_are_refused(kind: MeasureKind, until: datetime | None, note: str) -> None:
    with pytest.raises(Invalid):
        check_bounds(kind, note, now=START, until=until)


@pytest.mark.parametrize(
    ("kind", "until"), [(WARN, None), (HOLD, None), (BAN, START + LONGEST), (SUSPEND, START + HOUR)]
)
def test_bounds_that_can_be(kind: MeasureKind, until: datetime | None) -> None:
    check_bounds(kind, "a note", now=START, until=until)


@pytest.mark.parametrize(
    ("kind", "outcome", "causes", "reasons"),
    [
        (None, Outcome.APPROVE, (Cause.CIVIL,), ()),
        (HOLD, Outcome.HOLD, (Cause.WATCHED,), ()),
        (SUSPEND, Outcome.REJECT, (Cause.SUSPENDED,), (Reason.HARASSMENT,)),
        (BAN, Outcome.REJECT, (Cause.BANNED,), (Reason.HARASSMENT,)),
    ],
)
def test_what_becomes_of_a_civil_comment(
    kind: MeasureKind | None, outcome: Outcome, causes: tuple[Cause, ...], reasons: tuple[Reason, ...]
) -> None:
    context = Context(measure=kind, measure_reason=Reason.HARASSMENT if kind else None)
    decision = decide(scores(), context, Hits(), Policy(site_id=1, number=1))
    assert (decision.outcome, decision.causes, decision.reasons) == (outcome, causes, reasons)
