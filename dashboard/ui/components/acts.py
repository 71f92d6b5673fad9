"""What the buttons and keys of the queue do: each callback calls one use case and leaves its answer above the card."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboard.i18n import t
from dashboard.ui import state
from dashboard.ui.components import bench
from dashboard.ui.components.names import listed
from dashboard.ui.components.problems import sentence
from dashboard.ui.components.untrusted import plain_line
from moderation.decision import Outcome, Reason
from moderation.errors import ModerationError
from moderation.opinion import agreeing
from moderation.queue import Order, QueueFilter
from moderation.roles import Permission
from moderation.service import lately, opinions, picks, review


@contextmanager
def _told(tab: bench.Bench) -> Iterator[None]:
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
    tab = bench.bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        if not visible:
            _record(tab, comment_id, seen_version, name, Outcome.APPROVE, ())
        picks.pick(state.desk(), state.caller(), comment_id, seen_version=seen_version + (not visible))
        lang = state.language()
        tab.notice = ("done", t("queue.done.pick", lang, name=_shown(name, lang)))


def reject(comment_id: int, seen_version: int, name: str, reason: Reason) -> None:
    _decide(comment_id, seen_version, name, Outcome.REJECT, reason)


def _decide(comment_id: int, seen_version: int, name: str, outcome: Outcome, *reasons: Reason) -> None:
    tab = bench.bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        if outvoted(tab, outcome) and outvoted(bench.asked_anew(tab), outcome):
            _give_opinion(tab, comment_id, seen_version, name, outcome, reasons)
        else:
            _record(tab, comment_id, seen_version, name, outcome, reasons)


def _record(
    tab: bench.Bench, comment_id: int, seen_version: int, name: str, outcome: Outcome, reasons: tuple[Reason, ...]
) -> None:
    desk = state.desk()
    where = tab.choice.where(desk.now()) if tab.choice else QueueFilter()
    recorded, tab.dealt, tab.dealt_ahead = review.decide_and_next(
        desk,
        state.caller(),
        comment_id,
        outcome,
        seen_version=seen_version,
        reasons=reasons,
        note=_written(tab, comment_id, bench.note_key(comment_id)),
        message=_written(tab, comment_id, bench.message_key(comment_id)),
        where=where,
        order=tab.choice.order if tab.choice else Order.PRIORITY,
        ahead=tab.is_plenty,
    )
    bench.remember(tab, bench.Undoable(recorded.id), comment_id)
    tab.settle(comment_id, seen_version)
    tab.notice = ("done", _done(outcome, name, reasons))


def _written(tab: bench.Bench, comment_id: int, key: str) -> str:
    """What stands in a field of the picker, if it is open."""
    return str(st.session_state.get(key) or "") if tab.picking_for == comment_id else ""


def outvoted(tab: bench.Bench, outcome: Outcome) -> bool:
    """Whether a colleague asked for a second opinion and this is another one: then it is an opinion as well."""
    if not tab.opinions or agreeing(tab.opinions, outcome):
        return False
    return not state.person().may(Permission.POLICY_MANAGE)


def would_approve(comment_id: int, seen_version: int, name: str) -> None:
    _opine(comment_id, seen_version, name, Outcome.APPROVE)


def would_reject(comment_id: int, seen_version: int, name: str, reason: Reason) -> None:
    _opine(comment_id, seen_version, name, Outcome.REJECT, reason)


def _opine(comment_id: int, seen_version: int, name: str, outcome: Outcome, *reasons: Reason) -> None:
    tab = bench.bench()
    if not tab.accepts(comment_id, seen_version):
        return
    with _told(tab):
        _give_opinion(tab, comment_id, seen_version, name, outcome, reasons)


def _give_opinion(
    tab: bench.Bench, comment_id: int, seen_version: int, name: str, outcome: Outcome, reasons: tuple[Reason, ...]
) -> None:
    desk, lang = state.desk(), state.language()
    done = "differs" if tab.opinions else "opinion"
    note = _written(tab, comment_id, bench.note_key(comment_id))
    given = opinions.give(
        desk, state.caller(), comment_id, outcome, seen_version=seen_version, reasons=reasons, note=note
    )
    bench.remember(tab, bench.Undoable(given.id, bench.Done.OPINION), comment_id)
    tab.settle(comment_id, seen_version)
    tab.notice = ("done", t(f"queue.done.{done}", lang, name=_shown(name, lang)))


def _shown(name: str, lang: str) -> str:
    return plain_line(name, limit=60) or t("queue.unnamed", lang)


def _done(outcome: Outcome, name: str, reasons: tuple[Reason, ...]) -> str:
    lang = state.language()
    said = listed((t(f"common.reason.{reason}", lang) for reason in reasons), lang)
    done = t(f"queue.done.{outcome}", lang, name=_shown(name, lang), reasons=said)
    return f"{done} {t('queue.hasty', lang)}" if bench.bench().hurries() else done


def skip(comment_id: int, seen_version: int, name: str) -> None:
    tab = bench.bench()
    if not tab.accepts(comment_id, seen_version):
        return
    if tab.looking == comment_id:
        with _told(tab):
            _look_on(tab, comment_id)
        return
    with _told(tab):
        review.skip(state.desk(), state.caller(), comment_id)
        bench.remember(tab, bench.Undoable(comment_id, bench.Done.SKIP), comment_id)
        tab.settle(comment_id, seen_version, decided=False)
        lang = state.language()
        tab.notice = ("done", t("queue.done.skip", lang, name=_shown(name, lang)))


def _look_on(tab: bench.Bench, comment_id: int) -> None:
    """From an earlier comment to the one after it; after the last of them, back to the queue."""
    after = list(tab.trail)[list(tab.trail).index(comment_id) + 1 :] if comment_id in tab.trail else []
    tab.look_at(after[0] if len(after) > 1 else None)
    # What still waited was in our hands while it was looked at.
    review.release(state.desk(), state.caller())


def look_back() -> None:
    """To the comment before the one on the screen."""
    tab = bench.bench()
    here = tab.shown[0] if tab.shown else None
    before = list(tab.trail)[: list(tab.trail).index(here)] if here in tab.trail else list(tab.trail)
    if before:
        tab.look_at(before[-1])
    else:
        tab.notice = ("info", t("queue.no_previous", state.language()))


def undo(done: bench.Undoable) -> None:
    tab = bench.bench()
    with _told(tab):
        # Taken off first: what cannot be taken back once must not stand in the way of the one before it.
        tab.undoable = [one for one in bench.undoable(tab) if one != done]
        tab.pinned, tab.settled, tab.looking, tab.closed = _take_back(done), None, None, None
        tab.stale = True
        tab.stop_picking()
        tab.change_waiting(1)
        what = "unskip" if done.kind is bench.Done.SKIP else "undo"
        if not bench.in_hands(tab.pinned):
            # Nobody answers the appeal against their own rejection; what a colleague reads stays with them.
            tab.pinned, what = None, "undo_appealed" if done.kind is bench.Done.DECISION else "undo_held"
        tab.notice = ("done", t(f"queue.done.{what}", state.language()))


def _take_back(done: bench.Undoable) -> int:
    """The comment's id."""
    desk, caller = state.desk(), state.caller()
    match done.kind:
        case bench.Done.DECISION:
            return review.undo(desk, caller, done.id).comment_id
        case bench.Done.OPINION:
            return opinions.withdraw(desk, caller, done.id).comment_id
        case bench.Done.SKIP:
            review.unskip(desk, caller, done.id)
            return done.id


