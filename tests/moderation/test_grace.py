"""When a site hears of what a person decided, policies that change meanwhile included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.comment import Status
from moderation.decision import Cause, Decision, Outcome, Reason, Recorded
from moderation.grace import Grace, Step, standing, told

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LONG_AGO = START - timedelta(days=9)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def grace(*steps: tuple[float | None, int]) -> Grace:
    """(since, seconds), oldest first; since None: long ago."""
    made = [
        Step(since=LONG_AGO if since is None else after(since), length=timedelta(seconds=seconds))
        for since, seconds in steps
    ]
    return Grace(tuple(reversed(made)))


@pytest.mark.parametrize(
    ("steps", "made", "asked", "due"),
    [
        ([(None, 30)], 0, 29.999, False),
        ([(None, 30)], 0, 30, True),
        ([(None, 0)], 0, 0, True),
        # A clock of another process is a little ahead.
        ([(None, 0)], 1, 0, True),
        # Longer from 10 on: what was told stays told, what was not waits longer.
        ([(None, 0), (10, 60)], 9, 11, True),
        ([(None, 0), (10, 60)], 10, 11, False),
        ([(None, 5), (10, 60)], 4, 11, True),
        ([(None, 5), (10, 60)], 6, 11, False),
        ([(None, 5), (10, 60)], 6, 66, True),
        # Shorter from 10 on: what waits comes sooner.
        ([(None, 60), (10, 5)], 4, 9, False),
        ([(None, 60), (10, 5)], 4, 10, True),
        ([(None, 60), (10, 0)], 9, 10, True),
    ],
)
def test_due(steps: list[tuple[float | None, int]], made: float, asked: float, due: bool) -> None:
    assert grace(*steps).is_due(after(made), after(asked)) is due


def test_whether_it_was_taken_back_in_time_is_asked_of_the_policy_of_that_time() -> None:
    longer = grace((None, 0), (10, 60))
    assert longer.is_never_told(after(5), after(12)) is False
    assert longer.is_never_told(after(10), after(12)) is True
    assert longer.is_never_told(after(10), None) is False


@given(
    st.lists(st.tuples(st.integers(1, 200), st.integers(0, 90)), max_size=4, unique_by=lambda pair: pair[0]),
    st.integers(0, 90),
)
def test_what_was_told_stays_told(changes: list[tuple[int, int]], first: int) -> None:
    def known(at: int) -> datetime:
        return grace((None, first), *[pair for pair in sorted(changes) if pair[0] <= at]).told_until(after(at))

    assert all(min(known(one), after(one)) <= known(other) for one, other in pairwise(range(300)))


def recorded(number: int, at: float, outcome: Outcome, *, by: str = "moderator:amal", undoes: int | None = None):
    cause, reasons = (Cause.UNDO if undoes else Cause.HUMAN), (Reason.OTHER,) if outcome is Outcome.REJECT else ()
    return Recorded(
        id=number,
        comment_id=1,
        comment_version=number - 1,
        decision=Decision(outcome=outcome, causes=(cause,), reasons=reasons, actor=by, review=True),
        status_before=None,
        status_after=Status.PENDING,
        decided_at=after(at),
        undoes=undoes,
        undone=True,
    )


MACHINE = recorded(1, 0, Outcome.HOLD, by="policy:1")


@pytest.mark.parametrize(
    ("asked", "numbers", "stands"),
    [(1, [1], 1), (31, [1, 2], 2), (42, [1, 2], 2), (61, [1, 2, 3], 1)],
)
def test_a_decision_stands_until_its_undoing_is_told(asked: int, numbers: list[int], stands: int) -> None:
    made = [MACHINE, recorded(2, 1, Outcome.REJECT), recorded(3, 31, Outcome.HOLD, undoes=2)]
    heard = told(made, grace((None, 30)), after(asked))
    assert [one.id for one in heard] == numbers
    last = standing(heard)
    assert last is not None
    assert last.id == stands


@pytest.mark.parametrize(("asked", "numbers"), [(29, [1]), (35, [1]), (60, [1, 3])])
def test_what_was_undone_in_time_is_never_told(asked: int, numbers: list[int]) -> None:
    made = [MACHINE, recorded(2, 1, Outcome.REJECT), recorded(3, 30, Outcome.HOLD, undoes=2)]
    assert [one.id for one in told(made, grace((None, 30)), after(asked))] == numbers


def test_a_machine_is_heard_at_once_after_a_person_is_not_yet() -> None:
    made = [MACHINE, recorded(2, 1, Outcome.REJECT), recorded(3, 2, Outcome.HOLD, by="policy:1")]
    assert [one.id for one in told(made, grace((None, 30)), after(2))] == [1, 3]
    assert [one.id for one in told(made, grace((None, 30)), after(31))] == [1, 2, 3]
