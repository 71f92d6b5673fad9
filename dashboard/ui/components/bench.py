"""What one moderator's tab remembers between reruns, and the callbacks of its buttons: each calls one use case."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components.filters import Choice
from dashboard.ui.components.names import listed
from dashboard.ui.components.problems import sentence
from dashboard.ui.components.untrusted import plain_line
from moderation.article import Site
from moderation.decision import Outcome, Reason
from moderation.errors import ModerationError, NotFound
from moderation.queue import Card, QueueCounts, QueueFilter
from moderation.service import review

# Nobody reads a comment in less: a click that comes sooner was meant for the one before (a double click).
DWELL = 0.25
COUNTS_FOR = 5.0
_KEPT = 20
PACED_BY = 21
CARD, RECENT = "queue_card", "queue_recent"


@dataclass(slots=True, kw_only=True)
class Bench:
    site: Site | None = None
    pinned: int | None = None
    rejecting: int | None = None
    notice: tuple[str, str] | None = None
    shown: tuple[int, int] | None = None
    shown_at: float = 0.0
    settled: tuple[int, int] | None = None
    undoable: list[int] | None = None
    turn: int = 0
    counts: QueueCounts | None = None
    counted_as: tuple[object, ...] = field(default=())
    counted_until: float = 0.0
    watched: tuple[int, QueueCounts] | None = None
    # When one decided in this tab, by the clock that nobody sets; what the time left is told by.
    paced: deque[float] = field(default_factory=lambda: deque(maxlen=PACED_BY))
    # What was asked for last, and the card that came with the last decision, not drawn yet.
    choice: Choice | None = None
    dealt: Card | None = None

    def show(self, card: Card) -> None:
        seen = (card.comment.id, card.comment.version)
        if self.shown != seen:
            self.shown, self.shown_at = seen, time.monotonic()

    def accepts(self, comment_id: int, seen_version: int) -> bool:
        """Whether this decision can be meant: on what is on the screen, looked at, and not just decided."""
        seen = (comment_id, seen_version)
        return seen == self.shown and seen != self.settled and time.monotonic() - self.shown_at >= DWELL

    def settle(self, comment_id: int, seen_version: int) -> None:
        self.settled = (comment_id, seen_version)
        self.paced.append(time.monotonic())
        self.pinned = self.rejecting = None
        self.change_waiting(-1)

    def change_waiting(self, by: int) -> None:
        if self.counts is not None and not self.counts.capped:
            self.counts = replace(self.counts, waiting=max(0, self.counts.waiting + by))

    def forget_counts(self) -> None:
        self.counted_until = 0.0


def bench() -> Bench:
    found = st.session_state.get("queue_bench")
    if found is None:
        found = st.session_state["queue_bench"] = Bench()
    return found


def sit_at(site: Site) -> bool:
    """Take the bench of this site; whether it is another site's than before, of which nothing is kept."""
    tab = bench()
    if tab.site is not None and tab.site.id == site.id:
        return False
    st.session_state["queue_bench"] = Bench(site=site, turn=tab.turn)
    return tab.site is not None


def leave() -> None:
    """The tab opens another page: what lies on its bench goes back to the queue, for the others."""
    tab = st.session_state.get("queue_bench")
    if tab is None or tab.shown is None:
        return
    review.release(state.desk(), state.caller())
    tab.shown = tab.dealt = None


def site_of(tab: Bench) -> Site:
    if tab.site is None:
        raise NotFound(what="site")
    return tab.site


def next_card(tab: Bench, choice: Choice) -> Card | None:
    """What was asked for by name while it is in our hands, else the queue's next."""
    desk, caller = state.desk(), state.caller()
    dealt, tab.dealt = tab.dealt if choice == tab.choice else None, None
    tab.choice = choice
    if tab.pinned is not None:
        card = _opened(tab.pinned)
        if card is not None and card.claimed:
            return card
        tab.pinned = None
    return dealt or review.next_card(desk, caller, site=site_of(tab).name, where=choice.where(desk.now()))


def _opened(comment_id: int) -> Card | None:
    try:
        return review.open_card(state.desk(), state.caller(), comment_id)
    except NotFound:
        return None


