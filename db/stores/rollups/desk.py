"""What a stretch of the log adds to the tallies of decisions.

A decision never changes, so it counts once when it comes and is taken off when another takes it back.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, bindparam, func, or_, select

from db.schema import DESK_MEASURES, decisions
from db.stores._prepared import Prepared
from db.stores.insights.conditions import AGAINST, milliseconds, quarter, said_before, summed
from db.stores.rollups.arrivals import Arrivals, Stretch
from db.stores.rollups.clock import ABOVE, Clock, Kind
from moderation.comment import Status
from moderation.decision import Outcome
from moderation.engagement.waits import step_of

_undo = decisions.alias("undo")
_said = decisions.alias("said")
_was_held = func.coalesce(decisions.c.status_before, "") == Status.PENDING.value
_at = quarter(decisions.c.decided_at)


@dataclass(slots=True)
class DeskCount:
    """Measures by the names in `DESK_MEASURES`, and waits by their steps."""

    measures: Counter[str] = field(default_factory=Counter)
    waits: Counter[int] = field(default_factory=Counter)

    def add(self, other: DeskCount) -> None:
        for name, number in other.measures.items():
            self.measures[name] += number
        for step, number in other.waits.items():
            self.waits[step] += number


DeskCounts = dict[tuple[Kind, int], DeskCount]


_of_site = decisions.c.site_id == bindparam("site")
_start: BindParameter[int] = bindparam("start")
_end: BindParameter[int] = bindparam("end")
_before: BindParameter[int] = bindparam("before")


def _machines(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Nobody takes back what the policy decided: people decide otherwise."""
    return (
        select(
            _at.label("at"),
            decisions.c.outcome,
            func.count().label("said"),
            summed(~decisions.c.review).label("final"),
            summed(decisions.c.review & ~_was_held).label("arrived"),
        )
        .where(*conditions, decisions.c.staff_id.is_(None))
        .group_by(_at, decisions.c.outcome)
    )


_PEOPLE = (
    select(
        _at.label("at"), decisions.c.outcome, decisions.c.waited_ms, decisions.c.review, _was_held.label("was_held"),
        _said.c.outcome.label("said"), _said.c.staff_id.label("said_by"),
    )
    .select_from(decisions)
    .outerjoin(_said, _said.c.id == said_before)
    .where(decisions.c.staff_id.is_not(None), decisions.c.undoes.is_(None))
)  # fmt: skip


def _standing(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Of people's decisions those that nobody had taken back by a place of the log, `before`."""
    later = or_(_undo.c.position.is_(None), _undo.c.position >= _before)
    return _PEOPLE.outerjoin(_undo, _undo.c.undoes == decisions.c.id).where(*conditions, later)


# The first of each comment came with it.
_CAME = (_of_site, decisions.c.position >= _start, decisions.c.position < _end, decisions.c.comment_version > 0)
_made = milliseconds(decisions.c.decided_at)
_MADE = (_of_site, _made >= _start, _made < _end, decisions.c.position < _before)
_LATER = Prepared(select(decisions.c.id).where(*_CAME).limit(1))
_OF_STRETCH = tuple(Prepared(query(_CAME)) for query in (_machines, _standing))
_OF_SPAN = tuple(Prepared(query(_MADE)) for query in (_machines, _standing))
_TAKEN_BACK = Prepared(
    _PEOPLE.join(_undo, _undo.c.undoes == decisions.c.id).where(
        _of_site,
        decisions.c.position < _start,
        _undo.c.site_id == bindparam("site"),
        _undo.c.position >= _start,
        _undo.c.position < _end,
    )
)


class DecisionCounts:
    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    def of(self, stretch: Stretch, arrivals: Arrivals) -> DeskCounts:
        asked = {"site": stretch.site_id, "start": stretch.start, "end": stretch.end}
        counts: DeskCounts = defaultdict(DeskCount)
        if not arrivals.alone and _LATER.first(self._connection, **asked):
            counts = self._counted(_OF_STRETCH, asked | {"before": stretch.end})
            self._add_people(counts, _TAKEN_BACK.all(self._connection, **asked), -1)
        self._add_first(counts, arrivals)
        return self._with_sums(counts)

    def between(self, site_id: int, start: int, end: int, *, before: int) -> DeskCounts:
        """Of decisions made in a span of time, up to before a position of the log."""
        asked = {"site": site_id, "start": start, "end": end, "before": before}
        return self._with_sums(self._counted(_OF_SPAN, asked))

    def _counted(self, queries: tuple[Prepared, ...], asked: dict[str, int]) -> DeskCounts:
        counts: DeskCounts = defaultdict(DeskCount)
        machines, people = queries
        self._add_machines(counts, machines.all(self._connection, **asked))
        self._add_people(counts, people.all(self._connection, **asked), 1)
        return counts

    def _add_first(self, counts: DeskCounts, arrivals: Arrivals) -> None:
        """What the policy says of a comment that comes in, which has not been held before."""
        said = arrivals.only(arrivals["by_policy"] == 1)
        for (at, outcome), (times, held) in said.counted(("decided", "outcome"), ("review",)):
            measures = counts[Kind.HOUR, at].measures
            measures.update({f"said_{outcome}": times, "machine": times - held, "arrived": held})

    def _add_machines(self, counts: DeskCounts, rows: Iterable[Any]) -> None:
        for at, outcome, said, final, arrived in rows:
            measures = counts[self._hour(at)].measures
            measures.update({f"said_{outcome}": int(said), "machine": int(final), "arrived": int(arrived)})

    def _add_people(self, counts: DeskCounts, rows: Iterable[Any], sign: int) -> None:
        for at, outcome, waited, review, was_held, said, said_by in rows:
            one = counts[self._hour(at)]
            one.measures["people"] += sign * (not review)
            one.measures["arrived"] += sign * (review and not was_held)
            if waited is not None:
                one.measures["left"] += sign
                one.waits[step_of(waited)] += sign
            if said is not None and said_by is None:
                one.measures[f"looked_{said}"] += sign
                one.measures[f"overruled_{said}"] += sign * (AGAINST[Outcome(said)] == outcome)

    def _hour(self, at: int) -> tuple[Kind, int]:
        return Kind.HOUR, self._clock.start(Kind.HOUR, at)

    def _with_sums(self, counts: DeskCounts) -> DeskCounts:
        summed_: DeskCounts = defaultdict(DeskCount, counts)
        for (kind, at), one in list(counts.items()):
            for above in ABOVE[kind]:
                summed_[(above, self._clock.start(above, at))].add(one)
        return summed_


def measures_of(row: Any) -> Counter[str]:
    return Counter({name: getattr(row, name) for name in DESK_MEASURES})
