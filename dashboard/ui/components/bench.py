"""What one moderator's tab remembers between reruns, and the callbacks of its buttons: each calls one use case."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

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
from moderation.opinion import Opinion, agreeing
from moderation.queue import Card, Order, QueueCounts, QueueFilter
from moderation.roles import Permission
from moderation.service import opinions, picks, review
from moderation.shift import HASTY, Shift, hasty

# Nobody reads a comment in less: a click that comes sooner was meant for the one before (a double click).
DWELL = 0.25
COUNTS_FOR = 5.0
NUDGE_EVERY = 600.0
_KEPT = 20
PACED_BY = 21
_TRAIL = 50
CARD, SIMILAR, RECENT = "queue_card", "queue_similar", "queue_recent"


class Picking(StrEnum):
    """What the open picker asks for: why one rejects, or what one would decide."""

    REASON = "reason"
    OPINION = "opinion"


class Undoable(NamedTuple):
    """One's own decision or, with `opinion`, one's open opinion."""

    id: int
    opinion: bool = False


@dataclass(slots=True, kw_only=True)
class Bench:
    site: Site | None = None
    pinned: int | None = None
    picking: Picking | None = None
    picking_for: int | None = None
    notice: tuple[str, str] | None = None
    shown: tuple[int, int] | None = None
    shown_at: float = 0.0
    # By the desk's clock, to know what came later; and how long the text is, to know how fast it was read.
    shown_since: datetime | None = None
    length: int = 0
    paces: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=HASTY))
    nudged_at: float | None = None
    settled: tuple[int, int] | None = None
    # What is known of the shift, and whether it has ended.
    shift: Shift | None = None
    resting: bool = False
    blurs: bool = False
    undoable: list[Undoable] | None = None
    # The comments of this sitting in the order in which they came, and the earlier one that is looked at again.
    trail: deque[int] = field(default_factory=lambda: deque(maxlen=_TRAIL))
    looking: int | None = None
    opinions: tuple[Opinion, ...] = ()
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
        self.opinions = card.opinions
        if self.shown != seen:
            self.shown, self.shown_at = seen, time.monotonic()
            self.shown_since, self.length = state.desk().now(), len(card.comment.body)
        if card.comment.id not in self.trail:
            self.trail.append(card.comment.id)

    def accepts(self, comment_id: int, seen_version: int) -> bool:
        """Whether this decision can be meant: on what is on the screen, looked at, and not just decided."""
        seen = (comment_id, seen_version)
        return seen == self.shown and seen != self.settled and time.monotonic() - self.shown_at >= DWELL

    def settle(self, comment_id: int, seen_version: int, *, decided: bool = True) -> None:
        self.settled = (comment_id, seen_version)
        self.paced.append(time.monotonic())
        if decided:
            self.paces.append((self.length, time.monotonic() - self.shown_at))
        self.pinned = self.looking = None
        self.stop_picking()
        self.change_waiting(-1)

    def stop_picking(self) -> None:
        self.picking = self.picking_for = None

    def rest(self) -> None:
        self.look_at(None)
        self.resting, self.shown, self.pinned = True, None, None

    def hurries(self) -> bool:
        """Whether to say that decisions come faster than reading; said once in a while, not at each."""
        now = time.monotonic()
        if not hasty(list(self.paces)) or (self.nudged_at is not None and now - self.nudged_at < NUDGE_EVERY):
            return False
        self.nudged_at = now
        return True

    def look_at(self, comment_id: int | None) -> None:
        self.looking, self.dealt, self.notice, self.settled = comment_id, None, None, None
        self.stop_picking()

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
    """What is looked at again, what was asked for by name while it is in our hands, else the queue's next."""
    desk, caller = state.desk(), state.caller()
    dealt, tab.dealt = tab.dealt if choice == tab.choice else None, None
    if tab.choice is not None and choice != tab.choice:
        # What one held came first by the choice before; by this one it may not.
        tab.look_at(None)
        review.release(desk, caller)
    tab.choice = choice
    if tab.looking is not None:
        if (card := _opened(tab.looking)) is not None:
            return card
        tab.looking = None
    if tab.pinned is not None:
        card = _opened(tab.pinned)
        if card is not None and card.claimed:
            return card
        tab.pinned = None
    return dealt or review.next_card(
        desk, caller, site=site_of(tab).name, where=choice.where(desk.now()), order=choice.order
    )


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