def counts(tab: Bench, where: QueueFilter, *, named: tuple[object, ...]) -> QueueCounts:
    """Counted anew every five seconds; one's own decisions change the number at once."""
    if tab.counts is None or tab.counted_as != named or time.monotonic() >= tab.counted_until:
        tab.counts = review.counts(state.desk(), state.caller(), site=site_of(tab).name, where=where)
        tab.counted_as, tab.counted_until = named, time.monotonic() + COUNTS_FOR
    return tab.counts


def undoable(tab: Bench) -> list[int]:
    """Ids of one's decisions that can be taken back, oldest first."""
    if tab.undoable is None:
        found = review.recent(state.desk(), state.caller(), site=site_of(tab).name, limit=_KEPT)
        tab.undoable = [one.recorded.id for one in reversed(found) if one.undoable]
    return tab.undoable


def has_changed(tab: Bench, where: QueueFilter) -> bool:
    """Whether the queue is another one than when this turn first asked."""
    found = review.counts(state.desk(), state.caller(), site=site_of(tab).name, where=where)
    if tab.watched is None or tab.watched[0] != tab.turn:
        tab.watched = (tab.turn, found)
    return tab.watched[1] != found


@contextmanager
def _told(tab: Bench) -> Iterator[None]:
    """An error in a callback becomes the notice above the card."""
    tab.notice = None
    try:
        yield
    except Exception as error:
        kind = "warning" if isinstance(error, ModerationError) else "error"
        tab.notice = (kind, sentence(error, state.language()))
        tab.rejecting = None
        tab.forget_counts()


def approve(comment_id: int, seen_version: int, name: str) -> None:
    _decide(comment_id, seen_version, name, Outcome.APPROVE)


def reject(comment_id: int, seen_version: int, name: str, reason: Reason) -> None:
    _decide(comment_id, seen_version, name, Outcome.REJECT, reason)


def _decide(comment_id: int, seen_version: int, name: str, outcome: Outcome, *reasons: Reason) -> None:
    tab = bench()
    if not tab.accepts(comment_id, seen_version):
        return
    note = str(st.session_state.get(note_key(comment_id)) or "") if tab.rejecting == comment_id else ""
    with _told(tab):
        desk = state.desk()
        where = tab.choice.where(desk.now()) if tab.choice else QueueFilter()
        recorded, tab.dealt = review.decide_and_next(
            desk,
            state.caller(),
            comment_id,
            outcome,
            seen_version=seen_version,
            reasons=reasons,
            note=note,
            where=where,
        )
        undoable(tab).append(recorded.id)
        del undoable(tab)[:-_KEPT]
        tab.settle(comment_id, seen_version)
        tab.notice = ("done", _done(outcome, name, reasons))
    _refresh()


def _done(outcome: Outcome, name: str, reasons: tuple[Reason, ...]) -> str:
    lang = state.language()
    shown = plain_line(name, limit=60) or t("queue.unnamed", lang)
    said = listed((t(f"common.reason.{reason}", lang) for reason in reasons), lang)
    return t(f"queue.done.{outcome}", lang, name=shown, reasons=said)


def skip(comment_id: int, seen_version: int, name: str) -> None:
    tab = bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        review.skip(state.desk(), state.caller(), comment_id)
        tab.settle(comment_id, seen_version)
        lang = state.language()
        tab.notice = ("done", t("queue.done.skip", lang, name=plain_line(name, limit=60) or t("queue.unnamed", lang)))


def undo(decision_id: int) -> None:
    tab = bench()
    with _told(tab):
        # Taken off first: what cannot be taken back once must not stand in the way of the one before it.
        tab.undoable = [one for one in undoable(tab) if one != decision_id]
        recorded = review.undo(state.desk(), state.caller(), decision_id)
        tab.pinned, tab.settled, tab.rejecting = recorded.comment_id, None, None
        tab.change_waiting(1)
        tab.notice = ("done", t("queue.done.undo", state.language()))
    _refresh()


def ask_reason(comment_id: int) -> None:
    tab = bench()
    tab.notice = None
    tab.rejecting = comment_id if tab.shown and tab.shown[0] == comment_id else None


def stop_asking() -> None:
    bench().rejecting = None


def note_key(comment_id: int) -> str:
    return f"queue_note_{comment_id}"


def _refresh() -> None:
    """Draw the card, then the list of decisions; the rest of the page stays as it is."""
    st.rerun([CARD, RECENT])
