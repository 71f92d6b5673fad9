"""What one moderator's tab remembers between reruns."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import streamlit as st

from dashboard.i18n import t
from dashboard.ids import read_id
from dashboard.ui import state
from dashboard.ui.components.filters import Choice
from dashboard.ui.components.problems import gone
from moderation.article import Site
from moderation.errors import Forbidden, ModerationError, NotFound
from moderation.opinion import Opinion
from moderation.queue import Card, QueueCounts, QueueFilter
from moderation.score import Explanation
from moderation.service import lately, review
from moderation.shift import HASTY, Shift, hasty

# Nobody reads a comment in less: a click that comes sooner was meant for the one before (a double click).
DWELL = 0.25
COUNTS_FOR = 5.0
NUDGE_EVERY = 600.0
# A lease is five times as long, so that it outlives a look or two that never came.
RENEW_EVERY = timedelta(minutes=1)
KEPT = 20
PLENTY = 10
PACED_BY = 21
_TRAIL = 50


class Picking(StrEnum):
    """What the open picker asks for: why one rejects, what one would decide, or words to the commenter."""

    REASON = "reason"
    OPINION = "opinion"
    MESSAGE = "message"


class Opening(StrEnum):
    """What a button has asked to be opened over the desk."""

    COMMENTER = "commenter"
    BAN = "ban"
    THREAD = "thread"


class Done(StrEnum):
    """What one does with a comment and can take back."""

    DECISION = "decision"
    OPINION = "opinion"
    SKIP = "skip"


class Undoable(NamedTuple):
    """One's own decision, one's open opinion, or one's skip; a skip by the id of its comment."""

    id: int
    kind: Done = Done.DECISION

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.id}"

    @classmethod
    def named(cls, name: str) -> Undoable | None:
        """None for what is no such name: it comes from the browser."""
        kind, _, number = name.partition(":")
        found = read_id(number)
        return None if found is None or kind not in list(Done) else cls(found, Done(kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """`html` is its card, drawn for one who `blurs` what is harsh, or not; `explanation` is what that marks."""

    card: Card
    explanation: Explanation | None
    blurs: bool
    html: str

    @property
    def seen(self) -> tuple[int, int]:
        return self.card.comment.id, self.card.comment.version


@dataclass(slots=True, kw_only=True)
class Bench:
    site: Site | None = None
    pinned: int | None = None
    picking: Picking | None = None
    picking_for: int | None = None
    # Names the opening of a field that is to have the focus.
    writing: str = ""
    # What the buttons on the screen do, by their names, and the dialog that one of them has asked for, with the id of
    # the commenter or comment that it is about.
    acts: dict[str, Callable[[], None]] = field(default_factory=dict)
    opening: tuple[Opening, int] | None = None
    notice: tuple[str, str] | None = None
    # The notice that was drawn with the card: another one is of what was done since.
    noticed: tuple[str, str] | None = None
    shown: tuple[int, int] | None = None
    shown_at: float = 0.0
    # By the desk's clock, to know what came later; and how long the text is, to know how fast it was read.
    shown_since: datetime | None = None
    # Since when it is held, counted anew with each act here; when that was last prolonged; and whether it was lost.
    held_since: datetime | None = None
    renewed_at: datetime | None = None
    lost: bool = False
    length: int = 0
    paces: deque[tuple[int, float]] = field(default_factory=lambda: deque(maxlen=HASTY))
    nudged_at: float | None = None
    settled: tuple[int, int] | None = None
    # What is known of the shift, and whether it has ended.
    shift: Shift | None = None
    resting: bool = False
    # Whether the rarer buttons are unfolded on a phone.
    more: bool = False
    # Whether what stands beside the card is of another comment, or of before the last decision.
    stale: bool = False
    # Whose tab it is, and the last comment that was decided here: what is half written is kept by these.
    person: str = ""
    closed: int | None = None
    blurs: bool = False
    # Whether the person may take measures here.
    bans: bool = False
    undoable: list[Undoable] | None = None
    # The comments of this sitting in the order in which they came, and the earlier one that is looked at again.
    trail: deque[int] = field(default_factory=lambda: deque(maxlen=_TRAIL))
    looking: int | None = None
    opinions: tuple[Opinion, ...] = ()
    turn: int = 0
    counts: QueueCounts | None = None
    counted_as: tuple[object, ...] = field(default=())
    counted_until: float = 0.0
    watched: tuple[int, QueueCounts, tuple[Undoable, ...]] | None = None
    # When one decided in this tab, by the clock that nobody sets; what the time left is told by.
    paced: deque[float] = field(default_factory=lambda: deque(maxlen=PACED_BY))
    # What was asked for last, and the card that came with the last decision, not drawn yet.
    choice: Choice | None = None
    dealt: Card | None = None
    # The comment that comes next and is in the page already, and the card of it that came with the last decision, not
    # drawn yet. Once it is shown it has been before the reader's eyes since that decision, `decided_at`.
    ahead: Ahead | None = None
    dealt_ahead: Card | None = None
    awaited: bool = False
    decided_at: float = 0.0

    def show(self, card: Card) -> None:
        seen = (card.comment.id, card.comment.version)
        self.opinions, self.noticed = card.opinions, self.notice
        self.held_since = self.renewed_at = state.desk().now() if card.claimed else None
        self.lost = False
        if self.shown != seen:
            self.stale = True
            self.awaited = self.ahead is not None and seen == self.ahead.seen
            self.ahead = None
            self.shown, self.shown_at = seen, self.decided_at if self.awaited else time.monotonic()
            self.shown_since, self.length = state.desk().now(), len(card.comment.body)
        if card.comment.id not in self.trail:
            self.trail.append(card.comment.id)

    def accepts(self, comment_id: int, seen_version: int) -> bool:
        """Whether this decision can be meant: on what is on the screen, looked at, and not just decided.

        What was in the page ahead is there before it is drawn here: the browser alone knows for how long (keys.js).
        """
        seen, now = (comment_id, seen_version), time.monotonic()
        meant = seen == self.shown and seen != self.settled and (self.awaited or now - self.shown_at >= DWELL)
        if meant:
            self.decided_at = now
        return meant

    def settle(self, comment_id: int, seen_version: int, *, decided: bool = True) -> None:
        self.settled, self.stale = (comment_id, seen_version), True
        self.paced.append(time.monotonic())
        if decided:
            self.closed = comment_id
            self.paces.append((self.length, time.monotonic() - self.shown_at))
        self.pinned = self.looking = None
        self.stop_picking()
        self.change_waiting(-1)

    @property
    def is_plenty(self) -> bool:
        """Whether so much waits that one who holds two takes none from the others."""
        if self.resting or self.looking is not None or self.pinned is not None or self.counts is None:
            return False
        return self.counts.capped or self.counts.waiting - self.counts.with_others > PLENTY

    def stop_picking(self) -> None:
        self.picking = self.picking_for = None
        self.writing = ""

    def open(self, opening: Opening, about: int) -> None:
        self.opening = (opening, about)

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
        self.looking, self.notice = comment_id, None
        self.shown = None
        self.dealt = self.dealt_ahead = self.ahead = None
        self.settled = self.closed = None
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
    tab.shown = tab.dealt = tab.dealt_ahead = tab.ahead = None


def keep(tab: Bench) -> None:
    """Go on holding what is on the screen while it is read; `tab.lost` tells once it is not held any more."""
    now = state.desk().now()
    if tab.shown is None or tab.held_since is None or tab.renewed_at is None or tab.lost:
        return
    if now - tab.renewed_at < RENEW_EVERY:
        return
    besides = tab.ahead.card.comment.id if tab.ahead else None
    kept = review.renew(state.desk(), state.caller(), tab.shown[0], since=tab.held_since, besides=besides)
    tab.renewed_at, tab.lost = now, not kept


def site_of(tab: Bench) -> Site:
    if tab.site is None:
        raise NotFound(what="site")
    return tab.site


def next_card(tab: Bench, choice: Choice) -> Card | None:
    """What is to be on the screen, and a word where what was there changed or went of itself."""
    before = tab.shown
    card = _next(tab, choice)
    # Whatever leaves the card that is there knows it: it says so, settles it, or looks elsewhere.
    told = tab.notice is not None and tab.notice is not tab.noticed
    if before is not None and before != tab.settled and before == tab.shown and not told:
        _compare(tab, before, card)
    return card


def _compare(tab: Bench, before: tuple[int, int], card: Card | None) -> None:
    """What was asked for was about what is not there any more."""
    if card is not None and (card.comment.id, card.comment.version) == before:
        return
    tab.stop_picking()
    if card is not None and card.comment.id == before[0]:
        tab.notice = ("warning", t("queue.changed", state.language()))
        return
    try:
        review.check_decidable(state.desk(), state.caller(), before[0], seen_version=before[1])
    except ModerationError as error:
        tab.notice = ("warning", gone(error, state.language()))


def _next(tab: Bench, choice: Choice) -> Card | None:
    """What is looked at again, what was asked for by name or is on the screen while it is in our hands, else the
    queue's next."""
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
        # What is in our hands besides is let go for it.
        tab.ahead = None
        card = _opened(tab.pinned)
        if card is not None and card.claimed:
            return card
        tab.pinned = None
    if tab.shown is not None and tab.shown != tab.settled:
        card = _opened(tab.shown[0], besides=tab.ahead.card.comment.id if tab.ahead else None)
        if card is not None and card.claimed:
            return card
    return dealt or review.next_card(
        desk, caller, site=site_of(tab).name, where=choice.where(desk.now()), order=choice.order
    )


def _opened(comment_id: int, *, besides: int | None = None) -> Card | None:
    try:
        return review.open_card(state.desk(), state.caller(), comment_id, besides=besides)
    except (NotFound, Forbidden):
        # Who may review nothing at all hears so of the queue's next.
        return None


def asked_anew(tab: Bench) -> Bench:
    """With the opinions as they are by now: since the card was drawn a colleague may have taken theirs back."""
    if tab.shown is not None:
        card = _opened(tab.shown[0], besides=tab.ahead.card.comment.id if tab.ahead else None)
        tab.opinions = card.opinions if card is not None else ()
    return tab


def in_hands(comment_id: int) -> bool:
    card = _opened(comment_id)
    return card is not None and card.claimed


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
        own = lately.own_work(desk, caller, site=site, limit=KEPT)
        skips = lately.skips(desk, caller, site=site, limit=KEPT)
        found = [(one.recorded.decided_at, Undoable(one.recorded.id)) for one in own.decisions if one.undoable]
        found += [(one.opinion.given_at, Undoable(one.opinion.id, Done.OPINION)) for one in own.opinions]
        found += [(one.at, Undoable(one.comment_id, Done.SKIP)) for one in skips]
        # Within a millisecond by their ids, which grow with time.
        tab.undoable = [done for _, done in sorted(found)]
    return tab.undoable


def remember(tab: Bench, done: Undoable, comment_id: int) -> None:
    """What was done last. A skip of the same comment before it has nothing to bring back any more."""
    over = (done, Undoable(comment_id, Done.SKIP))
    tab.undoable = [*[one for one in undoable(tab) if one not in over], done][-KEPT:]


def has_changed(tab: Bench, where: QueueFilter) -> bool:
    """Whether the queue is another one than when this turn first asked, or what one set aside in it."""
    desk, caller, site = state.desk(), state.caller(), site_of(tab).name
    found = (tab.turn, review.counts(desk, caller, site=site, where=where), _aside(site))
    if tab.watched is None or tab.watched[0] != tab.turn:
        tab.watched = found
    return tab.watched != found


def _aside(site: str) -> tuple[Undoable, ...]:
    """A skip ends by itself, and an opinion with the text that it was on."""
    desk, caller = state.desk(), state.caller()
    skips = lately.skips(desk, caller, site=site, limit=KEPT)
    opinions = lately.own_work(desk, caller, site=site, limit=KEPT).opinions
    return (
        *(Undoable(one.comment_id, Done.SKIP) for one in skips),
        *(Undoable(one.opinion.id, Done.OPINION) for one in opinions),
    )


def note_key(comment_id: int) -> str:
    return f"queue_note_{comment_id}"


def message_key(comment_id: int) -> str:
    return f"queue_message_{comment_id}"
