"""Sections that were drawn before, for who may see them, until anything changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from dashboard.insights.sections import Section, section
from dashboard.insights.view import Question, View
from moderation.article import Site
from moderation.roles import Session
from moderation.service import insights
from moderation.service.desk import Desk

V = TypeVar("V")

MOST = 64


class Kept(Generic[V]):
    """The values asked for last, at most so many; two who ask for one at once may both make it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, V] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], V]) -> V:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


drawn: Kept[Section] = Kept(MOST)


def kept_section(desk: Desk, caller: Session, site: Site, view: View, lang: str) -> Section:
    """The permission is asked for each time, by `mark`; raises what `section` raises."""
    if view.question is Question.DESK:
        # It shows some people others' shifts: what a role was allowed a minute ago is not kept.
        return section(desk, caller, site, view, lang)
    mark = insights.mark(desk, caller, site=site.name)
    # Hours that have not begun are gaps, and the last three hours move on.
    minute = desk.now().replace(second=0, microsecond=0)
    return drawn.get((site.id, view, lang, mark, minute), lambda: section(desk, caller, site, view, lang))
