"""What went wrong, in the person's language: the only place where an error becomes a sentence on a page."""

from __future__ import annotations

import functools
import html
import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ParamSpec

import streamlit as st

from dashboard.i18n import t
from dashboard.sentences import of_error
from dashboard.ui import state
from dashboard.ui.components.colleagues import colleague
from moderation.comment import Status
from moderation.errors import ClaimedByOther, ModerationError, StaleVersion, Unauthenticated, Unavailable

P = ParamSpec("P")

_log = logging.getLogger("taliq.ui")


def sentence(error: Exception, lang: str) -> str:
    """Plain text. An error that the core does not know is logged under a number, and only the number is shown."""
    if isinstance(error, StaleVersion):
        return _stale(error, lang)
    if isinstance(error, ClaimedByOther):
        by = _holder(error, lang)
        skip = error.fields.get("what") == "skip"
        return t("errors.claimed_by_other.skip" if skip else "errors.claimed_by_other", lang, by=by)
    if isinstance(error, ModerationError):
        return of_error(error, lang)
    return t("errors.internal", lang, reference=logged(error))


def _stale(error: StaleVersion, lang: str) -> str:
    """Other things than a decision have sentences of their own."""
    what = error.fields.get("what")
    return _became(error, f"errors.stale_version.{what}" if what else "errors.stale_version", lang)


def _became(error: StaleVersion, key: str, lang: str) -> str:
    """What became of a comment since it was seen, in the sentences that begin with this key."""
    by, status = error.fields.get("decided_by"), error.fields.get("status")
    if not by or not status:
        return t(key, lang)
    # Who decided on it before does not matter any more.
    if status == Status.ERASED:
        return t(f"{key}.erased", lang)
    if error.fields.get("edited"):
        return t(f"{key}.edited", lang)
    shown = t(f"common.status.{status}", lang)
    if error.fields.get("own"):
        return t(f"{key}.own", lang, status=shown)
    return t(f"{key}.decided", lang, by=colleague(str(by), lang), status=shown)


def gone(error: ModerationError, lang: str) -> str:
    """What became of the comment that was on the screen; nobody has decided on it here."""
    if isinstance(error, ClaimedByOther):
        return t("queue.gone.held", lang, by=_holder(error, lang))
    return _became(error, "queue.gone", lang) if isinstance(error, StaleVersion) else t("queue.gone", lang)


def _holder(error: ClaimedByOther, lang: str) -> str:
    return str(error.fields.get("by") or t("errors.claimed_by_other.someone", lang))


def logged(error: Exception) -> str:
    """The number under which the log has the error: its kind and place, never its words, which may be a reader's."""
    number = secrets.token_hex(4)
    _log.error("error %s: %s in %s", number, type(error).__name__, _place(error))
    return number


def _place(error: BaseException) -> str:
    """File and line of the innermost frames that are ours and that it came through."""
    places = []
    trace = error.__traceback__
    while trace is not None:
        places.append(f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-6:])) or "?"


def show(error: Exception) -> None:
    """The error in place of what could not be drawn; with a way to sign in where that is what helps."""
    lang = state.language()
    st.html(notice_html("error", sentence(error, lang), extra=_way_on(error, lang)))


def _way_on(error: Exception, lang: str) -> str:
    if isinstance(error, Unauthenticated):
        return f'<a class="tq-button" href="/login">{html.escape(t("shell.sign_in", lang))}</a>'
    if isinstance(error, Unavailable):
        # The address of the page itself: a reload keeps the filters that stand in it.
        return f'<a class="tq-button" href="">{html.escape(t("shell.retry", lang))}</a>'
    return ""


def notice_html(kind: str, text: str, *, extra: str = "") -> str:
    """`kind` is error, warning, done or info. `extra` is HTML already escaped."""
    role = "status" if kind in ("done", "info") else "alert"
    return f'<div class="tq-notice tq-{kind}" role="{role}"><p>{html.escape(text)}</p>{extra}</div>'


@contextmanager
def told() -> Iterator[None]:
    """Draws an error in place of the rest of the block. Streamlit's own control flow passes through."""
    try:
        yield
    except Exception as error:
        show(error)


def told_as_well(draw: Callable[P, None]) -> Callable[P, None]:
    """The same for a whole fragment, whose rerun has no entry script around it."""

    @functools.wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        with told():
            draw(*args, **kwargs)

    return drawn