def undoable(tab: Bench) -> list[Undoable]:
    """What one did and can take back, oldest first."""
    if tab.undoable is None:
        desk, caller, site = state.desk(), state.caller(), site_of(tab).name
        decided = review.recent(desk, caller, site=site, limit=_KEPT)
        given = opinions.mine(desk, caller, site=site, limit=_KEPT)
        # Ids grow with time, whatever they are of.
        tab.undoable = sorted(
            [Undoable(one.recorded.id) for one in decided if one.undoable]
            + [Undoable(one.opinion.id, opinion=True) for one in given]
        )
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
        tab.stop_picking()
        tab.forget_counts()


def approve(comment_id: int, seen_version: int, name: str) -> None:
    _decide(comment_id, seen_version, name, Outcome.APPROVE)


def pick_out(comment_id: int, seen_version: int, name: str, visible: bool) -> None:
    """Set it off, approved before unless it is `visible`. The pick names the version that the decision made."""
    tab = bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        if not visible:
            _record(tab, comment_id, seen_version, name, Outcome.APPROVE, ())
        picks.pick(state.desk(), state.caller(), comment_id, seen_version=seen_version + (not visible))
        lang = state.language()
        tab.notice = ("done", t("queue.done.pick", lang, name=_shown(name, lang)))
    _refresh()


def reject(comment_id: int, seen_version: int, name: str, reason: Reason) -> None:
    _decide(comment_id, seen_version, name, Outcome.REJECT, reason)


def _decide(comment_id: int, seen_version: int, name: str, outcome: Outcome, *reasons: Reason) -> None:
    tab = bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        if outvoted(tab, outcome):
            _give_opinion(tab, comment_id, seen_version, name, outcome, reasons)
        else:
            _record(tab, comment_id, seen_version, name, outcome, reasons)
    _refresh()


def _record(
    tab: Bench, comment_id: int, seen_version: int, name: str, outcome: Outcome, reasons: tuple[Reason, ...]
) -> None:
    desk = state.desk()
    where = tab.choice.where(desk.now()) if tab.choice else QueueFilter()
    recorded, tab.dealt = review.decide_and_next(
        desk,
        state.caller(),
        comment_id,
        outcome,
        seen_version=seen_version,
        reasons=reasons,
        note=_written(tab, comment_id, note_key(comment_id)),
        message=_written(tab, comment_id, message_key(comment_id)),
        where=where,
        order=tab.choice.order if tab.choice else Order.PRIORITY,
    )
    _remember(tab, Undoable(recorded.id))
    tab.settle(comment_id, seen_version)
    tab.notice = ("done", _done(outcome, name, reasons))


def _written(tab: Bench, comment_id: int, key: str) -> str:
    """What stands in a field of the picker, if it is open."""
    return str(st.session_state.get(key) or "") if tab.picking_for == comment_id else ""


def _remember(tab: Bench, done: Undoable) -> None:
    undoable(tab).append(done)
    del undoable(tab)[:-_KEPT]


def outvoted(tab: Bench, outcome: Outcome) -> bool:
    """Whether a colleague asked for a second opinion and this is another one: then it is an opinion as well."""
    if not tab.opinions or agreeing(tab.opinions, outcome):
        return False
    return not state.person().may(Permission.POLICY_MANAGE)


def would_approve(comment_id: int, seen_version: int, name: str) -> None:
    _opine(comment_id, seen_version, name, Outcome.APPROVE)


def would_reject(comment_id: int, seen_version: int, name: str, reason: Reason) -> None:
    _opine(comment_id, seen_version, name, Outcome.REJECT, reason)


def _opine(comment_id: int, seen_version: int, name: str, outcome: Outcome, *reasons: Reason) -> None:
    tab = bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        _give_opinion(tab, comment_id, seen_version, name, outcome, reasons)
    _refresh()