def bring_back() -> None:
    tab = bench.bench()
    with _told(tab):
        review.bring_back(state.desk(), state.caller(), site=bench.site_of(tab).name)
        # Of the skips none is left to be taken back.
        tab.undoable = None
    st.rerun()


def come_back() -> None:
    tab = bench.bench()
    tab.resting = False
    tab.paced.clear()
    # The way out is drawn beside the card, outside its fragment.
    st.rerun()


def pick(comment_id: int, picking: bench.Picking) -> None:
    tab = bench.bench()
    tab.notice = None
    tab.stop_picking()
    if tab.shown and tab.shown[0] == comment_id:
        tab.picking, tab.picking_for = picking, comment_id
        tab.writing = f"message_{tab.turn}" if picking is bench.Picking.MESSAGE else ""


def turn_more() -> None:
    tab = bench.bench()
    tab.more = not tab.more


def stop_picking() -> None:
    bench.bench().stop_picking()


def tell_of(comment_id: int, version: int) -> None:
    """Whether a decision whose answer was lost is on record; if not, its comment comes back as far as it is free."""
    tab = bench.bench()
    with _told(tab):
        desk, caller, site, lang = state.desk(), state.caller(), bench.site_of(tab).name, state.language()
        own = lately.own_work(desk, caller, site=site, limit=bench.KEPT)
        made, given = [one.recorded for one in own.decisions], [one.opinion for one in own.opinions]
        decided = any((one.comment_id, one.comment_version) == (comment_id, version) for one in made)
        if decided or any(one.comment_id == comment_id for one in given):
            tab.notice = ("done", t("queue.done.after_all", lang))
        else:
            tab.notice = ("warning", t("queue.not_done", lang))
            tab.pinned = comment_id