def _give_opinion(
    tab: Bench, comment_id: int, seen_version: int, name: str, outcome: Outcome, reasons: tuple[Reason, ...]
) -> None:
    desk, lang = state.desk(), state.language()
    done = "differs" if tab.opinions else "opinion"
    note = _written(tab, comment_id, note_key(comment_id))
    given = opinions.give(
        desk, state.caller(), comment_id, outcome, seen_version=seen_version, reasons=reasons, note=note
    )
    _remember(tab, Undoable(given.id, opinion=True))
    tab.settle(comment_id, seen_version)
    tab.notice = ("done", t(f"queue.done.{done}", lang, name=_shown(name, lang)))


def _shown(name: str, lang: str) -> str:
    return plain_line(name, limit=60) or t("queue.unnamed", lang)


def _done(outcome: Outcome, name: str, reasons: tuple[Reason, ...]) -> str:
    lang = state.language()
    said = listed((t(f"common.reason.{reason}", lang) for reason in reasons), lang)
    done = t(f"queue.done.{outcome}", lang, name=_shown(name, lang), reasons=said)
    return f"{done} {t('queue.hasty', lang)}" if bench().hurries() else done


def skip(comment_id: int, seen_version: int, name: str) -> None:
    tab = bench()
    if not tab.accepts(comment_id, seen_version):
        return
    if tab.looking == comment_id:
        with _told(tab):
            _look_on(tab, comment_id)
        return
    with _told(tab):
        review.skip(state.desk(), state.caller(), comment_id)
        tab.settle(comment_id, seen_version, decided=False)
        lang = state.language()
        tab.notice = ("done", t("queue.done.skip", lang, name=_shown(name, lang)))


def _look_on(tab: Bench, comment_id: int) -> None:
    """From an earlier comment to the one after it; after the last of them, back to the queue."""
    after = list(tab.trail)[list(tab.trail).index(comment_id) + 1 :] if comment_id in tab.trail else []
    tab.look_at(after[0] if len(after) > 1 else None)
    # What still waited was in our hands while it was looked at.
    review.release(state.desk(), state.caller())


def look_back() -> None:
    """To the comment before the one on the screen."""
    tab = bench()
    here = tab.shown[0] if tab.shown else None
    before = list(tab.trail)[: list(tab.trail).index(here)] if here in tab.trail else list(tab.trail)
    if before:
        tab.look_at(before[-1])
    else:
        tab.notice = ("info", t("queue.no_previous", state.language()))


def undo(done: Undoable) -> None:
    tab = bench()
    with _told(tab):
        # Taken off first: what cannot be taken back once must not stand in the way of the one before it.
        tab.undoable = [one for one in undoable(tab) if one != done]
        desk, caller = state.desk(), state.caller()
        comment_id = (
            opinions.withdraw(desk, caller, done.id).comment_id
            if done.opinion
            else review.undo(desk, caller, done.id).comment_id
        )
        tab.pinned, tab.settled, tab.looking = comment_id, None, None
        tab.stop_picking()
        tab.change_waiting(1)
        tab.notice = ("done", t("queue.done.undo", state.language()))
    _refresh()


def bring_back() -> None:
    tab = bench()
    with _told(tab):
        review.bring_back(state.desk(), state.caller(), site=site_of(tab).name)
    st.rerun()


def come_back() -> None:
    tab = bench()
    tab.resting = False
    tab.paced.clear()
    # The way out is drawn beside the card, outside its fragment.
    st.rerun()


def pick(comment_id: int, picking: Picking) -> None:
    tab = bench()
    tab.notice = None
    tab.stop_picking()
    if tab.shown and tab.shown[0] == comment_id:
        tab.picking, tab.picking_for = picking, comment_id


def stop_picking() -> None:
    bench().stop_picking()


def note_key(comment_id: int) -> str:
    return f"queue_note_{comment_id}"


def message_key(comment_id: int) -> str:
    return f"queue_message_{comment_id}"


def _refresh() -> None:
    """Draw the card, then what stands beside it; the rest of the page stays as it is."""
    st.rerun([CARD, SIMILAR, RECENT])
